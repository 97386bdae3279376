"""How does Holdfast speak with Azure Resource Manager? A leaf beside `model`, used by `read`, `provision` and `ops`.

azure-core's pipeline does the work (retries, Retry-After, tokens); this package adds where to ask, and what came back.
"""

from holdfast.arm.client import Answer, ArmClient, StaticToken
from holdfast.arm.cloud import Cloud, find_cloud
from holdfast.arm.graph import Graph
from holdfast.arm.login import log_in, login_refused

__all__ = ["Answer", "ArmClient", "Cloud", "Graph", "StaticToken", "find_cloud", "log_in", "login_refused"]
