"""Containers that really run: each is a process group that stands in for one, with an image's environment and files.

`model` says what a container is and in which states it can be, `container` brings one from state to state, `pod` holds
those that share an address and a restart policy, `runtime` all pods of a sandbox. A process is not a container: it has
no root file system, no network and no user of its own. What stands in for those is in `paths`, `network` and `environ`;
docs/containers.md lists what differs.
"""

from holdfast_sandbox.containers.model import Probe, Recipe, State
from holdfast_sandbox.containers.pod import Pod
from holdfast_sandbox.containers.runtime import Runtime

__all__ = ["Pod", "Probe", "Recipe", "Runtime", "State"]
