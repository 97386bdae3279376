"""Who may score, and which deployment takes the request? Keys or a token, the traffic's percentages, a header.

learn.microsoft.com/azure/machine-learning/how-to-safely-rollout-online-endpoints: the header `azureml-model-deployment`
names a deployment whatever the traffic.
"""

from __future__ import annotations

import hmac
import random
from collections.abc import Callable
from dataclasses import dataclass, field

from holdfast_sandbox.scoring.deployment import Deployment


@dataclass
class Endpoint:
    """One endpoint as requests see it. `allowed(credential)`: whether a bearer credential is good."""

    name: str
    allowed: Callable[[str], bool]
    traffic: dict[str, int] = field(default_factory=dict)
    deployments: dict[str, Deployment] = field(default_factory=dict)

    def choose(self, named: str | None) -> Deployment | None:
        """The deployment of that name, or one by the traffic; None where there is none."""
        if named is not None:
            return self.deployments.get(named)
        shares = {name: share for name, share in self.traffic.items() if share > 0 and name in self.deployments}
        if not shares:
            return None
        return self.deployments[random.choices(list(shares), list(shares.values()))[0]]

    def end(self) -> None:
        for deployment in self.deployments.values():
            deployment.end()
        self.deployments = {}


def one_of(credential: str, good: list[str]) -> bool:
    """Whether the credential is one of those, in a time that does not tell how much of it was right."""
    right = [hmac.compare_digest(credential.encode(), one.encode()) for one in good]
    return True in right
