"""Objects that many services' tables have in common (the common types of Azure's REST specifications)."""

SYSTEM_DATA = {
    "createdAt": "str readonly",
    "createdBy": "str readonly",
    "createdByType": "str readonly",
    "lastModifiedAt": "str readonly",
    "lastModifiedBy": "str readonly",
    "lastModifiedByType": "str readonly",
}

# Of any resource with identities; `ids:` because requests carry `{id: {}}` where the program has a list.
IDENTITY = {
    "principalId": "str readonly",
    "tenantId": "str readonly",
    "type": "str required",
    "userAssignedIdentities": "ids:UserAssignedIdentity",
}
USER_ASSIGNED_IDENTITY = {"clientId": "str readonly", "principalId": "str readonly"}

# The resource group's name as a path parameter in the newer specifications.
GROUP_NAME = "str minlen=1 maxlen=90"
