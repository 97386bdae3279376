"""`holdfast service`: what a stack's services are doing, on ACI and on AKS alike, by the provider's own login."""
