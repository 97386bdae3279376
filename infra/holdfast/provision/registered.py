"""Is a version registered, and how does it become so? The same for models and environments.

Used by the dynamic providers, in their own process.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from holdfast.arm.wait import wait
from holdfast.model.assets import ASSETS_VERSION, HASH_PROPERTY
from holdfast.model.errors import Blame, Fault, HoldfastError

if TYPE_CHECKING:
    from holdfast.arm import ArmClient

Props = dict[str, Any]


def find_version(client: ArmClient, props: Props, segment: str) -> Props | None:
    """The properties of that version, and `createdAt`, Azure's time of it; `None` where there is none.

    Raises HoldfastError: `version-taken` where it holds something else, `unreadable` where Azure does not say.
    """
    answer = client.get(_path(props, segment), ASSETS_VERSION)
    if answer.status == 404:
        return None
    named = f"{segment}/{props['name']}:{props['version']}"
    if not answer.readable:
        raise HoldfastError(
            [
                Fault(
                    "unreadable",
                    f"whether {named} is registered could not be read",
                    answer.evidence,
                    "this login needs the role AzureML Data Scientist (or better) on the workspace; or run again",
                    Blame.AZURE,
                )
            ]
        )
    found: Props = answer.body.get("properties") or {}
    holds = str((found.get("properties") or {}).get(HASH_PROPERTY) or "")
    if holds != props["hash"]:
        raise HoldfastError(
            [
                Fault(
                    "version-taken",
                    f"{named} is registered, and holds something else",
                    (("holds", holds or f"no property `{HASH_PROPERTY}`"), ("wanted", str(props["hash"]))),
                    "give the service another name",
                )
            ]
        )
    return {**found, "createdAt": str((answer.body.get("systemData") or {}).get("createdAt") or "")}


def version_is_gone(client: ArmClient, props: Props, segment: str) -> bool:
    """Whether Azure says that there is no such version; what it does not say is not gone."""
    return client.get(_path(props, segment), ASSETS_VERSION).status == 404


def register(client: ArmClient, props: Props, segment: str, body: Props) -> None:
    """Make the version, and by it what holds the versions where there is none.

    Raises HoldfastError `not-registered`.
    """
    more = {HASH_PROPERTY: str(props["hash"]), **body.pop("properties", {})}
    whole = {"properties": {**body, "properties": more, "tags": dict(props.get("tags") or {})}}
    path = _path(props, segment)
    answer = wait(client, path, ASSETS_VERSION, client.request("PUT", path, ASSETS_VERSION, whole))
    if not answer.ok:
        raise HoldfastError(
            [
                Fault(
                    "not-registered",
                    f"{segment}/{props['name']}:{props['version']} was not registered",
                    answer.evidence,
                    "this login needs the role AzureML Data Scientist (or better) on the workspace",
                    Blame.AZURE,
                )
            ]
        )


def _path(props: Props, segment: str) -> str:
    return f"{props['workspaceId']}/{segment}/{props['name']}/versions/{props['version']}"
