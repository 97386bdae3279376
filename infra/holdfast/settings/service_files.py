"""Is on disk what a service names, and can it work? The model, the scoring script, the environment's file.

Everything that the build or the container would fail over minutes later, as far as a look at the files tells: a script
is parsed and never run. Sources: "Create a scoring script" (`init`, `run`) and "Troubleshoot online endpoints"
(Microsoft Learn); "Creating an environment file manually" (conda's documentation); "Requirements File Format" (pip's).
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import Any

from holdfast.content import read_content
from holdfast.model.content import Content
from holdfast.model.scoring_script import returned_exceptions
from holdfast.model.services import EnvironmentFile, EnvironmentImage, RegisteredModel
from holdfast.settings.base_images import find_base_image_fault
from holdfast.settings.faults import Faults
from holdfast.settings.sections.services import BASE_IMAGE, Service

_REGISTERED = re.compile(r"azureml:(?P<name>[A-Za-z0-9][A-Za-z0-9_-]{0,254}):(?P<version>[A-Za-z0-9][\w.-]*)")
_CONDA = (".yaml", ".yml")
#: `channel/label::name`, then a version in conda's own notation.
_CONDA_SPEC = re.compile(
    r"(?:[\w./-]+::)?[A-Za-z0-9_][\w.-]*(?:(?:\s*(?:[=<>!~]=?|===)\s*|\s+)[\w*][\w.*+!|,<>=~ -]*)?"
)
_CONDA_KEYS = ("name", "channels", "dependencies", "prefix", "variables", "platforms")
#: What pip takes beside requirements, and that is right in an image as well.
_PIP_OPTIONS = (
    "-i --index-url --extra-index-url --no-index -f --find-links --no-binary --only-binary --prefer-binary --pre"
    " --require-hashes --trusted-host"
).split()


def read_model(service: Service, root: Path, faults: Faults) -> Content | RegisteredModel | None:
    """The model's files, or the name that it is registered by; `None` where a fault was noted."""
    at = f"{service.at}.model"
    if service.model.startswith("azureml:"):
        found = _REGISTERED.fullmatch(service.model)
        if found:
            return RegisteredModel(found["name"], found["version"])
        allowed = "azureml:NAME:VERSION, or a path"
        faults.add("settings-invalid-value", at, "names no version of a model", value=service.model, allowed=allowed)
        return None
    content = _read(service.model, root, at, faults, named=True)
    if content is not None and not content.size:
        says = "holds no file" if not content.files else "holds nothing: its files are empty"
        faults.add("model-empty", at, says, value=service.model, allowed="a file, or a folder with files")
        return None
    return content


def read_code(service: Service, root: Path, faults: Faults) -> Content | None:
    """The code's files, with a scoring script that a server can start; `None` where a fault was noted."""
    at, script = f"{service.at}.code", service.code.script
    place = at if service.code.bare else f"{at}.path"
    content = _read(service.code.path, root, place, faults, named=False)
    if content is None:
        return None
    if not (root / service.code.path).is_dir():
        faults.add("file-missing", place, "is no folder", value=service.code.path, allowed="the script's folder")
        return None
    at = f"{at}.script"
    if script not in {file.path for file in content.files}:
        there = (root / service.code.path / script).is_file()
        scripts = [file.path for file in content.files if file.path.endswith(".py")]
        faults.add(
            "file-missing",
            at,
            "is left out by the folder's `.amlignore` or `.gitignore`" if there else f"is not in {service.code.path}",
            value=script,
            allowed=", ".join(scripts[:10]) or "a Python file of that folder",
        )
        return None
    wrong = script_faults((root / service.code.path / script).read_bytes())
    if wrong:
        allowed = "`def init():` and `def run(data):` at the top of the file"
        faults.add("script-invalid", at, "; ".join(wrong), value=script, allowed=allowed)
        return None
    return content


def read_environment(service: Service, root: Path, faults: Faults) -> EnvironmentFile | EnvironmentImage | None:
    """The environment's file, or the image; `None` where a fault was noted."""
    at, text = f"{service.at}.environment", service.environment
    suffix = PurePosixPath(text).suffix
    if suffix not in (*_CONDA, ".txt"):
        if service.base_image is not None:
            says = "is for a conda file or a requirements file, and `environment` is an image"
            faults.add("setting-does-not-fit", f"{service.at}.baseImage", says, value=service.base_image, also=at)
        return EnvironmentImage(text) if find_base_image_fault(at, text, faults) else None
    base = service.base_image or BASE_IMAGE
    good = find_base_image_fault(f"{service.at}.baseImage", base, faults)
    content = _read(text, root, at, faults, named=True)
    if content is None:
        return None
    try:
        said = (root / text).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        faults.add("environment-file-invalid", at, f"can't be read: {error}", value=text)
        return None
    conda = suffix in _CONDA
    wrong = list(conda_faults(said) if conda else requirements_faults(said))
    if wrong:
        what = "a conda file" if conda else "a requirements file"
        faults.add("environment-file-invalid", at, f"is not right: {'; '.join(wrong)}", value=text, allowed=what)
        return None
    return EnvironmentFile(text, "\n".join(said.splitlines()) + "\n", conda, base) if good else None


def script_faults(source: bytes) -> list[str]:
    """What keeps the inference server from starting a script: no Python, no `init`, no `run`."""
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError) as error:
        line = getattr(error, "lineno", None)
        return [f"is no Python (line {line}: {getattr(error, 'msg', error)})" if line else f"is no Python ({error})"]
    defined = dict(_defined(tree.body))
    wrong = [f"defines no `{name}`" for name in ("init", "run") if name not in defined and "*" not in defined]
    init, run = defined.get("init"), defined.get("run")
    if isinstance(init, ast.FunctionDef) and not init.decorator_list and _required(init.args):
        wrong.append(f"has an `init` that wants arguments (line {init.lineno}), and it is called with none")
    if isinstance(run, ast.FunctionDef) and not run.decorator_list and not _takes_any(run.args):
        wrong.append(f"has a `run` that takes no argument (line {run.lineno}), and it is called with the request")
    return wrong


def errors_returned(script: Path) -> tuple[int, ...]:
    """The lines in which a script, which is good Python, returns the text of an exception to its client. No fault: it
    helps while the script is written."""
    return tuple(first for first, _ in returned_exceptions(script.read_bytes()))


def conda_faults(text: str) -> Iterator[str]:
    """What conda would not take of an environment file, each with its line where YAML tells it."""
    import yaml  # no other service needs it in a run

    try:
        content = yaml.safe_load(text)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f"line {mark.line + 1}, column {mark.column + 1}: " if mark else ""
        yield f"it is no YAML ({where}{getattr(error, 'problem', None) or error})"
        return
    if not isinstance(content, dict):
        yield "it is no map with `dependencies`"
        return
    for key in content:
        if key not in _CONDA_KEYS:
            yield f"`{key}` is no key of a conda file ({', '.join(_CONDA_KEYS)})"
    if not _texts(content.get("channels", [])):
        yield "`channels` is no list of texts"
    dependencies = content.get("dependencies")
    if not isinstance(dependencies, list) or not dependencies:
        yield "`dependencies` is no list with something in it"
        return
    for item in dependencies:
        if isinstance(item, dict) and set(item) == {"pip"} and _texts(item["pip"]):
            yield from requirements_faults("\n".join(item["pip"]))
        elif not isinstance(item, str) or not _CONDA_SPEC.fullmatch(item.strip()):
            yield f"`{item}` is no dependency of conda (such as `python=3.12`), and no `pip:` with a list"


def requirements_faults(text: str) -> Iterator[str]:
    """What pip would not take of a requirements file, or what is no good in an image, each with its line."""
    from packaging.requirements import InvalidRequirement, Requirement  # no other service needs it in a run

    for number, line in _logical_lines(text):
        if re.search(r"://[^/\s@]+:[^/\s@]*@", line):
            yield f"line {number} holds a password, which would be in the image for everybody who pulls it"
            continue
        if line.startswith("-"):
            option = re.split(r"[ =]", line, maxsplit=1)[0]
            if option not in _PIP_OPTIONS:
                yield (
                    f"line {number}: `{option}` names what is not in the image"
                    if option
                    in (
                        "-r",
                        "--requirement",
                        "-c",
                        "--constraint",
                        "-e",
                        "--editable",
                    )
                    else f"line {number}: `{option}` is no option that an image's requirements take"
                )
            continue
        wanted = re.sub(r"\s--(hash|config-settings)[= ]\S+", "", line).strip()
        try:
            Requirement(wanted)
        except InvalidRequirement as error:
            why = str(error).splitlines()[0]
            yield f"line {number}: `{wanted}` is no requirement ({why})"


def _read(text: str, root: Path, at: str, faults: Faults, *, named: bool) -> Content | None:
    path = PurePosixPath(text)
    if path.is_absolute() or ".." in path.parts or "\\" in text:
        faults.add(
            "settings-invalid-value",
            at,
            "leads out of the project, or is written for one machine",
            value=text,
            allowed="a path from the folder of Pulumi.yaml, with `/`",
        )
        return None
    if not (root / text).exists():
        allowed = f"a path from the folder of Pulumi.yaml ({root.name})"
        faults.add("file-missing", at, "is not there", value=text, allowed=allowed)
        return None
    try:
        return read_content(root, text, named=named)
    except OSError as error:
        faults.add("file-missing", at, f"can't be read: {error.strerror or error}", value=text)
        return None


def _defined(body: list[ast.stmt]) -> Iterator[tuple[str, Any]]:
    """Every name that a module has when it is loaded, with what defines it; `*` where nobody can tell them all."""
    for node in body:
        match node:
            case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
                yield node.name, node
            case ast.Assign(targets=targets):
                yield from ((target.id, node) for target in targets if isinstance(target, ast.Name))
            case ast.AnnAssign(target=ast.Name(id=name), value=value) if value is not None:
                yield name, node
            case ast.Import(names=names) | ast.ImportFrom(names=names):
                yield from ((one.asname or one.name, node) for one in names)
            case ast.If() | ast.Try() | ast.With():
                inner = [*node.body, *getattr(node, "orelse", []), *getattr(node, "finalbody", [])]
                inner += [one for handler in getattr(node, "handlers", []) for one in handler.body]
                yield from _defined(inner)
            case _:
                pass


def _required(arguments: ast.arguments) -> bool:
    positional = len(arguments.posonlyargs) + len(arguments.args) - len(arguments.defaults)
    return positional > 0 or any(default is None for default in arguments.kw_defaults)


def _takes_any(arguments: ast.arguments) -> bool:
    return bool(arguments.posonlyargs or arguments.args or arguments.vararg or arguments.kwonlyargs or arguments.kwarg)


def _texts(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(item, str) for item in value)


def _logical_lines(text: str) -> Iterator[tuple[int, str]]:
    """Lines without comments, and continued ones as one, with the number of the first."""
    held, first = "", 0
    for number, line in enumerate(text.splitlines(), 1):
        bare = re.sub(r"(^|\s)#.*$", "", line).strip()
        first = first if held else number
        if line.rstrip().endswith("\\") and bare.endswith("\\"):
            held += bare[:-1] + " "
            continue
        whole, held = (held + bare).strip(), ""
        if whole:
            yield first, whole
    if held.strip():
        yield first, held.strip()
