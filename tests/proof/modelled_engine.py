"""What do the engine and the provision stage do with a plan? One stack: its settings, its state, its runs.

The decisions are the real ones, and so are the dynamic providers and the inputs that they are given; modelled are the
engine's bookkeeping (what a run records, also one that breaks off) and azure-native's part: a GET and a PUT.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from pulumi.dynamic import ResourceProvider

from holdfast.decide import decide
from holdfast.model.decision import Adopt, Create, Keep, Recover, Refer
from holdfast.model.errors import Fault, HoldfastError
from holdfast.model.existing import Absent, Facts, Live, Recorded, Unreadable
from holdfast.model.kinds import KINDS, Kind
from holdfast.model.names import resource_id
from holdfast.model.plan import Plan
from holdfast.model.wanted import Authorization, Wanted
from holdfast.provision.roles import workspace_role_inputs
from holdfast.provision.roles_provider import WorkspaceRoleProvider
from holdfast.provision.tags import tags_inputs
from holdfast.provision.tags_provider import ResourceTagsProvider
from holdfast.provision.vault import grants_inputs, settings_inputs, vault_inputs
from holdfast.provision.vault_provider import VaultGrantsProvider, VaultSettingsProvider

from .modelled_azure import TENANT, KilledError, ModelledAzure, unreadable

#: What is made in which order: each behind what it stands on.
ORDER = (Kind.GROUP, Kind.VAULT, Kind.STORAGE, Kind.LOGS, Kind.INSIGHTS, Kind.REGISTRY, Kind.WORKSPACE)
CLOUD: dict[str, str] = {}


class BrokenOffError(Exception):
    """A resource of the run failed; what it had done until then is in the state."""


@dataclass(frozen=True)
class Run:
    """What a run came to: `refused`, `failed`, `killed` or `done`. `operations` are the engine's steps that do
    something."""

    end: str
    plan: Plan
    faults: tuple[Fault, ...] = ()
    operations: tuple[str, ...] = ()
    writes: tuple[str, ...] = ()
    said: str = ""


@dataclass
class Stack:
    """A stack of ours on the modelled Azure."""

    azure: ModelledAzure
    wanted: Wanted
    state: dict[str, Recorded] = field(default_factory=dict)

    def facts(self, unread: Mapping[Kind, int]) -> Facts:
        """What the read stage finds; `unread` are kinds that Azure does not answer for, with its status."""
        existing = {
            kind: unreadable(unread[kind]) if kind in unread else self.azure.existing(kind, self.id_of(kind))
            for kind in self.wanted.resources
        }
        vault = existing[Kind.VAULT]
        rbac = isinstance(vault, Live) and bool(vault.properties.get("enableRbacAuthorization"))
        return Facts(
            existing=existing,
            state=dict(self.state),
            policies=self.azure.policies(vault.id) if isinstance(vault, Live) else None,
            role_assignments=self.azure.roles_at(vault.id) if rbac and isinstance(vault, Live) else None,
            tenant=TENANT,
        )

    def id_of(self, kind: Kind) -> str:
        """The id that the settings give a kind."""
        return resource_id(self.wanted, kind)

    def preview(self, unread: Mapping[Kind, int]) -> Run:
        """Read, decide, and ask each dynamic resource whether it has something to do. Nothing here can write."""
        facts = self.facts(unread)
        plan, faults = decide(self.wanted, facts)
        if faults:
            return Run("refused", plan, faults)
        return Run("done", plan, operations=tuple(_Carrying(self, plan, dry=True).out()))

    def up(self, unread: Mapping[Kind, int]) -> Run:
        """One `pulumi up`."""
        facts, before = self.facts(unread), len(self.azure.writes)
        plan, faults = decide(self.wanted, facts)
        if faults:
            return Run("refused", plan, faults)
        carrying = _Carrying(self, plan)
        end, said = "done", ""
        try:
            carrying.out()
        except (HoldfastError, BrokenOffError) as error:
            end, said = "failed", str(error)
        except KilledError:
            end = "killed"
        return Run(end, plan, (), tuple(carrying.operations), tuple(self.azure.writes[before:]), said)

    def refresh(self) -> None:
        """`pulumi refresh`: what is gone is forgotten, what changed is taken over; a dynamic resource stays."""
        for kind in ORDER:
            if kind.value in self.state and not isinstance(self.azure.existing(kind, self.id_of(kind)), Live):
                del self.state[kind.value]
            elif kind.value in self.state:
                self.record_kind(kind)

    def record_kind(self, kind: Kind) -> None:
        """What azure-native's GET after a write, an import or a refresh puts into the state."""
        body = self.azure.live[self.id_of(kind).lower()]
        outputs = {"name": body["name"], "location": body["location"], "tags": dict(body["tags"]), **body["properties"]}
        if "identity" in body:
            outputs["identity"] = dict(body["identity"])
        self.record(kind.value, KINDS[kind].token, outputs)

    def record(self, name: str, token: str, outputs: Mapping[str, Any]) -> None:
        """Into the checkpoint."""
        urn = f"urn:pulumi:{self.wanted.stack}::{self.wanted.project}::{token}::{name}"
        self.state[name] = Recorded(urn, token, str(outputs.get("name") or ""), dict(outputs))


class _Carrying:
    """One plan being carried out, or only looked at (`dry`)."""

    def __init__(self, stack: Stack, plan: Plan, *, dry: bool = False) -> None:
        self.stack, self.plan, self.dry = stack, plan, dry
        self.azure, self.wanted = stack.azure, stack.wanted
        self.operations: list[str] = []

    def out(self) -> list[str]:
        plan, wanted = self.plan, self.wanted
        assert not plan.changes, "the sequences change no setting of a kind but the vault's"
        self._dynamic("resource-tags", ResourceTagsProvider(), tags_inputs(plan, CLOUD))
        for kind in ORDER:
            if isinstance(plan.decisions[kind], Recover):
                self._step(f"recover {kind}")
                if not self.dry:
                    self.azure.recover(self.stack.id_of(kind), by_us=True)
        for kind in ORDER:
            self._kind(kind)
        vault_id, declared = self.stack.id_of(Kind.VAULT), {"resource-tags", *self._declared()}
        if Kind.VAULT.value in declared:
            declared.add("vault-settings")
            self._dynamic("vault-settings", VaultSettingsProvider(), settings_inputs(wanted, plan, vault_id, CLOUD))
        if plan.vault.authorization is Authorization.ACCESS_POLICIES:
            declared.add("vault-grants")
            inputs = grants_inputs(wanted, plan, vault_id, self._principal(), TENANT, CLOUD)
            self._dynamic("vault-grants", VaultGrantsProvider(), inputs)
        elif plan.workspace_role is not None and Kind.WORKSPACE.value in declared:
            declared.add("workspace-role")
            inputs = workspace_role_inputs(wanted, plan.workspace_role, vault_id, self._principal(), CLOUD)
            self._dynamic("workspace-role", WorkspaceRoleProvider(), inputs)
        self._forget(declared)
        return self.operations

    def _declared(self) -> set[str]:
        return {kind.value for kind, decision in self.plan.decisions.items() if not isinstance(decision, Refer)}

    def _kind(self, kind: Kind) -> None:
        decision = self.plan.decisions[kind]
        match decision:
            case Create():
                self._step(f"create {kind}")
                assert kind.value not in self.stack.state, f"{kind} would be made although our state holds it"
                if not self.dry:
                    self._make(kind)
            case Adopt() | Recover() if kind.value not in self.stack.state:
                self._step(f"import {kind}")
                if not self.dry:
                    self.stack.record_kind(kind)
            case Keep() | Recover():
                assert kind.value in self.stack.state
            case Refer():
                assert kind.value not in self.stack.state, f"{kind} of ours would drop out of the program"
            case _:
                raise AssertionError(f"{kind}: {decision} passed without a fault")

    def _make(self, kind: Kind) -> None:
        """azure-native's create: a GET that finds nothing, a PUT, a GET."""
        id = self.stack.id_of(kind)
        if isinstance(self.azure.existing(kind, id), Live):
            raise BrokenOffError(f"cannot create already existing resource '{id}'")
        properties = dict(self.plan.bodies[kind].creation.get("properties", {}))
        if kind is Kind.VAULT:
            properties = vault_inputs(self.plan, TENANT)
        body = {"id": id, "location": self.plan.locations[kind], "tags": self.plan.tags, "properties": properties}
        answer = self.azure.request("PUT", id, KINDS[kind].api_version, body)
        if not answer.ok:
            raise BrokenOffError(f"{id}: {answer.status} {answer.code}")
        self.stack.record_kind(kind)

    def _principal(self) -> str | None:
        if isinstance(self.plan.decisions[Kind.WORKSPACE], Refer):
            return None
        if self.plan.workspace_principal is not None:
            return self.plan.workspace_principal
        recorded = self.stack.state.get(Kind.WORKSPACE.value)
        return str(recorded.outputs["identity"]["principalId"]) if recorded else None

    def _dynamic(self, name: str, provider: ResourceProvider, inputs: dict[str, Any]) -> None:
        """Create, or diff and update; the engine hands no null over, and records what comes back."""
        news = {key: value for key, value in inputs.items() if value is not None}
        known = self.stack.state.get(name)
        if known is not None and not provider.diff(name, dict(known.outputs), news).changes:
            return
        self._step(f"{'create' if known is None else 'update'} {name}")
        if self.dry:
            return
        done = provider.create(news) if known is None else provider.update(name, dict(known.outputs), news)
        outs = {key: value for key, value in (done.outs or {}).items() if value is not None}
        self.stack.record(name, f"pulumi-python:dynamic/holdfast:{name}", outs)

    def _forget(self, declared: set[str]) -> None:
        """What a program declares no more, the engine deletes: of a dynamic resource of ours that is its record."""
        for name in [name for name in self.stack.state if name not in declared]:
            assert name not in {kind.value for kind in Kind}, f"the engine would delete {name}"
            self._step(f"delete {name}")
            if not self.dry:
                del self.stack.state[name]

    def _step(self, what: str) -> None:
        self.operations.append(what)


def with_vault(wanted: Wanted, **changes: Any) -> Wanted:
    """Other settings of the vault."""
    return replace(wanted, vault=replace(wanted.vault, **changes))


def with_resource(wanted: Wanted, kind: Kind, **changes: Any) -> Wanted:
    """Other settings of one resource."""
    return replace(wanted, resources={**wanted.resources, kind: replace(wanted.resources[kind], **changes)})


__all__ = ["Absent", "Run", "Stack", "Unreadable", "with_resource", "with_vault"]
