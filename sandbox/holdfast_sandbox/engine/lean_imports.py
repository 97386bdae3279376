"""How does a plugin get the SDK's gRPC stubs without paying for the SDK?

`import pulumi` takes over half a second, because the package pulls in the whole client side; `import grpc` spends
half its time on `grpc.aio`. A plugin is started by every single preview, and needs neither. So the two packages above
the stubs are put in place as empty ones that know only their folder, and `grpc.aio` as an empty module, before the
stubs are imported.

For processes that serve a plugin and do nothing else: `pulumi` itself cannot be used in them afterwards.
"""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType


def prepare() -> None:
    """Make `pulumi.runtime.proto.<name>_pb2` and `grpc` cheap to import. ImportError where the SDK is not installed."""
    if "pulumi" in sys.modules or "grpc" in sys.modules:
        return  # paid for already
    sys.modules["grpc.aio"] = ModuleType("grpc.aio")
    spec = importlib.util.find_spec("pulumi")
    if spec is None or spec.origin is None:
        raise ImportError("the Pulumi SDK is not installed beside holdfast_sandbox; install the extra `sandbox`")
    folder = Path(spec.origin).parent
    for name in ("pulumi", "pulumi.runtime", "pulumi.runtime.proto"):
        package = ModuleType(name)
        package.__path__ = [str(folder.joinpath(*name.split(".")[1:]))]
        sys.modules[name] = package
