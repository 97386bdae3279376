"""How does anything get the `pulumi` CLI: `status()` looks, `ensure()` gets, `path_entries()` says what PATH needs.

 Resolved on first use, because the plugins that the engine starts live in this package too and are started by every
preview.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from holdfast_sandbox.engine.places import home
    from holdfast_sandbox.engine.roads import EngineStatus, ensure, path_entries, status
    from holdfast_sandbox.engine.unavailable import EngineUnavailable

__all__ = ["EngineStatus", "EngineUnavailable", "ensure", "home", "path_entries", "status"]

_MODULES = {"home": "places", "EngineUnavailable": "unavailable"}


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(f"{__name__}.{_MODULES.get(name, 'roads')}"), name)
