"""`holdfast local`: which words does it know?"""

from __future__ import annotations

from typing import ClassVar

import click

from holdfast.ops.words import Word, Words


class _LocalWords(Words):
    words: ClassVar = {
        "down": Word("holdfast.ops.local.down", "down", "End it, with everything that runs it."),
        "list": Word("holdfast.ops.local.listing", "list_services", "What is up on this machine, and how it is."),
        "logs": Word("holdfast.ops.local.logs", "logs", "What it wrote."),
        "reload": Word("holdfast.ops.local.reload", "reload_code", "Take the edited code, now or on each save."),
        "run": Word("holdfast.ops.local.run", "run", "Send it a request, and show the answer or where it raised."),
        "shell": Word("holdfast.ops.local.shell", "shell", "A shell, or a command, where its code runs."),
        "test": Word("holdfast.ops.local.samples", "run_samples", "Send it the sample requests; compare the answers."),
        "up": Word("holdfast.ops.local.up", "up", "Bring a service of the stack up on this machine."),
        "update": Word("holdfast.ops.local.update", "update", "Take the stack file, a model or an environment anew."),
    }


@click.group(cls=_LocalWords)
def local() -> None:
    """A service of the stack on this machine: the environment and the inference server of its image, in processes,
    or the image itself in a Docker (`up --engine docker`).

    Nothing of it needs Azure, a login or a sandbox. SERVICE may be left out where one is up.

    \b
      holdfast local up wine                          on 127.0.0.1:8890
      holdfast local run wine sample.json             what does it answer, or where does it raise?
      holdfast local reload --watch                   edit, save, ask again
      holdfast local test                             every sample*.json, against its *.expected.json
      holdfast local update --model other/model       another model, another environment
      holdfast local down
    """
