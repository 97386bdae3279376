"""Microsoft.Network: virtual networks, subnets, private endpoints with their interfaces and zone groups."""
