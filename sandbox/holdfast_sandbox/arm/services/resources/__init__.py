"""Microsoft.Resources: subscriptions, tenants, providers, resource groups, lists of resources, tags."""
