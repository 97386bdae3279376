"""What would the same environment be without Holdfast? The plainest program that declares its resources.

It is the measure of `make bench`, and it is the program that loses access policies: the vault's list is inline, so
every change of the vault writes that list over whatever others added.
"""

import pulumi
import pulumi_azure_native as azure

TENANT = "5a4db0c5-7e0a-4000-8000-000000000001"
PIPELINE = "c1c1c1c1-0000-4000-8000-000000000001"
SCIENTISTS = "d5d5d5d5-0000-4000-8000-000000000002"

name = pulumi.Config().require("name")
parts = pulumi.Config().require_int("parts")

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
    account_name=f"st{name}".replace("-", ""),
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
registry = azure.containerregistry.Registry(
    "registry",
    resource_group_name=group.name,
    registry_name=f"cr{name}".replace("-", ""),
    sku=azure.containerregistry.SkuArgs(name="Standard"),
    admin_user_enabled=False,
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
    container_registry=registry.id,
)
for number in range(0, parts, 3):
    azure.machinelearningservices.Compute(
        f"cpu{number}",
        resource_group_name=group.name,
        workspace_name=workspace.name,
        compute_name=f"cpu{number}",
        location=workspace.location,
        properties=azure.machinelearningservices.AmlComputeArgs(
            compute_type="AmlCompute",
            properties=azure.machinelearningservices.AmlComputePropertiesArgs(
                vm_size="Standard_DS3_v2",
                scale_settings=azure.machinelearningservices.ScaleSettingsArgs(min_node_count=0, max_node_count=2),
            ),
        ),
    )
for number in range(1, parts, 3):
    azure.containerinstance.ContainerGroup(
        f"score-{number}",
        resource_group_name=group.name,
        container_group_name=f"score-{number}",
        os_type="Linux",
        containers=[
            azure.containerinstance.ContainerArgs(
                name=f"score-{number}",
                image="nginx:1",
                resources=azure.containerinstance.ResourceRequirementsArgs(
                    requests=azure.containerinstance.ResourceRequestsArgs(cpu=1.0, memory_in_gb=1.5)
                ),
            )
        ],
    )
for number in range(2, parts, 3):
    azure.managedidentity.UserAssignedIdentity(
        f"id-{number}", resource_group_name=group.name, resource_name_=f"id-{number}"
    )

pulumi.export("vaultId", vault.id)
pulumi.export("workspaceId", workspace.id)
