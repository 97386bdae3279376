"""Microsoft.Authorization: role assignments (API 2022-04-01), management locks (2020-05-01), and role definitions to
read (2022-05-01-preview), as SDK 3.29.

`ManagementLockAtResourceLevel` is not here: its path has a parameter that is empty for most resources, and
`ManagementLockByScope` says the same.
"""

from holdfast_sandbox.provider.schema import Invoke, ResourceType, Shapes, getter, parse
from holdfast_sandbox.provider.types.shared import GROUP_NAME, SYSTEM_DATA

ROLE_ASSIGNMENT = ResourceType(
    "azure-native:authorization:RoleAssignment",
    path="/{scope}/providers/Microsoft.Authorization/roleAssignments/{roleAssignmentName}",
    api_version="2022-04-01",
    root={"name": "str readonly", "systemData": "SystemData readonly", "type": "str readonly"},
    flattened={
        "condition": "str",
        "conditionVersion": "str",
        "createdBy": "str readonly",
        "createdOn": "str readonly",
        "delegatedManagedIdentityResourceId": "str",
        "description": "str",
        "principalId": "str required replace",
        "principalType": 'str default="User"',
        "roleDefinitionId": "str required",
        "scope": "str readonly",
        "updatedBy": "str readonly",
        "updatedOn": "str readonly",
    },
    objects={"SystemData": SYSTEM_DATA},
)


def _lock(level: str, where: str) -> ResourceType:
    """The three types of lock differ in their paths alone."""
    return ResourceType(
        f"azure-native:authorization:ManagementLock{level}",
        path=f"/{where}/providers/Microsoft.Authorization/locks/{{lockName}}",
        api_version="2020-05-01",
        parameters={"resourceGroupName": GROUP_NAME} if "Group" in where else {},
        root={"name": "str readonly", "systemData": "SystemData readonly", "type": "str readonly"},
        flattened={"level": "str required", "notes": "str", "owners": "[ManagementLockOwner]"},
        objects={"ManagementLockOwner": {"applicationId": "str"}, "SystemData": SYSTEM_DATA},
    )


_LOCKS = (
    _lock("ByScope", "{scope}"),
    _lock("AtSubscriptionLevel", "subscriptions/{subscriptionId}"),
    _lock("AtResourceGroupLevel", "subscriptions/{subscriptionId}/resourceGroups/{resourceGroupName}"),
)

_ROLE_DEFINITION = Invoke(
    "azure-native:authorization:getRoleDefinition",
    path="/{scope}/providers/Microsoft.Authorization/roleDefinitions/{roleDefinitionId}",
    api_version="2022-05-01-preview",
    response=(
        *(parse(name, "str readonly") for name in ("id", "name", "type")),
        *(
            parse(name, text, ("properties",))
            for name, text in {
                "assignableScopes": "[str] readonly",
                "createdBy": "str readonly",
                "createdOn": "str readonly",
                "description": "str readonly",
                "permissions": "[Permission] readonly",
                "roleName": "str readonly",
                "roleType": "str readonly wire=type",
                "updatedBy": "str readonly",
                "updatedOn": "str readonly",
            }.items()
        ),
        parse("systemData", "SystemData readonly"),
    ),
    shapes=Shapes(
        {
            "SystemData": SYSTEM_DATA,
            "Permission": {
                "actions": "[str] readonly",
                "condition": "str readonly",
                "conditionVersion": "str readonly",
                "dataActions": "[str] readonly",
                "notActions": "[str] readonly",
                "notDataActions": "[str] readonly",
            },
        }
    ),
    getter=True,
)

RESOURCES = {table.token: table for table in (ROLE_ASSIGNMENT, *_LOCKS)}
INVOKES = {
    table.token: table
    for table in (
        getter(ROLE_ASSIGNMENT, "azure-native:authorization:getRoleAssignment", tenantId="str"),
        *(getter(lock, lock.token.replace(":Management", ":getManagement")) for lock in _LOCKS),
        _ROLE_DEFINITION,
    )
}
