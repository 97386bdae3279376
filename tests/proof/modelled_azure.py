"""What would Azure make of a request? The rules that cost people their access, in memory, so that ten thousand steps
take a minute.

A PUT of a vault wipes, a PATCH keeps, `accessPolicies/add` is a union, `remove` takes just what is listed, a deleted
resource comes back with everything in it. That Azure (the sandbox) does so is the sandbox's tests' business. Beyond
answering, it watches: what a request of ours cost anybody is written down (`taken`), whoever looks or does not.
"""

from __future__ import annotations

import copy
import uuid
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from holdfast.arm import Answer
from holdfast.model.existing import Absent, Existing, Live, RoleAssignment, SoftDeleted, Unreadable
from holdfast.model.kinds import KINDS, Kind
from holdfast.model.permissions import PolicyEntry, lost, merged, parse_policies, wire_entry

TENANT = "5a4db0c5-7e0a-4000-8000-000000000001"
LOCATION = "westeurope"
#: What a workspace's identity is given by Azure, when the workspace is made and only then.
GIFT = {"keys": ["get", "list"], "secrets": ["get", "list", "set", "delete"]}

_NAMES = uuid.UUID("9d0c0b42-0000-5000-8000-000000000000")
_TAGS = "/providers/microsoft.resources/tags/default"


class KilledError(BaseException):
    """The engine is gone in the middle of a run: nothing of ours catches it, as nothing catches a `kill -9`."""


@dataclass
class Fault:
    """What happens to the `after`-th write from now on. `refused`, `failed`, `reset`: it is not carried out; `lost`,
    `killed`: it is, and nobody hears of it; `busy`: a 409, once; `meanwhile`: somebody else writes just before it."""

    mode: str
    after: int
    meanwhile: Callable[[], None] | None = None


@dataclass
class ModelledAzure:
    """`live` and `deleted` hold bodies by lower-case id. `writes` are ours; strangers use the methods below."""

    live: dict[str, dict[str, Any]] = field(default_factory=dict)
    deleted: dict[str, dict[str, Any]] = field(default_factory=dict)
    roles: dict[str, RoleAssignment] = field(default_factory=dict)
    writes: list[str] = field(default_factory=list)
    taken: list[PolicyEntry] = field(default_factory=list)
    broken: list[str] = field(default_factory=list)
    fault: Fault | None = None
    born: int = 0

    # --- what a client of ours asks

    def get(self, path: str, api_version: str) -> Answer:
        """A GET."""
        return self.request("GET", path, api_version)

    def pages(self, path: str, api_version: str) -> Iterator[Answer]:
        """A list; the only one that our writers ask for is that of role assignments."""
        scope = path.partition("/providers/Microsoft.Authorization")[0]
        rows = [role for role in self.roles.values() if role.scope.lower() == scope.lower()]
        yield Answer(200, {"value": [_role_body(role) for role in rows]})

    def request(
        self, method: str, path: str, api_version: str, body: Any = None, headers: Mapping[str, str] | None = None
    ) -> Answer:
        """One request of ours, watched."""
        path = path.partition("?")[0]
        if method == "GET":
            found = self.live.get(path.lower())
            return Answer(200, copy.deepcopy(found)) if found else _error(404, "ResourceNotFound")
        mode, before = self._strike(), self.entries()
        if mode == "refused":
            return _error(403, "AuthorizationFailed")
        if mode == "failed":
            return _error(500, "InternalServerError")
        if mode == "reset":
            return _error(0, "NoAnswer")
        if mode == "busy":
            return _error(409, "ConflictError")
        answer = self._write(method, path.lower(), copy.deepcopy(body))
        if answer.ok:
            self.writes.append(f"{method} {path}")
        self.taken += lost(before, self.entries())
        if mode == "killed":
            raise KilledError
        return _error(0, "NoAnswer") if mode == "lost" else answer

    def _strike(self) -> str:
        fault = self.fault
        if fault is None:
            return ""
        if fault.after:
            fault.after -= 1
            return ""
        self.fault = None
        if fault.meanwhile is not None:
            fault.meanwhile()
        return fault.mode

    def _write(self, method: str, path: str, body: Any) -> Answer:
        target, _, operation = path.partition("/accesspolicies/")
        if operation:
            return self._change_policies(target, operation, parse_policies(body["properties"]))
        if path.endswith(_TAGS):
            return self._merge_tags(path.removesuffix(_TAGS), body["properties"]["tags"])
        if "/microsoft.authorization/roleassignments/" in path:
            return self._assign(path, body["properties"])
        if method == "PATCH":
            return self._patch(path, body)
        assert method == "PUT", f"{method} {path}: nothing of ours deletes"
        return self._put(path, body)

    def _patch(self, path: str, body: Any) -> Answer:
        found = self.live.get(path)
        if found is None:
            return _error(404, "ResourceNotFound")
        if "accessPolicies" in body.get("properties", {}):
            self.broken.append(f"a PATCH of {path} carries accessPolicies")
        found["properties"].update(body.get("properties", {}))
        found["tags"] = body.get("tags", found["tags"])
        return Answer(200, copy.deepcopy(found))

    def _put(self, path: str, body: Any) -> Answer:
        if path in self.live:
            self.broken.append(f"a PUT of {path}, which is there")
        if path in self.deleted:
            return _error(409, "ConflictError")
        self.born += 1
        made = {"id": body["id"], "name": body["id"].rpartition("/")[2], "location": body["location"]}
        self.live[path] = made | {"tags": dict(body["tags"]), "properties": dict(body["properties"])}
        if "/workspaces/" in path and "machinelearning" in path:
            self._let_in(path)
        return Answer(201, copy.deepcopy(self.live[path]))

    def _let_in(self, workspace: str) -> None:
        """Azure gives a new workspace's identity its entry in an access-policy vault."""
        made = self.live[workspace]
        principal = str(uuid.uuid5(_NAMES, f"{workspace} {self.born}"))
        made["identity"] = {"type": "SystemAssigned", "principalId": principal}
        vault = str(made["properties"].get("keyVault", "")).lower()
        if vault in self.live and not self.live[vault]["properties"].get("enableRbacAuthorization"):
            gift = parse_policies(
                {"accessPolicies": [{"objectId": principal, "tenantId": TENANT, "permissions": GIFT}]}
            )
            self._change_policies(vault, "add", gift)

    def _change_policies(self, vault: str, operation: str, given: tuple[PolicyEntry, ...]) -> Answer:
        if vault not in self.live:
            return _error(404, "ResourceNotFound")
        there = parse_policies(self.live[vault]["properties"])
        after = merged([*there, *given]) if operation == "add" else lost(there, given)
        self.live[vault]["properties"]["accessPolicies"] = [wire_entry(entry) for entry in after]
        return Answer(200, {})

    def _merge_tags(self, path: str, tags: dict[str, str]) -> Answer:
        if path not in self.live:
            return _error(404, "ResourceNotFound")
        self.live[path]["tags"] = {**self.live[path]["tags"], **tags}
        return Answer(200, {})

    def _assign(self, path: str, properties: Any) -> Answer:
        scope, _, name = path.partition("/providers/microsoft.authorization/roleassignments/")
        role = str(properties["roleDefinitionId"]).rpartition("/")[2]
        self.roles[path] = RoleAssignment(path, name, scope, properties["principalId"], role)
        return Answer(201, {})

    # --- what the read stage finds

    def existing(self, kind: Kind, id: str) -> Existing:
        """The four answers but `Unreadable`."""
        if found := self.live.get(id.lower()):
            properties = copy.deepcopy(found["properties"])
            if "identity" in found:
                properties["identity"] = dict(found["identity"])
            return Live(found["id"], found["name"], found["location"], dict(found["tags"]), properties, found)
        if kind in (Kind.VAULT, Kind.WORKSPACE) and (gone := self.deleted.get(id.lower())):
            return SoftDeleted(gone["id"], gone["location"])
        return Absent()

    def roles_at(self, scope: str) -> tuple[RoleAssignment, ...]:
        """The role assignments at an id."""
        return tuple(role for role in self.roles.values() if role.scope.lower() == scope.lower())

    # --- what others do

    def entries(self) -> tuple[PolicyEntry, ...]:
        """Every entry of every vault, the deleted ones' too: they come back with it."""
        bodies = [*self.live.values(), *self.deleted.values()]
        return tuple(entry for body in bodies for entry in parse_policies(body["properties"]))

    def policies(self, vault: str) -> tuple[PolicyEntry, ...]:
        """The entries of one live vault."""
        return parse_policies(self.live[vault.lower()]["properties"])

    def change(self, vault: str, operation: str, *given: PolicyEntry) -> None:
        """A stranger's `accessPolicies/add` or `remove`."""
        self._change_policies(vault.lower(), operation, given)

    def redeploy_template(self, vault: str, *entries: PolicyEntry) -> None:
        """A stranger's PUT of the vault: its own short list, its own tags."""
        found = self.live[vault.lower()]
        found["tags"] = {"deployed-by": "template"}
        found["properties"]["accessPolicies"] = [wire_entry(entry) for entry in entries]

    def delete(self, id: str) -> None:
        """Soft-delete."""
        self.deleted[id.lower()] = self.live.pop(id.lower())

    def recover(self, id: str, by_us: bool = False) -> None:
        """Back, with everything in it."""
        self.live[id.lower()] = self.deleted.pop(id.lower())
        if by_us:
            self.writes.append(f"recover {id}")

    def purge(self, id: str) -> None:
        """Gone for good."""
        self.deleted.pop(id.lower(), None)
        self.live.pop(id.lower(), None)


def _error(status: int, code: str) -> Answer:
    return Answer(status, {"error": {"code": code, "message": "as the fault says"}})


def _role_body(role: RoleAssignment) -> dict[str, Any]:
    properties = {"scope": role.scope, "principalId": role.principal, "roleDefinitionId": f"/x/{role.role}"}
    return {"id": role.id, "name": role.name, "properties": properties}


def unreadable(status: int) -> Unreadable:
    """A read that Azure refuses or fails."""
    return Unreadable(status, {403: "AuthorizationFailed", 500: "InternalServerError"}.get(status, ""), "no")


def kinds_of(body: Mapping[str, Any]) -> Kind:
    """The kind of a live body, by its id."""
    id = str(body["id"]).lower()
    return next(kind for kind in reversed(Kind) if kind is Kind.GROUP or f"/{KINDS[kind].arm_type.lower()}/" in id)
