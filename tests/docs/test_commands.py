"""Can every command that the docs show be typed? Held against the Makefile and the command line itself."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import click
import pytest

from holdfast.model.kinds import Kind
from holdfast.ops.main import main
from holdfast.settings import read_file


def test_every_make_target_exists(code: list[tuple[Path, str]], root: Path) -> None:
    """A `make` target that a page shows is one of the Makefile."""
    targets = set(re.findall(r"^([a-z-]+):", (root / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    shown = {(path.name, piece.split()[1]) for path, piece in code if re.match(r"make [a-z]", piece)}
    assert {("README.md", "up"), ("README.md", "test")} <= shown
    assert not {(page, target) for page, target in shown if target not in targets}


def _unknown(command: str) -> str:
    """What the command line does not know of a `holdfast ...` command; empty when it knows everything."""
    words = shlex.split(command, comments=True)[1:]
    at: click.Command = main
    path = "holdfast"
    for word in words:
        if word in ("--", "CMD", "..."):
            break
        if word.startswith("-"):
            options = {name for parameter in at.params for name in (*parameter.opts, *parameter.secondary_opts)}
            if word.partition("=")[0] not in options | {"-h", "--help"}:
                return f"`{path}` has no option {word}"
        elif isinstance(at, click.Group):
            found = at.get_command(click.Context(at), word)
            if found is None:
                return f"`{path}` has no word {word}"
            at, path = found, f"{path} {word}"
    return ""


def test_every_holdfast_command_exists(code: list[tuple[Path, str]]) -> None:
    """A `holdfast` command that a page shows has its words and its options."""
    shown = [(path, piece) for path, piece in code if re.match(r"holdfast [a-z]", piece)]
    assert len({piece for _, piece in shown}) > 10
    assert not [f"{path.name}: {piece}: {_unknown(piece)}" for path, piece in shown if _unknown(piece)]


def _refused(line: str) -> str:
    """What the command line's own parser says against a whole line of a block; nothing is run. Files need not be
    there, and a word in capitals stands for whatever fits."""
    words = shlex.split(line, comments=True)
    ends = [at for at, word in enumerate(words) if word in ("|", ">", "&&", ";")]
    words = ["0" if re.fullmatch(r"[A-Z][A-Z_-]*", word) else word for word in words[: min(ends, default=None)]]
    at: click.Command = main
    context, rest = click.Context(main, info_name="holdfast"), words[1:]
    try:
        while isinstance(at, click.Group) and rest and not rest[0].startswith("-"):
            name, found, rest = at.resolve_command(context, rest)
            assert found is not None
            at, context = found, click.Context(found, info_name=name, parent=context)
        if not isinstance(at, click.Group):
            at.make_context(context.info_name, list(rest), parent=context.parent)
    except click.exceptions.Exit:  # --help
        return ""
    except click.UsageError as error:
        said = error.format_message()
        return "" if "does not exist" in said and not isinstance(error, click.MissingParameter) else said
    return ""


def test_every_holdfast_command_of_a_block_is_taken_whole(pages: dict[Path, str]) -> None:
    """With its arguments and what its options are given, by the real parser. The guide's are run (test_guide)."""
    lines = [
        (path, found[1].rstrip("'") if found[1].count("'") == 1 else found[1])
        for path, text in pages.items()
        for block in re.findall(r"^```sh\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
        for line in block.splitlines()
        # Also behind a pipe, in another command, as an argument of `sandbox run`.
        for found in re.finditer(r"(?:^|[|&] |-- )(?=(holdfast [a-z].*))", line)
    ]
    assert len(lines) > 100
    assert not [f"{path.name}: {line}: {_refused(line)}" for path, line in lines if _refused(line)]
    assert "Missing argument" in _refused("holdfast vault verify")
    assert "nonsense" in _refused("holdfast local up wine --engine nonsense")
    assert "No such option" in _refused("holdfast local up wine --engines docker")


@pytest.mark.parametrize("command", ["holdfast sandbx run", "holdfast sandbox start --detached", "holdfast doktor"])
def test_a_command_that_does_not_exist_is_found(command: str) -> None:
    """The check itself sees a word and an option that nobody knows."""
    assert _unknown(command)


def test_the_stack_file_of_the_readme_is_good(root: Path, tmp_path: Path) -> None:
    """The stack file on the first screen can be used as it is, and needs no more than ten settings."""
    text = (root / "README.md").read_text(encoding="utf-8")
    block = re.search(r"^```yaml\n(# stacks/Pulumi\.dev\.yaml\n.*?)^```", text, re.MULTILINE | re.DOTALL)
    assert block
    (tmp_path / "Pulumi.yaml").write_text("name: holdfast\nruntime: python\n", encoding="utf-8")
    file = tmp_path / "Pulumi.dev.yaml"
    file.write_text(block[1], encoding="utf-8")
    wanted = read_file(file)
    assert wanted.resources[Kind.GROUP].name == "rg-ml-dev"
    assert len(wanted.vault.grants) == 1
    assert len(block[1].splitlines()) <= 10
