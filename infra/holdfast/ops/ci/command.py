"""`holdfast ci`: which words does it know?"""

from __future__ import annotations

from typing import ClassVar

import click

from holdfast.ops.words import Word, Words


class _CiWords(Words):
    words: ClassVar = {
        "recover": Word("holdfast.ops.ci.recover", "recover", "The way back after a run that was killed."),
    }


@click.group(cls=_CiWords)
def ci() -> None:
    """For pipelines: what to do around `pulumi up`."""
