"""What would the same environment be without Holdfast? The plainest program that declares its six resources.

It is the measure of `make bench`, and it is the program that loses access policies: the vault's list is inline, so
every change of the vault writes that list over whatever others added.
"""

import pulumi
import pulumi_azure_native as azure

TENANT = "5a4db0c5-7e0a-4000-8000-000000000001"
PIPELINE = "c1c1c1c1-0000-4000-8000-000000000001"
SCIENTISTS = "d5d5d5d5-0000-4000-8000-000000000002"

name = pulumi.Config().require("name")

group = azure.resources.ResourceGroup("group", resource_group_name=f"rg-{name}")
vault = azure.keyvault.Vault(
    "vault",
    resource_group_name=group.name,
    vault_name=f"kv-{name}",
    properties=azure.keyvault.VaultPropertiesArgs(
        tenant_id=TENANT,
        sku=azure.keyvault.SkuArgs(family=azure.keyvault.SkuFamily.A, name=azure.keyvault.SkuName.STANDARD),
        enable_rbac_authorization=False,
        public_network_access="Disabled",
        access_policies=[
            azure.keyvault.AccessPolicyEntryArgs(
                tenant_id=TENANT,
                object_id=PIPELINE,
                permissions=azure.keyvault.PermissionsArgs(secrets=["get", "list"]),
            ),
            azure.keyvault.AccessPolicyEntryArgs(
                tenant_id=TENANT,
                object_id=SCIENTISTS,
                permissions=azure.keyvault.PermissionsArgs(secrets=["get", "list", "set"], keys=["get"]),
            ),
        ],
    ),
)
storage = azure.storage.StorageAccount(
    "storage",
    resource_group_name=group.name,
    account_name=f"st{name}",
    sku=azure.storage.SkuArgs(name="Standard_LRS"),
    kind="StorageV2",
    allow_blob_public_access=False,
    minimum_tls_version="TLS1_2",
)
logs = azure.operationalinsights.Workspace(
    "logs",
    resource_group_name=group.name,
    workspace_name=f"log-{name}",
    sku=azure.operationalinsights.WorkspaceSkuArgs(name="PerGB2018"),
    retention_in_days=30,
)
insights = azure.applicationinsights.Component(
    "insights",
    resource_group_name=group.name,
    resource_name_=f"appi-{name}",
    kind="web",
    application_type="web",
    workspace_resource_id=logs.id,
)
workspace = azure.machinelearningservices.Workspace(
    "workspace",
    resource_group_name=group.name,
    workspace_name=f"mlw-{name}",
    friendly_name=f"mlw-{name}",
    identity=azure.machinelearningservices.ManagedServiceIdentityArgs(type="SystemAssigned"),
    key_vault=vault.id,
    storage_account=storage.id,
    application_insights=insights.id,
)

pulumi.export("vaultId", vault.id)
pulumi.export("workspaceId", workspace.id)
