"""What takes longest in a program that has nothing to do? Loading azure-native's classes: so it begins first.

Half of a run's time is Python reading the classes of the Machine Learning module. Meanwhile the program waits: for the
provider to start and to log in, for Azure's answers, for the engine to start the plugin of the dynamic resources. A
thread loads during all of that; `finish` waits for it and lets the engine's conversation go on.
"""

from __future__ import annotations

import asyncio
from concurrent.futures import Future
from functools import cache
from threading import Thread

# The SDK's own way to wait inside a program while its event loop goes on; azure-native's package imports it, too.
from pulumi.runtime.sync_await import _sync_await

from holdfast.model.kinds import Kind


@cache
def begin() -> Future[None]:
    """Start loading, once. Until it is done nobody else may touch azure-native's modules: their lazy loader knows
    nothing of threads."""
    loaded: Future[None] = Future()

    def load() -> None:
        try:
            from holdfast.provision.resources import blueprint

            for kind in Kind:
                blueprint(kind)
        except BaseException as error:
            loaded.set_exception(error)  # raised by `finish`, where somebody reads it
        else:
            loaded.set_result(None)

    # A run that refuses ends at once and does not wait for it.
    Thread(target=load, name="azure-native", daemon=True).start()
    return loaded


def finish() -> None:
    """Wait until every class is loaded; raises what went wrong there."""

    async def loaded() -> None:
        await asyncio.wrap_future(begin())

    _sync_await(loaded())
