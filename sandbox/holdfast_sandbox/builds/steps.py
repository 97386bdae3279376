"""How are a Dockerfile's instructions carried out? One after another, each with the log lines that Docker writes."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from holdfast_sandbox.builds import base_images
from holdfast_sandbox.builds.build_log import BuildLog
from holdfast_sandbox.builds.commands import Command, CommandError, Conda, Directory, Packages, Recorded, commands
from holdfast_sandbox.builds.dockerfile import DockerfileError, Instruction, expand, parse
from holdfast_sandbox.builds.environments import Environments, InstallError
from holdfast_sandbox.builds.inputs import hashes, on_this_machine
from holdfast_sandbox.builds.stage import Stage, canonical, copy_tree, shell
from holdfast_sandbox.images import Image, ImageStore


class Steps:
    """The steps of one build; `run` once."""

    def __init__(
        self,
        job: dict[str, Any],
        log: BuildLog,
        environments: Environments,
        store: ImageStore,
        context: Path,
        work: Path,
    ) -> None:
        self._job, self.log, self.environments, self._store = job, log, environments, store
        self._context, self._work = context, work
        self._given = {str(one["name"]): str(one["value"]) for one in job["arguments"]}
        self._consumed: set[str] = set()
        self._global: dict[str, str] = {}
        self._stages: list[Stage] = []

    def run(self, text: str) -> Stage:
        """The last stage, or the target's, carried out. Raises DockerfileError, InstallError."""
        instructions = self._until_target(parse(text))
        layer = ""
        for number, one in enumerate(instructions, 1):
            self.log.line(f"Step {number}/{len(instructions)} : {one.shown}")
            self._carry_out(one)
            layer = hashlib.sha256(canonical([layer, one.shown, number])).hexdigest()
            self.log.line(f" ---> {layer[:12]}")
        unused = sorted(set(self._given) - self._consumed)
        if unused:
            self.log.line(f"[Warning] One or more build-args [{' '.join(unused)}] were not consumed")
        return self._stages[-1]

    def _until_target(self, instructions: list[Instruction]) -> list[Instruction]:
        target = self._job.get("target")
        if not target:
            return instructions
        starts = [n for n, one in enumerate(instructions) if one.word == "FROM"]
        for index, start in enumerate(starts):
            if str(target).lower() in (_alias(instructions[start]), str(index)):
                end = starts[index + 1] if index + 1 < len(starts) else len(instructions)
                return instructions[:end]
        raise DockerfileError(0, f"failed to reach build target {target} in Dockerfile")

    def _carry_out(self, one: Instruction) -> None:
        if one.word == "FROM":
            self._from(one)
            return
        if one.word == "ARG":
            self._argument(one)
            return
        stage = self._stages[-1]
        variables = stage.variables
        if one.word == "ENV":
            stage.env.update(one.pairs(variables))
        elif one.word == "LABEL":
            stage.labels.update(one.pairs(variables))
        elif one.word == "WORKDIR":
            stage.enter(expand(one.rest.strip("\"'"), variables), one.line)
        elif one.word == "USER":
            stage.user = expand(one.rest, variables)
        elif one.word == "EXPOSE":
            stage.expose(one.words(variables), one.line)
        elif one.word in ("ENTRYPOINT", "CMD"):
            stage.start_with(one)
        elif one.word in ("COPY", "ADD"):
            self._copy(one, stage)
        else:
            self._run(one, stage)

    def _from(self, one: Instruction) -> None:
        words = one.words(self._global)
        if len(words) not in (1, 3) or (len(words) == 3 and words[1].lower() != "as"):
            raise DockerfileError(one.line, "FROM requires either one or three arguments")
        if not words[0]:
            raise DockerfileError(one.line, f"base name ({one.rest}) should not be blank")
        number = len(self._stages)
        name = words[2].lower() if len(words) == 3 else str(number)
        root = self._work / f"stage-{number}"
        root.mkdir()
        self.log.hide(str(root))
        self._stages.append(self._based(words[0], Stage(name, words[0], root), one.line))

    def _based(self, image: str, stage: Stage, line: int) -> Stage:
        """What the stage starts with: an earlier one, an image of the sandbox's registries, or what stands for it."""
        earlier = next((other for other in self._stages if other.name == image.lower()), None)
        if earlier is not None:
            copy_tree(earlier.root, stage.root)
            stage.base, stage.environment = earlier.base, earlier.environment
            stage.env, stage.labels = dict(earlier.env), dict(earlier.labels)
            stage.workdir, stage.user, stage.ports = earlier.workdir, earlier.user, list(earlier.ports)
            stage.entrypoint, stage.command = earlier.entrypoint, earlier.command
            return stage
        if image.partition("/")[0].lower() in self._job["registries"]:
            return self._of_registry(image, stage, line)
        standing = base_images.stand_in(image)
        if standing is None:
            self.log.line(f"{image} can't be run on this machine: it is recorded, and no container will run the image")
            return stage
        stage.environment = self.environments.base(standing.python)
        self.log.line(f"{image}: {standing.why} (Python {stage.environment.version})")
        return stage

    def _of_registry(self, image: str, stage: Stage, line: int) -> Stage:
        found: Image | None = self._store.find(image)
        if found is None:
            name, _, tag = image.partition(":")
            raise DockerfileError(
                line, f"manifest for {name}:{tag or 'latest'} not found: manifest unknown: manifest unknown"
            )
        copy_tree(Path(found.root), stage.root)
        stage.base = f"{found.registry}/{found.repository}@{found.digest}"
        stage.environment = self.environments.of_image(found.python) if found.python else None
        stage.env, stage.workdir, stage.ports = dict(found.env), found.workdir, list(found.ports)
        stage.command = found.command
        return stage

    def _argument(self, one: Instruction) -> None:
        known = self._stages[-1].variables if self._stages else self._global
        name, equals, default = one.rest.partition("=")
        name = name.strip()
        value: str | None = expand(default.strip().strip("\"'"), known) if equals else None
        if name in self._given:
            value = self._given[name]
            self._consumed.add(name)
        elif value is None and self._stages:
            value = self._global.get(name)
        if value is not None:
            (self._stages[-1].arguments if self._stages else self._global)[name] = value

    def _copy(self, one: Instruction, stage: Stage) -> None:
        source, given = self._context, one.flags.get("from")
        if given is not None:
            given = expand(given, stage.variables).lower()
            other = next((it for n, it in enumerate(self._stages[:-1]) if given in (it.name, str(n))), None)
            if other is None:
                raise DockerfileError(
                    one.line, f"COPY --from={given}: of an image is not carried out by the sandbox's builds"
                )
            source = other.root
        words = one.words(stage.variables)
        if one.word == "ADD" and any("://" in word or word.startswith("git@") for word in words[:-1]):
            raise DockerfileError(one.line, "ADD of an address is not carried out by the sandbox's builds")
        try:
            stage.copy(one, words, source, unpack=one.word == "ADD")
        except DockerfileError as error:
            if given is None or "not found in build context" not in str(error):
                raise
            raise DockerfileError(
                one.line,
                f"COPY --from={given}: {' '.join(words[:-1])} is not among the files that the stage copied; what its "
                "commands made, and its packages, are not carried over by the sandbox's builds",
            ) from None

    # -- RUN -----------------------------------------------------------------------------------------------------------

    def _run(self, one: Instruction, stage: Stage) -> None:
        if any(name not in ("mount", "network", "security") for name in one.flags):
            raise DockerfileError(one.line, f"unknown flag: {', '.join(one.flags)}")
        mount = one.flags.get("mount", "")
        if "type=bind" in mount or "type=secret" in mount:
            raise DockerfileError(one.line, f"RUN --mount={mount} is not carried out by the sandbox's builds")
        words, place = one.listed(), stage.workdir
        try:
            for command in commands(one.rest, words, stage.variables):
                self._command(command, stage)
        except CommandError as error:
            raise DockerfileError(one.line, str(error)) from None
        except InstallError as error:
            if str(error):
                self.log.line(str(error))
            text = f"The command '{shell(words, one.rest)}' returned a non-zero code: {error.code}"
            raise InstallError(text, error.code) from None
        finally:
            stage.workdir = place

    def _command(self, command: Command, stage: Stage) -> None:
        if isinstance(command, Directory):
            stage.workdir = str(stage.path(command.path))  # to the end of this RUN
        elif isinstance(command, Recorded) or stage.environment is None:
            self.log.line(f"recorded, not run here: {command.shown}")
        elif isinstance(command, Conda):
            from holdfast_sandbox.builds.conda_step import carry_out  # YAML is read where a file is

            carry_out(command, stage, self)
        else:
            self.install(command, stage)

    def install(self, command: Packages, stage: Stage, requirements: Sequence[str] = ()) -> None:
        """Makes the stage's environment what `uv pip` makes of it. Raises InstallError."""
        assert stage.environment is not None
        folder = stage.host(".")
        folder.mkdir(parents=True, exist_ok=True)
        arguments = [*command.arguments, *requirements]
        if not command.changes:
            self.environments.ask(stage.environment, arguments, folder=folder, image=stage.variables)
            return
        if any(word.startswith("--editable=") for word in arguments):
            self.log.line("--editable: installed as a copy")
            arguments = [word.removeprefix("--editable=") for word in arguments]
        stage.environment, there = self.environments.upon(
            stage.environment,
            arguments,
            hashes(stage, arguments),
            really=[on_this_machine(stage, word) for word in arguments],
            folder=folder,
            image=stage.variables,
            anew=bool(self._job["noCache"]),
        )
        if there:
            self.log.line(" ---> Using cache")


def _alias(one: Instruction) -> str:
    words = one.rest.split()
    return words[2].lower() if len(words) == 3 else ""
