"""The words that all stages share: frozen dataclasses without behaviour that needs Azure, Pulumi or the clock.

A leaf: it imports the standard library only, so that `decide` and `verify` stay pure (docs/architecture.md).
"""
