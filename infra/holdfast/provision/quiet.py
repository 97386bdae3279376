"""What does the SDK do for each resource that nobody asked for? Its debug messages, and a copy of the call stack.

Of debug messages there are four a resource; the engine shows them under `pulumi up --debug` alone, but the SDK sends
each in a call of its own, and waits for the answer before it goes on. The call stack is for the line of the source that
Pulumi Cloud links a resource to: of this program always the same few lines, which tell nothing. The two were more than
a third of what a resource costs the program in a run that has nothing to do (docs/benchmarks.md). Whoever looks for a
fault in the SDK itself sets HOLDFAST_SDK_DEBUG, and both are there.

And Python's collector of cycles, which by default looks at everything young after each 700 objects: the SDK makes
thousands for each resource, nearly all of which live until the run ends. Looking less often took a tenth off the
program's CPU with 50 services, for 3 MB more (docs/benchmarks.md).
"""

from __future__ import annotations

import gc
import os
from typing import Any

from pulumi import log
from pulumi.runtime import resource
from pulumi.runtime.proto import source_pb2

#: Any value but the empty one lets the SDK go its own way.
VARIABLE = "HOLDFAST_SDK_DEBUG"
#: The SDK's own name of what takes the stack; a test holds it against the SDK. Without it the SDK is merely slower.
STACK = "_get_stack_trace"
#: New objects until the collector looks at the young ones, and after how many looks it looks at older ones, too.
COLLECT = (50_000, 20, 100)


def quieten() -> None:
    """Let the SDK keep both to itself, in this process, and the collector wait."""
    gc.set_threshold(*COLLECT)
    if os.environ.get(VARIABLE):
        return
    log.debug = _unheard
    if hasattr(resource, STACK):
        setattr(resource, STACK, source_pb2.StackTrace)


def _unheard(*_: Any, **__: Any) -> None:
    """In the place of `pulumi.log.debug`."""
