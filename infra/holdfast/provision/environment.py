"""What is declared for the whole environment? One component, in the order that Azure itself needs and no other.

A resource that the plan refers to is used by its id and not declared; everything else is declared in every run, because
what a program stops declaring, the engine deletes.
"""

from __future__ import annotations

import pulumi

from holdfast.model.kinds import Kind
from holdfast.model.names import workspace_subject
from holdfast.model.plan import Plan
from holdfast.model.sorts import Sort
from holdfast.model.wanted import Authorization, Wanted
from holdfast.provision.assignments import principal_output
from holdfast.provision.declared import Declared
from holdfast.provision.retained import Retained, retained_inputs
from holdfast.provision.roles import WorkspaceRoleAssignment, grant_roles, workspace_role_inputs
from holdfast.provision.services import declare_running
from holdfast.provision.settings import ResourceSettings, resource_settings_inputs
from holdfast.provision.tags import ResourceTags, tags_inputs
from holdfast.provision.vault import VaultGrants, VaultSettings, grants_inputs, settings_inputs


class Environment(pulumi.ComponentResource):
    """A resource group and everything in it. `ids` and what is declared (`kinds`) are by kind, `parts` by logical name,
    `running` by the service's name.

    `done` resolves when every write of the run is made, to the workspace identity's principal where there is one.
    """

    def __init__(self, wanted: Wanted, plan: Plan, tenant: str, cloud: dict[str, str]) -> None:
        super().__init__("holdfast:azure:Environment", "environment")
        # First, because it needs no other: the engine starts the dynamic resources' plugin meanwhile.
        tags = ResourceTags("resource-tags", tags_inputs(plan, cloud), pulumi.ResourceOptions(parent=self))
        self._wanted, self._plan, self._cloud = wanted, plan, cloud
        self._tenant, self._writes = tenant, list[pulumi.CustomResource]()
        declared = Declared(wanted, plan, tenant, cloud, self, self._before_the_workspace)
        self.kinds, self.parts, self.ids = declared.kinds, declared.parts, declared.ids
        settings = ResourceSettings(
            "resource-settings",
            resource_settings_inputs(plan, cloud),
            # A changed setting may name what this run makes.
            pulumi.ResourceOptions(parent=self, depends_on=declared.new if plan.changes else None),
        )
        self.running = declare_running(wanted, plan, declared.parts, declared.assets, self, cloud)
        last = [
            *declared.parts.values(),
            *declared.assignments,
            *declared.recoveries.values(),
            *declared.assets.values(),
            *self.running.values(),
            *(self._writes or self._vault_writes()),
            *self._roles(),
            tags,
            settings,
        ]
        retained = Retained(
            "retained",
            retained_inputs(wanted, plan, cloud),
            # Deletions go the other way round: before a group goes, this looks what is in it.
            pulumi.ResourceOptions(
                parent=self, depends_on=None if wanted.retain else [*declared.kinds.values(), *last]
            ),
        )
        principal = pulumi.Output.from_input(self._workspace_principal())
        everything = pulumi.Output.all(principal, *self.ids.values(), *(resource.id for resource in [*last, retained]))
        self.done: pulumi.Output[str | None] = everything.apply(lambda values: values[0])
        self.register_outputs({kind.value: value for kind, value in self.ids.items()})

    def _before_the_workspace(self, declared: Declared) -> list[pulumi.CustomResource]:
        """A user-assigned identity has to be in the vault before its workspace is made; Azure lets no other in."""
        if workspace_subject(self._wanted) == Kind.WORKSPACE.value:
            return []
        self.kinds, self.parts, self.ids = declared.kinds, declared.parts, declared.ids
        self._writes = self._vault_writes()
        return self._writes

    def _vault_writes(self) -> list[pulumi.CustomResource]:
        plan, vault_id = self._plan, self.ids[Kind.VAULT]
        vault, writes = self.kinds.get(Kind.VAULT), list[pulumi.CustomResource]()
        if vault is not None:
            # A firewall that is shut before the endpoint is there shuts everybody out.
            doors = [self.parts[name] for name in self._doors()] if plan.vault.changes or plan.vault.recovered else []
            opts = pulumi.ResourceOptions(parent=self, depends_on=[vault, *doors])
            writes.append(
                VaultSettings("vault-settings", settings_inputs(self._wanted, plan, vault_id, self._cloud), opts)
            )
        # Also where the vault was switched to RBAC: nothing is written then, and nothing that we remember is forgotten.
        if plan.vault.authorization is Authorization.ACCESS_POLICIES or plan.grants.kept:
            # After a workspace whose own entry is recorded here; after the settings, because Azure refuses
            # overlapping writes to one vault.
            workspace = self.kinds.get(Kind.WORKSPACE)
            opts = pulumi.ResourceOptions(parent=self, depends_on=[*writes, *([workspace] if workspace else [])])
            inputs = grants_inputs(self._wanted, plan, vault_id, self._workspace_principal(), self._tenant, self._cloud)
            writes.append(VaultGrants("vault-grants", inputs, opts))
        return writes

    def _doors(self) -> list[str]:
        """The endpoints and their zone groups, by logical name."""
        doors = [part.logical for part in self._plan.parts if part.sort in (Sort.ENDPOINT, Sort.ZONES)]
        return [name for name in doors if name in self.parts]

    def _workspace_principal(self) -> pulumi.Input[str] | None:
        """Known already where the identity is there: a run with nothing to do need not wait for its outputs."""
        subject = workspace_subject(self._wanted)
        if subject in self.parts and self._plan.workspace_principal is None:
            return principal_output(subject, self.parts[subject])
        if subject != Kind.WORKSPACE.value:
            return self._plan.workspace_principal
        workspace = self.kinds.get(Kind.WORKSPACE)
        if workspace is None or self._plan.workspace_principal is not None:
            return self._plan.workspace_principal if workspace is not None else None
        return principal_output(subject, workspace)

    def _roles(self) -> list[pulumi.CustomResource]:
        wanted, plan, vault_id = self._wanted, self._plan, self.ids[Kind.VAULT]
        vault, workspace = self.kinds.get(Kind.VAULT), self.kinds.get(Kind.WORKSPACE)
        needs: list[pulumi.Resource] = [vault] if vault is not None else []
        roles = grant_roles(wanted, plan, vault_id, self, needs)
        if plan.workspace_role is not None and workspace is not None:
            inputs = workspace_role_inputs(
                wanted, plan.workspace_role, vault_id, self._workspace_principal(), self._cloud
            )
            opts = pulumi.ResourceOptions(parent=self, depends_on=[*needs, workspace])
            roles.append(WorkspaceRoleAssignment("workspace-role", inputs, opts))
        return roles
