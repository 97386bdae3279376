"""What is an answer to the doctor? Of Azure a resource, its absence, or the reason why a source could not be read; of a
container that it answers at all."""

from __future__ import annotations

from dataclasses import dataclass

from holdfast.model.existing import Existing, Live, Unreadable
from holdfast.model.services import LIVENESS_PATH, SCORING_PATH

#: Seconds that a container gets to answer at its liveness route.
PATIENCE = 2.0


@dataclass(frozen=True, slots=True)
class Unanswered(Exception):  # noqa: N818  (it is no error of ours)
    """A source gave no answer; `reason` says why."""

    reason: str


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
