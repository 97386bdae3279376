"""What does a conda file ask for? Its Python, what pip installs, and conda's packages under their names at PyPI.

There is no conda here: a package is taken from the package index where it has the same name there and is the same
thing. Where it is none (`pytorch`, `cudatoolkit`, a compiler), the build fails as conda's solver does for a package
that no channel has.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import yaml

#: Names that conda has and the package index has not, or has for something else.
_OTHERWISE = re.compile(
    r"lib.*|r-.*|_.*|gcc.*|gxx.*|.*_linux-64|cuda.*|cudnn|nccl|mkl|blas|openblas|pytorch.*|torchaudio-cuda|py-opencv"
    r"|py-xgboost.*|opencv|opencv-python-headless-conda|matplotlib-base|pytables|openssl|ca-certificates|git|git-lfs"
    r"|curl|wget|ffmpeg|graphviz|nodejs|zlib|readline|sqlite|tk|xz|ncurses|bzip2|boost|boost-cpp|hdf5|gdal|geos|proj"
    r"|jpeg|openjdk|postgresql|make|compilers|c-compiler|cxx-compiler|fortran-compiler|binutils|sysroot.*|jemalloc"
    r"|openmpi|mpich|snappy|xgboost-gpu|tensorflow-gpu|tensorflow-base|tensorflow-mkl|dlib-cpp|ld_impl.*|conda.*"
)
#: What an environment here has anyway, or has no use for.
_THERE = ("pip", "uv")

_SPEC = re.compile(r"(?P<name>[A-Za-z0-9_][A-Za-z0-9_.-]*)\s*(?P<rest>.*)", re.DOTALL)


class CondaError(Exception):
    """The file is none of conda's, or nothing can be installed from it; the text is conda's manner."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """`python`: the version in uv's words, None where the file names none; `requirements`: conda's packages in pip's
    words; `pip`: the file's own section; `dropped`: what of the specifications is not kept, in words."""

    python: str | None
    requirements: tuple[str, ...]
    pip: tuple[str, ...]
    dropped: tuple[str, ...] = ()


def of_file(text: str, name: str) -> Wanted:
    """What a file asks for; CondaError where it can't be read, or names what only conda has."""
    try:
        body: Any = yaml.safe_load(text)
    except yaml.YAMLError as error:
        raise CondaError(f"{type(error).__name__}: {error}") from None
    if not isinstance(body, dict) or not isinstance(body.get("dependencies"), list):
        raise CondaError(f"EnvironmentFileEmpty: '{name}' is empty, or has no list of dependencies")
    specs: list[str] = []
    pip: list[str] = []
    for one in body["dependencies"]:
        if isinstance(one, str):
            specs.append(one)
        elif isinstance(one, dict) and isinstance(one.get("pip"), list):
            pip += [str(item) for item in one["pip"]]
        else:
            raise CondaError(f"CondaValueError: invalid dependency in '{name}': {one}")
    found = of_specs(specs)
    return Wanted(found.python, found.requirements, tuple(pip), found.dropped)


def of_specs(specs: Sequence[str]) -> Wanted:
    """The same of specifications (`numpy=1.26`, `conda-forge::scipy>=1.10`)."""
    python: str | None = None
    requirements: list[str] = []
    dropped: list[str] = []
    unknown: list[str] = []
    for spec in specs:
        found = _SPEC.fullmatch(spec.rpartition("::")[2].strip())
        if found is None:
            raise CondaError(f"InvalidMatchSpec: Invalid spec '{spec}'")
        name, rest = found["name"].lower(), found["rest"].strip()
        version, build = _version(rest, spec)
        if build:
            dropped.append(f"the build {build} of {name}")
        if name == "python":
            python = version.replace(".*", "").replace("==", "") or "3"
        elif name in _THERE:
            continue
        elif _OTHERWISE.fullmatch(name):
            unknown.append(f"{name} {rest.lstrip('= ')}".strip())
        else:
            requirements.append(f"{name}{version}")
    if unknown:
        raise unavailable(unknown)
    return Wanted(python, tuple(requirements), (), tuple(dropped))


def unavailable(specs: Sequence[str]) -> CondaError:
    """As conda's solver says it (libmamba), and why here."""
    lines = "\n".join(f"  - nothing provides requested {spec}" for spec in specs)
    return CondaError(
        f"LibMambaUnsatisfiableError: Encountered problems while solving:\n{lines}\n\n"
        "(The sandbox has no conda channels: a package of conda's is taken from the package index where it has the "
        "same name there. Under `pip:` in the file any package of the index may stand.)"
    )


def _version(rest: str, spec: str) -> tuple[str, str]:
    """conda's version in pip's words, and the build that is left out: `=1.26=py310h1_0` -> `==1.26.*`."""
    if not rest:
        return "", ""
    if "|" in rest:
        raise CondaError(f"InvalidMatchSpec: '{spec}': alternatives are not carried out by the sandbox's builds")
    if rest.startswith("==") or not rest.startswith("="):
        words = rest.split()
        if rest[0].isdigit():  # `numpy 1.26.* py310h1_0`
            return f"=={words[0]}", " ".join(words[1:])
        return "".join(rest.split()), ""
    version, _, build = rest.lstrip("= ").partition("=")
    version = version.strip()
    if build:
        return f"=={version}", build.strip()
    return f"=={version}" if version.endswith("*") else f"=={version}.*", ""
