"""Private link as the targets of private endpoints show it: their connections, and what endpoints may ask for."""
