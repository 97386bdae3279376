"""Microsoft.ContainerInstance: container groups, as processes where the sandbox has their images, else modelled."""
