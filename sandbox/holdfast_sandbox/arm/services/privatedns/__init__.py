"""Microsoft.Network's private DNS: zones, their links to virtual networks, and the records that endpoints write."""
