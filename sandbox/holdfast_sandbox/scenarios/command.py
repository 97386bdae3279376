"""`holdfast sandbox scenario`: break the environment of the stack `sandbox` on purpose, step by step."""

from __future__ import annotations

import json
import os
from pathlib import Path

import click

from holdfast_sandbox import running
from holdfast_sandbox.environment import variables
from holdfast_sandbox.errors import SandboxError
from holdfast_sandbox.home import pulumi_dir, state_dir

_NEXT = (
    "holdfast sandbox run -- holdfast doctor --stack sandbox",
    "holdfast sandbox run -- pulumi up --stack sandbox",
    "holdfast sandbox stop",
)


class _Scenarios(click.Group):
    """`list`, and a command for each scenario, so that `--help` tells what there is."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        from holdfast_sandbox.scenarios import NAMES

        return ["list", *NAMES]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        from holdfast_sandbox.scenarios import NAMES

        return super().get_command(ctx, cmd_name) or (_command(cmd_name) if cmd_name in NAMES else None)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        from holdfast_sandbox.scenarios import load

        if args and not args[0].startswith("-") and self.get_command(ctx, args[0]) is None:
            load(args[0])  # says which ones there are
        return super().resolve_command(ctx, args)

    def invoke(self, ctx: click.Context) -> object:
        try:
            return super().invoke(ctx)
        except SandboxError as error:
            click.echo(error.render(), err=True)
            ctx.exit(error.exit_code)


@click.group(cls=_Scenarios)
def scenario() -> None:
    """Break the environment of the stack `sandbox` on purpose, in the way of each name.

    Each plays on the sandbox, with the real engine, and leaves the environment as it then is: `holdfast doctor` can be
    asked next, and `pulumi up` mends it. Needs a checkout of Holdfast, whose files stay as they are.
    """


@scenario.command("list")
@click.option("--json", "as_json", is_flag=True, help="A JSON list of {name, title, story, symptoms}.")
def list_scenarios(as_json: bool) -> None:
    """Explain each scenario."""
    from holdfast_sandbox.scenarios import NAMES, load

    found = [load(name) for name in NAMES]
    if as_json:
        rows = [
            {"name": one.name, "title": one.title, "story": one.story, "symptoms": list(one.symptoms)} for one in found
        ]
        click.echo(json.dumps(rows))
        return
    for one in found:
        click.echo(f"{click.style(one.name, bold=True)}\n  {one.title}.")
        if one.story:
            click.echo(click.wrap_text(one.story, 100, "  ", "  "))
        click.echo(f"  the doctor finds: {', '.join(one.symptoms)}\n")


def _command(name: str) -> click.Command:
    from holdfast_sandbox.scenarios import load

    one = load(name)

    @click.command(name, help=f"{one.title}.\n\n{one.story}", short_help=one.title)
    @click.option("--state", type=click.Path(file_okay=False), help="The sandbox's folder, as of `sandbox start`.")
    @click.option(
        "--checkout",
        type=click.Path(exists=True, file_okay=False, path_type=Path),
        default=".",
        help="The checkout of Holdfast. Default: this folder.",
    )
    @click.option("--fresh", is_flag=True, help="Empty the sandbox and its Pulumi backend before.")
    def play(state: str | None, checkout: Path, fresh: bool) -> None:
        if not (checkout / "stacks/Pulumi.sandbox.yaml").is_file():
            raise SandboxError(
                "no-checkout",
                f"{checkout.resolve()} has no stacks/Pulumi.sandbox.yaml",
                hint="run it in a checkout of Holdfast, or name one with `--checkout`",
            )
        _play(name, state_dir(state), checkout.resolve(), fresh=fresh)

    return play


def _play(name: str, state: Path, checkout: Path, *, fresh: bool) -> None:
    from holdfast_sandbox import engine
    from holdfast_sandbox.rehearsal.azure import Azure
    from holdfast_sandbox.scenarios import load
    from holdfast_sandbox.scenarios.stage import stage

    entries = list(engine.path_entries(engine.ensure()))
    with running.alone(state):
        # It goes on running afterwards: the rules that let requests fail live in its memory.
        server = running.find(state) or running.start(state, detached=True)[0]
    if fresh:
        import shutil

        server.ask("POST", "reset")
        shutil.rmtree(pulumi_dir(state) / "backend", ignore_errors=True)
    environ = {**os.environ, **variables(server.url, server.state, entries, os.environ)}
    played = load(name)
    click.echo(f"{played.title}.")
    for number, step in enumerate(played.play(stage(Azure(server, environ), checkout)), 1):
        click.echo(f"{number:>3}. {step}")
    click.echo("\nThe sandbox goes on running in this state. Next:", err=True)
    for command in _NEXT:
        click.echo(f"  {command}", err=True)
