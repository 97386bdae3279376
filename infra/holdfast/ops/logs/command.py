"""`holdfast logs`: which words does it know?"""

from __future__ import annotations

from typing import ClassVar

import click

from holdfast.ops.words import Word, Words


class _LogsWords(Words):
    words: ClassVar = {
        "build": Word("holdfast.ops.logs.build", "build", "The log of a build, and the line that it failed at."),
        "service": Word("holdfast.ops.logs.service", "service", "What the containers of a service write."),
    }


@click.group(cls=_LogsWords)
def logs() -> None:
    """What builds and services wrote: the text on standard output, all talk on standard error.

    \b
      holdfast logs build wine               why did the image of `wine` not build?
      holdfast logs build --all              every build of the registry, with its log's address
      holdfast logs service wine --follow    what does it write?
    """
