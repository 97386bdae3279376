"""What do the permissions of an access policy and the roles of an RBAC vault allow, in the same words?

Both models end in the same data actions of Microsoft.KeyVault, so that "does this role cover that policy" is a question
about sets. The actions here have no prefix: `keys/read` is `Microsoft.KeyVault/vaults/keys/read`.

Sources, Microsoft Learn: "Azure permissions for Security" (the actions, and which operation each one is), "Azure
built-in roles for Security" (the roles), "Migrate from vault access policy to an Azure role-based access control
permission model" and "Provide access to Key Vault keys, certificates, and secrets with Azure role-based access
control" (which roles take the place of which permissions), and for each operation the permission that the reference of
the Key Vault REST API names (`Update Secret` needs `secrets/set`).
"""

from __future__ import annotations

from holdfast.model.permissions import ALLOWED, Permissions

#: (object kind, permission of an access policy) -> the data actions that allow the same.
ACTIONS_OF: dict[tuple[str, str], frozenset[str]] = {
    (kind, permission): frozenset(actions.split())
    for kind, rows in {
        "keys": {
            "get": "keys/read",
            "list": "keys/read",
            "update": "keys/update/action",
            "create": "keys/create/action",
            "import": "keys/import/action",
            "delete": "keys/delete",
            "recover": "keys/recover/action",
            "backup": "keys/backup/action",
            "restore": "keys/restore/action",
            "purge": "keys/purge/action",
            "encrypt": "keys/encrypt/action",
            "decrypt": "keys/decrypt/action",
            "wrapkey": "keys/wrap/action",
            "unwrapkey": "keys/unwrap/action",
            "sign": "keys/sign/action",
            "verify": "keys/verify/action",
            "release": "keys/release/action",
            "rotate": "keys/rotate/action",
            "getrotationpolicy": "keyrotationpolicies/read",
            "setrotationpolicy": "keyrotationpolicies/write",
        },
        "secrets": {
            "get": "secrets/getSecret/action",
            "list": "secrets/readMetadata/action",
            "set": "secrets/setSecret/action secrets/update/action",
            "delete": "secrets/delete",
            "recover": "secrets/recover/action",
            "backup": "secrets/backup/action",
            "restore": "secrets/restore/action",
            "purge": "secrets/purge/action",
        },
        "certificates": {
            "get": "certificates/read",
            "list": "certificates/read",
            "update": "certificates/update/action",
            "create": "certificates/create/action",
            "import": "certificates/import/action",
            "delete": "certificates/delete",
            "recover": "certificates/recover/action",
            "backup": "certificates/backup/action",
            "restore": "certificates/restore/action",
            "purge": "certificates/purge/action",
            "managecontacts": "certificatecontacts/write",
            "manageissuers": "certificatecas/read certificatecas/write certificatecas/delete",
            "getissuers": "certificatecas/read",
            "listissuers": "certificatecas/read",
            "setissuers": "certificatecas/write",
            "deleteissuers": "certificatecas/delete",
        },
        "storage": {
            "get": "storageaccounts/read",
            "list": "storageaccounts/read",
            "set": "storageaccounts/set/action",
            "update": "storageaccounts/set/action",
            "delete": "storageaccounts/delete",
            "recover": "storageaccounts/recover/action",
            "backup": "storageaccounts/backup/action",
            "restore": "storageaccounts/restore/action",
            "purge": "storageaccounts/purge/action",
            "regeneratekey": "storageaccounts/regeneratekey/action",
            "getsas": "storageaccounts/sas/read",
            "listsas": "storageaccounts/sas/read",
            "setsas": "storageaccounts/sas/set/action",
            "deletesas": "storageaccounts/sas/delete",
        },
    }.items()
    for permission, actions in rows.items()
}

#: Every data action of a vault.
ACTIONS: frozenset[str] = frozenset[str]().union(*ACTIONS_OF.values())

#: What only reads what is no secret: the whole of Key Vault Reader, which "cannot read sensitive values".
METADATA: frozenset[str] = frozenset(
    action for action in ACTIONS if action.endswith("/read") or action == "secrets/readMetadata/action"
)


def _within(*folders: str) -> frozenset[str]:
    return frozenset(action for action in ACTIONS if action.startswith(folders))


_USES_KEYS = "read update backup encrypt decrypt wrap unwrap sign verify"

#: The built-in roles that give anything in a vault, the narrow ones first: where two do equally well, the first is
#: taken. Key Vault Purge Operator is not among them: it purges deleted vaults, and holds no data action. Neither are
#: Key Vault Contributor and Key Vault Data Access Administrator.
ROLE_ACTIONS: dict[str, frozenset[str]] = {
    "Key Vault Reader": METADATA,
    "Key Vault Secrets User": frozenset({"secrets/getSecret/action", "secrets/readMetadata/action"}),
    "Key Vault Certificate User": frozenset(
        {"certificates/read", "secrets/getSecret/action", "secrets/readMetadata/action", "keys/read"}
    ),
    "Key Vault Crypto Service Encryption User": frozenset({"keys/read", "keys/wrap/action", "keys/unwrap/action"}),
    "Key Vault Crypto Service Release User": frozenset({"keys/release/action"}),
    "Key Vault Crypto User": frozenset(
        "keys/read" if verb == "read" else f"keys/{verb}/action" for verb in _USES_KEYS.split()
    ),
    "Key Vault Secrets Officer": _within("secrets/"),
    "Key Vault Crypto Officer": _within("keys/", "keyrotationpolicies/"),
    "Key Vault Certificates Officer": _within("certificatecas/", "certificates/", "certificatecontacts/write"),
    "Key Vault Administrator": ACTIONS,
}


def actions_of(policy: Permissions, *kinds: str) -> frozenset[str]:
    """The data actions of a policy, of all object kinds or of `kinds`; `all` is every permission of its kind.

    A permission that is not in the table stands for none: only a role that has all of its kind covers it.
    """
    found = frozenset[str]()
    for kind in kinds or ALLOWED:
        for permission in _expanded(policy, kind):
            found |= ACTIONS_OF.get((kind, permission), frozenset())
    return found


def allowed_by(actions: frozenset[str]) -> Permissions:
    """Every permission whose data actions are all among `actions`; `all` where these are all of an object kind."""
    found = {}
    for kind in ALLOWED:
        rows = {permission: needs for (of, permission), needs in ACTIONS_OF.items() if of == kind}
        held = {permission for permission, needs in rows.items() if needs <= actions}
        found[kind] = {"all", *held} if len(held) == len(rows) else held
    return Permissions.of(found)


def _expanded(policy: Permissions, kind: str) -> frozenset[str]:
    held: frozenset[str] = getattr(policy, kind)
    return frozenset(permission for of, permission in ACTIONS_OF if of == kind) if "all" in held else held
