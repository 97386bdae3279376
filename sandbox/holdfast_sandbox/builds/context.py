"""What is built from? A context: fetched from this machine, unpacked safely, less what `.dockerignore` excludes."""

from __future__ import annotations

import hashlib
import ipaddress
import os
import re
import shutil
import ssl
import tarfile
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from urllib.parse import urlsplit

PATIENCE = 600.0  # seconds for the download; the first one may wait for Azurite's installation
_BLOCK = 1024 * 1024


class ContextError(Exception):
    """The context can't be had, or is none."""


def loopback(url: str) -> bool:
    """Whether an address is an https one of this machine: the sandbox's builds fetch from nowhere else."""
    parts = urlsplit(url)
    if parts.scheme != "https" or not parts.hostname:
        return False
    try:
        return ipaddress.ip_address(parts.hostname).is_loopback
    except ValueError:
        return parts.hostname == "localhost"


def fetch(url: str, file: Path, authorities: Path) -> int:
    """Downloads to `file`; the size in bytes. `authorities`: the certificates to trust, as PEM."""
    tls = urllib.request.HTTPSHandler(context=ssl.create_default_context(cafile=str(authorities)))
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}), tls)
    shown = url.partition("?")[0]  # what follows opens the blob
    try:
        with opener.open(url, timeout=PATIENCE) as answer, open(file, "wb") as out:
            shutil.copyfileobj(answer, out, _BLOCK)
    except urllib.error.HTTPError as error:
        raise ContextError(f"failed to download context: {shown} answered {error.code} {error.reason}") from None
    except OSError as error:
        raise ContextError(f"failed to download context: {shown}: {getattr(error, 'reason', error)}") from None
    return file.stat().st_size


def unpack(archive: Path, folder: Path) -> None:
    """Unpacks a tar file, compressed or not. Nothing is written outside of the folder, no device is made."""
    try:
        with tarfile.open(archive) as found:
            found.extractall(folder, filter="data")
    except (tarfile.TarError, EOFError, OSError) as error:
        raise ContextError(f"failed to unpack the context: {error}") from None


def apply_ignore(folder: Path, dockerfile: Path) -> None:
    """Removes what `.dockerignore` (or `<Dockerfile>.dockerignore`) excludes; the Dockerfile itself stays."""
    own = dockerfile.with_name(f"{dockerfile.name}.dockerignore")
    path = own if own.is_file() else folder / ".dockerignore"
    if not path.is_file():
        return
    rules = [line.strip() for line in path.read_text(encoding="utf-8", errors="replace").splitlines()]
    rules = [rule for rule in rules if rule and not rule.startswith("#")]
    for file in list(files(folder)):
        if file in (dockerfile, path):
            continue
        if _ignored(file.relative_to(folder).as_posix(), rules):
            file.unlink()


def _ignored(path: str, rules: list[str]) -> bool:
    """The last rule that fits decides, and one that fits a folder fits what is in it."""
    parts = PurePosixPath(path).parts
    above = ["/".join(parts[: depth + 1]) for depth in range(len(parts))]
    ignored = False
    for rule in rules:
        negated = rule.startswith("!")
        pattern = _pattern(rule.lstrip("!").strip("/"))
        if any(pattern.fullmatch(one) for one in above):
            ignored = not negated
    return ignored


def _pattern(rule: str) -> re.Pattern[str]:
    """Go's `filepath.Match` with `**`: a star stays within a folder."""
    text = re.escape(rule.removeprefix("./"))
    text = text.replace(r"\*\*/", "(?:.*/)?").replace(r"\*\*", ".*").replace(r"\*", "[^/]*").replace(r"\?", "[^/]")
    return re.compile(text)


def files(folder: Path) -> Iterator[Path]:
    """All files and links under a folder, by name."""
    for place, folders, names in os.walk(folder):
        folders.sort()
        links = [name for name in folders if os.path.islink(os.path.join(place, name))]
        for name in sorted([*names, *links]):
            yield Path(place, name)


def tree_digest(folder: Path) -> str:
    """A hash of what lies in a folder: names, contents, links and what may be executed; no times, no owners."""
    total = hashlib.sha256()
    for path in files(folder):
        total.update(f"{path.relative_to(folder).as_posix()}\0{_mark(path)}\0".encode())
    return total.hexdigest()


def _mark(path: Path) -> str:
    if path.is_symlink():
        return f"link {os.readlink(path)}"
    with open(path, "rb") as file:
        content = hashlib.file_digest(file, "sha256").hexdigest()
    return f"{'x' if os.access(path, os.X_OK) else '-'} {content}"
