"""Is that a blob container? Its URL, and nothing in it that would open it: a stack file is read by many.

Source of the rules: "Naming and Referencing Containers, Blobs, and Metadata" (Microsoft Learn).
"""

from __future__ import annotations

import ipaddress
import re
from urllib.parse import urlsplit

from holdfast.settings.keys import Bad

ALLOWED = "https://ACCOUNT.blob.core.windows.net/CONTAINER, with a prefix behind it where one is wanted"

_CONTAINER = re.compile(r"(?=.{3,63}$)[a-z0-9]+(-[a-z0-9]+)*")
#: A prefix is ours to choose: no character that a URL would have to escape.
_PREFIX = re.compile(r"[A-Za-z0-9._-]+(/[A-Za-z0-9._-]+)*")


def read_container(text: str) -> str:
    """The URL without a slash at the end. Raises Bad, which never shows the text: it may hold a secret."""
    try:
        url = urlsplit(text.strip())
        host, port = (url.hostname or "").lower(), url.port
    except ValueError:
        raise _bad("is no URL") from None
    if url.query or url.fragment or url.username is not None or url.password is not None:
        raise Bad(
            "secret-in-settings",
            "holds more than an address: a SAS or a password would be a secret in the stack file",
            ALLOWED,
            "take off everything from the `?` on (and revoke it, if it was committed); the run's own login writes the"
            " receipts: give it the role from docs/receipt.md",
            secret=True,
        )
    if url.scheme != "https" or not host:
        raise _bad("is no https:// address")
    names = [name for name in url.path.split("/") if name]
    account = names[:1] if _path_style(host) else []
    container, prefix = "".join(names[len(account) : len(account) + 1]), "/".join(names[len(account) + 1 :])
    if not _CONTAINER.fullmatch(container):
        raise _bad("names no container behind the host" if not container else "names a container that Azure has not")
    if prefix and not _PREFIX.fullmatch(prefix):
        raise _bad("has a prefix with characters that a URL would have to escape")
    place = f"{host}:{port}" if port else host
    return "/".join([f"https://{place}", *account, container, *([prefix] if prefix else [])])


def _path_style(host: str) -> bool:
    """An emulator at an address has the account's name in the path."""
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return host == "localhost"
    return True


def _bad(says: str) -> Bad:
    return Bad("invalid-container", says, ALLOWED, secret=True)
