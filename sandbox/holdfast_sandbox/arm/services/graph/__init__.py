"""Microsoft Graph, as much of it as tells who an object id is."""
