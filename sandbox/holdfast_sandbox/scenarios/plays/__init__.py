"""The scenarios. A module's name is the scenario's, with underscores; see `scenario` for what it has to hold."""
