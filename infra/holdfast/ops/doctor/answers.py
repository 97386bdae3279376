"""What is an answer to the doctor? Of Azure a resource, its absence, or the reason why a source could not be read; of a
container that it answers at all."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from threading import Lock
from typing import Any, Generic, TypeVar

from holdfast.arm import ArmClient
from holdfast.model.errors import HoldfastError
from holdfast.model.existing import Existing, Live, Unreadable
from holdfast.model.services import LIVENESS_PATH, SCORING_PATH
from holdfast.read.resources import says_absent

_Found = TypeVar("_Found")

#: Seconds that a container gets to answer at its liveness route.
PATIENCE = 2.0


@dataclass(frozen=True, slots=True)
class Unanswered(Exception):  # noqa: N818  (it is no error of ours)
    """A source gave no answer; `reason` says why."""

    reason: str


class Once(Generic[_Found]):
    """An answer that several sources stand on, and whoever comes first asks for."""

    def __init__(self, ask: Callable[[], _Found]) -> None:
        self._ask, self._asked = ask, Lock()
        self._found: list[_Found] = []
        self._refused: HoldfastError | Unanswered | None = None

    def __call__(self) -> _Found:
        """Raises HoldfastError or Unanswered, to each who asks."""
        with self._asked:
            if not self._found and self._refused is None:
                try:
                    self._found.append(self._ask())
                except (HoldfastError, Unanswered) as error:
                    self._refused = error
        if self._refused is not None:
            raise self._refused
        return self._found[0]


def listed(client: ArmClient, path: str, api_version: str) -> list[Mapping[str, Any]]:
    """All rows of a list; none where what they are in is not there. Raises Unanswered."""
    found: list[Mapping[str, Any]] = []
    for page in client.pages(path, api_version):
        if says_absent(page):
            return []
        if not page.readable:
            raise Unanswered(said(page.unreadable()))
        found += page.body.get("value") or []
    return found


def there(found: Existing) -> Live | None:
    """The resource where it is there, `None` where it is not. Raises Unanswered."""
    if isinstance(found, Unreadable):
        raise Unanswered(said(found))
    return found if isinstance(found, Live) else None


def answers(scoring_uri: str) -> bool:
    """Whether a container answers now at its liveness route, beside the one that it scores at."""
    import requests

    if not scoring_uri.endswith(SCORING_PATH):
        return False
    try:
        uri = scoring_uri.removesuffix(SCORING_PATH) + LIVENESS_PATH
        return requests.get(uri, timeout=PATIENCE, allow_redirects=False).ok
    except requests.RequestException:
        return False


def said(found: Unreadable) -> str:
    """What came back, in one line."""
    return f"{found.status} {found.code} {found.message}".strip()
