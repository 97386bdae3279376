"""Microsoft.Authorization: role assignments (API 2022-04-01) and role definitions to read (2022-05-01-preview), as
SDK 3.29.
"""

from holdfast_sandbox.provider.schema import Invoke, ResourceType, Shapes, getter, parse
from holdfast_sandbox.provider.types.shared import SYSTEM_DATA

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

RESOURCES = {ROLE_ASSIGNMENT.token: ROLE_ASSIGNMENT}
INVOKES = {
    table.token: table
    for table in (
        getter(ROLE_ASSIGNMENT, "azure-native:authorization:getRoleAssignment", tenantId="str"),
        _ROLE_DEFINITION,
    )
}
