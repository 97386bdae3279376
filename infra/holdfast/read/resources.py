"""Is a resource there? The group's list answers for most; what matters is confirmed by a GET of the very id.

The list lags behind writes and its letter case differs (azure-facts, trap 14): it may say that a resource of our state
is there, it may never say that one is absent, and no id is taken from it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from holdfast.arm import Answer, ArmClient
from holdfast.model.existing import Absent, Existing, Live, Unreadable
from holdfast.model.kinds import KINDS, Kind
from holdfast.model.names import group_id

#: The API version of the group's resource list. Source: azure-rest-api-specs, Microsoft.Resources.
LIST_VERSION = "2021-04-01"

#: Codes of a 404 that are not about the resource, but about its subscription, type or namespace.
_ELSEWHERE = ("SubscriptionNotFound", "InvalidResourceType", "InvalidResourceNamespace")


def get_resource(client: ArmClient, kind: Kind, resource_id: str) -> Existing:
    """One GET: 200 is live, Resource Manager's own 404 is absent, all else is unreadable."""
    return existing(client.get(resource_id, KINDS[kind].api_version))


def existing(answer: Answer) -> Existing:
    """What an answer to a GET says."""
    if answer.readable and answer.body.get("id"):
        return live(answer.body)
    return Absent() if says_absent(answer) else answer.unreadable()


def says_absent(answer: Answer) -> bool:
    """Whether a 404 is about the very resource: an error of Resource Manager's, and none about what leads to it.

    A 404 without its error envelope is a proxy's or a wrong endpoint's. Source of the codes: "Common Azure deployment
    errors" (Microsoft Learn).
    """
    return answer.status == 404 and answer.code not in ("", *_ELSEWHERE)


def live(body: Mapping[str, Any]) -> Live:
    """A body of Azure's as a fact. The root's `identity` is kept beside the properties."""
    properties = dict(body.get("properties") or {})
    if body.get("identity"):
        properties["identity"] = body["identity"]
    return Live(
        id=str(body["id"]),
        name=str(body.get("name") or str(body["id"]).rsplit("/", 1)[-1]),
        location=str(body.get("location") or ""),
        tags={str(name): str(value) for name, value in (body.get("tags") or {}).items()},
        properties=properties,
        body=body,
    )


def list_group(client: ArmClient, subscription: str, group: str) -> dict[str, Live] | Unreadable | Absent:
    """Everything in the group by lower-case id."""
    return list_at(client, f"{group_id(subscription, group)}/resources?$expand=provisioningState", LIST_VERSION)


def list_at(client: ArmClient, path: str, api_version: str) -> dict[str, Live] | Unreadable | Absent:
    """All rows of a list, whatever its pages, by lower-case id."""
    found: dict[str, Live] = {}
    for page in client.pages(path, api_version):
        if not page.readable:
            return Absent() if says_absent(page) else page.unreadable()
        for row in page.body.get("value") or ():
            entry = live(row)
            found[entry.id.lower()] = entry
    return found
