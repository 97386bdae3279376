"""From where do packages come? From wherever this machine's pip and uv take them: uv is told what only pip knows.

uv reads its own variables and uv.toml by itself and nothing of pip's. What a Dockerfile sets (`ENV PIP_INDEX_URL`)
goes before what the machine says, and what uv is told in its own words before what pip is.
"""

from __future__ import annotations

import configparser
import os
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

#: pip's option -> uv's variable, and whether it holds a list.
_WORDS: Mapping[str, tuple[str, bool]] = {
    "index-url": ("UV_DEFAULT_INDEX", False),
    "extra-index-url": ("UV_INDEX", True),
    "find-links": ("UV_FIND_LINKS", True),
    "trusted-host": ("UV_INSECURE_HOST", True),
    "cert": ("SSL_CERT_FILE", False),
    "timeout": ("UV_HTTP_TIMEOUT", False),
    "default-timeout": ("UV_HTTP_TIMEOUT", False),
    "proxy": ("ALL_PROXY", False),
}
#: Variables of an outer environment that would make it the one installed into.
_FOREIGN = ("VIRTUAL_ENV", "CONDA_PREFIX", "PYTHONHOME", "PYTHONPATH", "UV_PROJECT_ENVIRONMENT", "PIP_TARGET")
#: For a process whose output is a log and whose interpreters are those that are there.
_FIXED = {"UV_NO_PROGRESS": "1", "UV_NO_WRAP": "1", "NO_COLOR": "1", "UV_PYTHON_DOWNLOADS": "never"}


def environment(machine: Mapping[str, str], image: Mapping[str, str]) -> dict[str, str]:
    """The variables that uv is run with: the machine's, pip's settings in uv's words, and the Dockerfile's."""
    settings = _translated({**_files(machine), **_variables(machine)})
    settings |= {name: value for name, value in machine.items() if name not in _FOREIGN}
    settings |= _translated(_variables(image))
    settings |= {name: value for name, value in image.items() if name.startswith("UV_")}
    if settings.get("UV_INDEX"):
        # pip takes the best version of all indexes; uv by itself those of the first that has the package.
        settings.setdefault("UV_INDEX_STRATEGY", "unsafe-best-match")
    return {**settings, **_FIXED}


def _translated(options: Mapping[str, str]) -> dict[str, str]:
    found = {}
    for name, value in options.items():
        if name in _WORDS and value.strip():
            word, many = _WORDS[name]
            found[word] = (("," if word == "UV_FIND_LINKS" else " ").join(value.split())) if many else value.strip()
    return found


def _variables(environ: Mapping[str, str]) -> dict[str, str]:
    """`PIP_INDEX_URL` is the option `index-url`."""
    return {
        name.removeprefix("PIP_").lower().replace("_", "-"): value
        for name, value in environ.items()
        if name.startswith("PIP_")
    }


def _files(environ: Mapping[str, str]) -> dict[str, str]:
    """pip's configuration files in their order (pip.pypa.io/en/stable/topics/configuration): a later one wins."""
    found: dict[str, str] = {}
    if environ.get("PIP_CONFIG_FILE") == os.devnull:
        return found
    for path in _places(environ):
        parser = configparser.RawConfigParser()
        try:
            parser.read(path, encoding="utf-8")
        except (configparser.Error, UnicodeDecodeError):
            continue
        for section in ("global", "install"):
            if parser.has_section(section):
                found |= {name.replace("_", "-"): value for name, value in parser.items(section)}
    return found


def _places(environ: Mapping[str, str]) -> Iterator[Path]:
    home = Path(environ.get("HOME", "~")).expanduser()
    for folder in environ.get("XDG_CONFIG_DIRS", "/etc/xdg").split(os.pathsep):
        yield Path(folder, "pip", "pip.conf")
    yield Path("/etc/pip.conf")
    yield home / ".pip" / "pip.conf"
    if sys.platform == "darwin":
        yield home / "Library/Application Support/pip/pip.conf"
    yield Path(environ.get("XDG_CONFIG_HOME", home / ".config"), "pip", "pip.conf")
    yield Path(sys.prefix, "pip.conf")
    if named := environ.get("PIP_CONFIG_FILE"):
        yield Path(named)
