"""`holdfast service`: which words does it know?"""

from __future__ import annotations

from typing import ClassVar

import click

from holdfast.ops.words import Word, Words


class _ServiceWords(Words):
    words: ClassVar = {
        "delete": Word("holdfast.ops.service.delete", "delete", "Take away what runs; model and image stay."),
        "deploy": Word("holdfast.ops.service.deploy", "deploy", "One service, or one step of it, and nothing else."),
        "invoke": Word("holdfast.ops.service.invoke", "invoke", "Send it a request, and show what it answers."),
        "keys": Word("holdfast.ops.service.keys", "keys", "What its clients authenticate with, or another one."),
        "list": Word("holdfast.ops.service.list", "list_services", "Every service of the stack, and how it is."),
        "restart": Word("holdfast.ops.service.restart", "restart", "Start its containers anew."),
        "show": Word("holdfast.ops.service.show", "show", "One service: its containers, and what happened last."),
    }


@click.group(cls=_ServiceWords)
def service() -> None:
    """The services of a stack, where they run: on ACI and on AKS by the same words.

    Which stack: --stack, else PULUMI_STACK, else the project's only one. Its file says what there should be, Azure what
    there is.

    \b
      holdfast service list                           how are they all?
      holdfast service invoke wine --data sample.json does it predict?
      holdfast service show wine                      what happened to it?
      holdfast logs service wine --follow             what does it write?
    """
