"""Which settings describe a kind that is live? The inverse of `decide.bodies` and `decide.vault`, a function a kind."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from holdfast.model.existing import Live, RoleAssignment
from holdfast.model.kinds import Kind
from holdfast.model.permissions import ALLOWED, Permissions, parse_policies
from holdfast.model.roles import KEY_VAULT_ROLES
from holdfast.model.wanted import Authorization
from holdfast.ops.init.found import Found, at, identity, open_to_all, written
from holdfast.ops.init.kubernetes import cluster_settings

_ROLES = {guid: name for name, guid in KEY_VAULT_ROLES.items()}


def vault_settings(found: Live) -> Found:
    """Its permission model, and what can be said of the rest; who has access is `policy_grants` or `role_grants`."""
    properties = found.properties
    rbac = bool(properties.get("enableRbacAuthorization"))
    settings = written(
        authorization=str(Authorization.RBAC if rbac else Authorization.ACCESS_POLICIES),
        publicAccess=open_to_all(properties.get("publicNetworkAccess") or "Enabled"),
        retentionDays=properties.get("softDeleteRetentionInDays"),
        # Off is left out: Azure takes `true` at any time, and `false` never.
        purgeProtection=True if properties.get("enablePurgeProtection") else None,
    )
    return Found(settings, _firewall(found.body))


def policy_grants(found: Live, workspace_principal: str) -> Found:
    """One grant for each entry of somebody. The workspace's own is Azure's gift: a run watches it by itself."""
    grants, unsaid = list[dict[str, Any]](), list[str]()
    entries = sorted(parse_policies(found.properties), key=lambda entry: entry.principal.lower())
    for entry in entries:
        if entry.principal.lower() == workspace_principal.lower():
            continue
        unknown = Permissions(**{kind: getattr(entry.permissions, kind) - allowed for kind, allowed in ALLOWED.items()})
        if entry.application:
            unsaid.append(f"the access policy of {entry.principal} through application {entry.application}")
        elif unknown:
            unsaid.append(f"the access policy of {entry.principal}, whose {unknown} no setting knows")
        elif not entry.permissions:
            unsaid.append(f"the access policy of {entry.principal}, which holds no permission")
        else:
            grants.append({"principal": entry.principal.lower(), **entry.permissions.wire()})
    return Found({"grants": grants} if grants else {}, tuple(unsaid))


def role_grants(found: Live, roles: tuple[RoleAssignment, ...], workspace_principal: str) -> Found:
    """One grant for each principal that holds roles on the vault itself; inherited ones are not the vault's."""
    held: dict[str, list[str]] = {}
    unsaid = []
    for row in sorted(roles, key=lambda row: (row.principal.lower(), _ROLES.get(row.role, row.role))):
        if row.scope.rstrip("/").lower() != found.id.lower() or row.principal.lower() == workspace_principal.lower():
            continue
        if row.role in _ROLES:
            held.setdefault(row.principal.lower(), []).append(_ROLES[row.role])
        else:
            unsaid.append(f"the role {row.role} of {row.principal} on it")
    grants = [{"principal": principal, "roles": names} for principal, names in held.items()]
    return Found({"grants": grants} if grants else {}, tuple(unsaid))


def storage_settings(found: Live) -> Found:
    """Nothing but its name."""
    return Found({}, _firewall(found.body))


def no_settings(_found: Live) -> Found:
    """Nothing but its name, and nothing that anybody would miss."""
    return Found()


def registry_settings(found: Live) -> Found:
    """Tier, admin user, access, retention."""
    kept = at(found.body, "properties.policies.retentionPolicy")
    days = kept.get("days") if isinstance(kept, Mapping) and str(kept.get("status")).lower() == "enabled" else None
    settings = written(
        sku=at(found.body, "sku.name"),
        admin=found.properties.get("adminUserEnabled"),
        publicAccess=open_to_all(found.properties.get("publicNetworkAccess")),
        retentionDays=days,
    )
    rules = at(found.body, "properties.networkRuleSet.ipRules")
    return Found(settings, ("its firewall's rules",) if rules else ())


def workspace_settings(found: Live) -> Found:
    """Access, network, identity, and what people read of it."""
    properties, body = found.properties, found.body
    chosen = identity(body)
    isolation = str(at(body, "properties.managedNetwork.isolationMode") or "Disabled")
    settings = written(
        # Its system-assigned one is what a workspace has where nothing is said.
        identity=chosen if chosen and "user" in chosen else None,
        publicAccess=open_to_all(properties.get("publicNetworkAccess")),
        managedNetwork=_NETWORKS.get(isolation),
        highBusinessImpact=properties.get("hbiWorkspace") or None,
        description=properties.get("description") or None,
        friendlyName=_unlike(properties.get("friendlyName"), found.name),
        imageBuildCompute=properties.get("imageBuildCompute") or None,
        v1LegacyMode=properties.get("v1LegacyMode") or None,
        systemDatastoresAuthMode=_LOGINS.get(str(properties.get("systemDatastoresAuthMode")).lower()),
    )
    unsaid = [] if chosen else [f"its identity ({at(body, 'identity.type') or 'none'})"]
    kind = str(body.get("kind") or "Default")
    unsaid += [f"that it is of kind {kind}"] if kind.lower() != "default" else []
    own_key = at(body, "properties.encryption.keyVaultProperties")
    unsaid += ["its encryption by a key of one's own"] if own_key else []
    return Found(settings, tuple(unsaid))


#: A workspace without a managed network needs no word for that.
_NETWORKS = {"AllowInternetOutbound": "internetOutbound", "AllowOnlyApprovedOutbound": "approvedOutbound"}
_LOGINS = {"identity": "identity", "accesskey": "accessKey"}


def _unlike(text: Any, usual: str) -> str | None:
    """A text that is there and not the usual one."""
    return str(text) if text and text != usual else None


def _firewall(body: Mapping[str, Any]) -> tuple[str, ...]:
    """Network rules, for which there is no key."""
    rules = at(body, "properties.networkAcls") or {}
    closed = str(rules.get("defaultAction")).lower() == "deny"
    return ("its firewall's rules",) if closed or rules.get("ipRules") or rules.get("virtualNetworkRules") else ()


KIND_SETTINGS: dict[Kind, Callable[[Live], Found]] = {
    Kind.VAULT: vault_settings,
    Kind.STORAGE: storage_settings,
    Kind.LOGS: no_settings,
    Kind.INSIGHTS: no_settings,
    Kind.REGISTRY: registry_settings,
    Kind.CLUSTER: cluster_settings,
    Kind.WORKSPACE: workspace_settings,
}
