"""What does a vault of azure-native's lose by its own updates, without Holdfast?

Its access policies are left out of the program, which is the best that one can do: the provider then reads the vault
before each PUT and sends back what it found. What somebody adds between the two is gone.
"""

import pulumi
import pulumi_azure_native as azure

TENANT = "5a4db0c5-7e0a-4000-8000-000000000001"

config = pulumi.Config()
group = azure.resources.ResourceGroup("group", resource_group_name=config.require("group"))
vault = azure.keyvault.Vault(
    "vault",
    resource_group_name=group.name,
    vault_name=config.require("vault"),
    properties=azure.keyvault.VaultPropertiesArgs(
        tenant_id=TENANT,
        sku=azure.keyvault.SkuArgs(family=azure.keyvault.SkuFamily.A, name=azure.keyvault.SkuName.STANDARD),
        enable_rbac_authorization=False,
        public_network_access="Enabled" if config.require_bool("public") else "Disabled",
    ),
)
