"""Which handler answers a path? A declarative table: types with their api-versions, routes with a template and a
source.

Matching ignores letter case, as Azure Resource Manager does; the parameters keep the request's. A template may begin
with `{scope}` for an extension resource, which lies under any resource. The same table yields COVERAGE.md (see
coverage.py).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeAlias

from holdfast_sandbox.arm.exceptions import ArmError

if TYPE_CHECKING:
    from holdfast_sandbox.arm.call import Answer, Call, Plane
    from holdfast_sandbox.arm.operations import Operation
    from holdfast_sandbox.arm.store import Resource

GROUP = "/subscriptions/{subscriptionId}/resourceGroups/{resourceGroupName}"
SUBSCRIPTION = "/subscriptions/{subscriptionId}"

# Azure's regions by name and display name (the public ones that serve machine learning, and a few more).
REGIONS: Mapping[str, str] = {
    "australiaeast": "Australia East",
    "brazilsouth": "Brazil South",
    "canadacentral": "Canada Central",
    "canadaeast": "Canada East",
    "centralindia": "Central India",
    "centralus": "Central US",
    "eastasia": "East Asia",
    "eastus": "East US",
    "eastus2": "East US 2",
    "francecentral": "France Central",
    "germanywestcentral": "Germany West Central",
    "italynorth": "Italy North",
    "japaneast": "Japan East",
    "japanwest": "Japan West",
    "koreacentral": "Korea Central",
    "northcentralus": "North Central US",
    "northeurope": "North Europe",
    "norwayeast": "Norway East",
    "polandcentral": "Poland Central",
    "qatarcentral": "Qatar Central",
    "southafricanorth": "South Africa North",
    "southcentralus": "South Central US",
    "southeastasia": "Southeast Asia",
    "southindia": "South India",
    "spaincentral": "Spain Central",
    "swedencentral": "Sweden Central",
    "switzerlandnorth": "Switzerland North",
    "uaenorth": "UAE North",
    "uksouth": "UK South",
    "ukwest": "UK West",
    "westcentralus": "West Central US",
    "westeurope": "West Europe",
    "westindia": "West India",
    "westus": "West US",
    "westus2": "West US 2",
    "westus3": "West US 3",
}


Handler: TypeAlias = "Callable[[Call], Answer]"


@dataclass(frozen=True, eq=False)
class ResourceType:
    """A type: its full name, the api-versions it takes (newest first), whether the group's list shows it.

    `tracked` types have a location and tags. `released(plane, resource)` is called when the group that holds the
    resource is deleted; without it the resource and all under it is simply removed. `shown(plane, resource)` gives what
    the end of an operation answers, where that is not what is stored. `front_door` types word an
    unknown api-version as the front door does. `version_in_path` types have theirs in the path (Microsoft Graph).
    """

    name: str
    api_versions: Sequence[str]
    tracked: bool = False
    locations: Sequence[str] = tuple(REGIONS)
    released: Callable[[Plane, Resource], None] | None = None
    shown: Callable[[Plane, Resource], dict[str, Any]] | None = None
    front_door: bool = False
    version_in_path: bool = False

    @property
    def namespace(self) -> str:
        return self.name.partition("/")[0]


@dataclass(frozen=True, eq=False)
class Route:
    """One operation: method and path template, who answers it, and where its behaviour is documented.

    `operation` is the verb shown in COVERAGE.md; `source` the public document it follows, None: unverified.
    `seconds`: how long Azure typically takes for the answer. `exclusive`: the path (a prefix of the template) of the
    resource that is being written meanwhile; a second exclusive request for it meets `conflict` (default: ARM's
    `AnotherOperationInProgress`). `needs_group=False` where the group itself is the subject.
    """

    method: str
    path: str
    type: ResourceType
    handler: Handler
    operation: str
    source: str | None
    seconds: float = 0.15
    exclusive: str = ""
    conflict: Callable[[Call], ArmError] | None = None
    needs_group: bool = True

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        parts = []
        for segment in self.path.strip("/").split("/"):
            if segment == "{scope}":
                parts.append("(?P<scope>.*?)")
            elif segment.startswith("{"):
                parts.append(f"/(?P<{segment[1:-1]}>[^/]+)")
            else:
                parts.append("/" + re.escape(segment))
        return re.compile("".join(parts), re.IGNORECASE)


@dataclass(frozen=True)
class Service:
    """What a folder under `services/` offers: `SERVICE` in its routes.py.

    `completions` finish long-running operations, by name; `hooks` are switches that a fault can throw
    (`fault add --hook NAME=VALUE`): each gets the call, the answer and the value, within the request's transaction.
    `started` is called once, in a transaction, when the server answers: what ran when it ended may run again.
    """

    namespace: str
    types: Sequence[ResourceType]
    routes: Sequence[Route]
    completions: Mapping[str, Callable[[Plane, Operation], None]] = field(default_factory=dict)
    hooks: Mapping[str, Callable[[Call, Answer, str], Answer]] = field(default_factory=dict)
    started: Callable[[Plane], None] | None = None


@dataclass(frozen=True)
class Match:
    """A route and what its template's parameters are in this path."""

    route: Route
    params: dict[str, str]


class Registry:
    """All services' types and routes."""

    def __init__(self, services: Iterable[Service]) -> None:
        self.services = tuple(services)
        # Extension resources last: their scope would swallow a path that a plain template describes.
        routes = [route for service in self.services for route in service.routes]
        self.routes = sorted(routes, key=lambda route: route.path.startswith("/{scope}"))
        self.types: dict[str, ResourceType] = {
            kind.name.lower(): kind for service in self.services for kind in service.types
        }
        self.namespaces: dict[str, str] = {kind.namespace.lower(): kind.namespace for kind in self.types.values()}
        self.completions = {name: fn for service in self.services for name, fn in service.completions.items()}
        self.hooks = {name: fn for service in self.services for name, fn in service.hooks.items()}

    def match(self, method: str, path: str) -> tuple[Match | None, list[Route]]:
        """The route for the request; or None and the routes that know the path with other methods."""
        path = "/" + path.strip("/")
        others = []
        for route in self.routes:
            found = route.pattern.fullmatch(path)
            if found is None:
                continue
            if route.method == method:
                return Match(route, found.groupdict()), []
            others.append(route)
        return None, others


def type_in(path: str) -> tuple[str, str]:
    """Namespace and type (`vaults/secrets`) of the last provider in a path; two empty strings where there is none."""
    position = path.lower().rfind("/providers/")
    if position < 0:
        return "", ""
    namespace, *rest = path[position + len("/providers/") :].strip("/").split("/")
    return namespace, "/".join(rest[0::2])


def normal_location(text: Any) -> str:
    """`West Europe` -> `westeurope`, as Azure compares locations."""
    return re.sub(r"\s+", "", str(text)).lower()
