"""How is a RUN of conda's carried out? An interpreter of the file's version, its packages from the package index."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from holdfast_sandbox.builds import conda
from holdfast_sandbox.builds.commands import Conda, Packages
from holdfast_sandbox.builds.environments import InstallError
from holdfast_sandbox.builds.stage import Stage

if TYPE_CHECKING:
    from holdfast_sandbox.builds.steps import Steps


def carry_out(command: Conda, stage: Stage, steps: Steps) -> None:
    """Changes the stage's environment; InstallError with conda's own manner of text."""
    try:
        wanted = _wanted(command, stage)
    except conda.CondaError as error:
        raise InstallError(f"Solving environment: failed\n\n{error}") from None
    for what in wanted.dropped:
        steps.log.line(f"not kept: {what}")
    if wanted.python is not None or command.fresh:
        stage.environment = steps.environments.base(wanted.python or "3")
        steps.log.line(f"Python {stage.environment.version}")
    if wanted.requirements:
        steps.log.line(f"from the package index, under the same name: {', '.join(wanted.requirements)}")
        try:
            steps.install(Packages(command.shown, ("install",)), stage, wanted.requirements)
        except InstallError as error:
            if not (named := _named(wanted.requirements, error)):
                raise
            raise InstallError(f"Solving environment: failed\n\n{conda.unavailable(named)}") from None
    if wanted.pip:
        _pip_section(wanted.pip, stage, steps)


def _wanted(command: Conda, stage: Stage) -> conda.Wanted:
    named = conda.of_specs(command.specs)
    if command.file is None:
        return named
    file = stage.host(command.file)
    if not file.is_file():
        raise conda.CondaError(f"EnvironmentFileNotFound: '{stage.path(command.file)}' file not found")
    found = conda.of_file(file.read_text(encoding="utf-8", errors="replace"), command.file)
    return conda.Wanted(
        found.python or named.python,
        (*found.requirements, *named.requirements),
        found.pip,
        (*found.dropped, *named.dropped),
    )


def _named(requirements: Sequence[str], error: InstallError) -> list[str]:
    """Those of the requirements that the resolver could not bring together; none where it failed otherwise."""
    text = " ".join(error.said).lower()
    if "unsatisfiable" not in text and "no solution" not in text and "was not found" not in text:
        return []
    names = {one: re.split(r"[=<>!~ ]", one)[0] for one in requirements}
    return [one for one, name in names.items() if re.search(rf"(?<![\w-]){re.escape(name)}(?![\w-])", text)]


def _pip_section(lines: Sequence[str], stage: Stage, steps: Steps) -> None:
    """conda hands the section to pip as a requirements file beside the conda file, so paths in it are as good."""
    steps.log.line("Installing pip dependencies")
    listed = stage.host("condaenv.requirements.txt")
    listed.parent.mkdir(parents=True, exist_ok=True)
    listed.write_text("\n".join(lines) + "\n", encoding="utf-8")
    try:
        steps.install(Packages("pip", ("install", f"--requirement={listed.name}")), stage)
    finally:
        listed.unlink()
