"""Microsoft.KubernetesConfiguration: the machine learning extension on AKS clusters."""
