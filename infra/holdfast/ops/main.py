"""The `holdfast` command: which words does it know?

The sandbox's and the engine's commands come from `holdfast_sandbox`, where that extra is installed.
"""

from __future__ import annotations

import sys
from typing import ClassVar

import click

from holdfast.ops.words import Word, Words


class _Words(Words):
    words: ClassVar = {
        "ci": Word("holdfast.ops.ci.command", "ci", "For pipelines: the way back after a run that was killed."),
        "doctor": Word("holdfast.ops.doctor.command", "doctor", "What is wrong, judging by logs, and what to do."),
        "docs": Word("holdfast.ops.docs", "docs", "Write or check the generated pages of a checkout."),
        "drift": Word("holdfast.ops.drift.command", "drift", "What differs between settings, state and Azure."),
        "engine": Word(
            "holdfast_sandbox.engine.commands", "engine", "The Pulumi CLI: found, installed or built.", "sandbox"
        ),
        "init": Word("holdfast.ops.init.command", "init", "A stack file for an environment that exists already."),
        "local": Word("holdfast.ops.local.command", "local", "A service of the stack on this machine, to debug it."),
        "logs": Word("holdfast.ops.logs.command", "logs", "What builds and services wrote."),
        "receipt": Word("holdfast.ops.receipt", "receipt", "What the runs of a stack did to the vault's policies."),
        "report": Word("holdfast.ops.report.command", "report", "A run as a page: graph, timeline, access, doctor."),
        "sandbox": Word(
            "holdfast_sandbox.commands", "sandbox", "The embedded Azure: run anything, without an account.", "sandbox"
        ),
        "service": Word(
            "holdfast.ops.service.command", "service", "The services of a stack: how they are, and do they answer?"
        ),
        "settings": Word("holdfast.ops.settings_command", "settings", "Check stack files; the schema for editors."),
        "size": Word("holdfast.ops.size.command", "size", "How many replicas a service needs, and what a spike meets."),
        "vault": Word("holdfast.ops.vault.command", "vault", "Any vault: who may use it, and who lost access."),
    }


@click.group(cls=_Words, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="holdfast", prog_name="holdfast")
def main() -> None:
    """Redeploy Azure ML without losing Key Vault access.

    \b
      make up                                   the whole story, on the sandbox
      holdfast sandbox run -- pulumi up         your stack, without an account
      holdfast init --from rg-ml                a stack file for what is there already
      holdfast settings check                   is the stack file right?
      holdfast receipt show                     what the last run did to the vault
      holdfast report --open                    the last run as a page: graph, timeline, who has access
      holdfast ci recover --yes                 the way back after a run that was killed
      holdfast service list                     how are the stack's services?
      holdfast size --rps 20 --seconds 10       how many replicas does a service need?
      holdfast doctor --logs build.log          what is wrong, and what to do?
      holdfast drift                            what differs between settings, state and Azure?
      holdfast local up wine                    a service on this machine, to debug it
      holdfast vault show kv-ml                 who may use any vault, with no stack and no checkout
    """


if __name__ == "__main__":
    sys.exit(main())
