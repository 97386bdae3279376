"""What is a service sized by? A load, what a replica can do, and the autoscaler's three settings; and what comes of it.

Times are seconds and begin at 0 with the load. Sources of the defaults: "Deploy a model to an Azure Kubernetes Service
cluster" (Microsoft Learn, v1), autoscaling; "Azure Machine Learning inference router" (Microsoft Learn).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

#: The range that the settings give `min` and `max`.
MOST_REPLICAS = 1000


@dataclass(frozen=True, slots=True)
class Demand:
    """A steady load: requests a second, seconds that one takes, requests that a replica works on at the same time, and
    the utilization that is aimed at, in percent."""

    rps: Fraction
    seconds: Fraction
    concurrency: int = 1
    target: int = 70


@dataclass(frozen=True, slots=True)
class Working:
    """How a number of replicas comes to be: `busy` requests at the same time, `concurrent` with the head-room."""

    demand: Demand
    busy: Fraction
    concurrent: Fraction
    replicas: int


@dataclass(frozen=True, slots=True)
class Scale:
    """The settings that are looked for: replicas at the least and at the most, and the target in percent."""

    min: int = 1
    max: int = 10
    target: int = 70


@dataclass(frozen=True, slots=True)
class Serving:
    """What the front end and a container do, in seconds. `start`: from the decision for a replica until it can be
    asked. `queue_wait`: how long a request waits for a free replica before it is answered with 503. `look`: between two
    looks of the autoscaler, the time that it takes to scale up. `down`: how long the load has to be low before it
    scales down."""

    concurrency: int = 1
    start: float = 10.0
    queue_wait: float = 0.5
    look: float = 1.0
    down: float = 60.0


@dataclass(frozen=True, slots=True)
class Interval:
    """A row of a load profile: so many requests in `length` seconds from `at` on, each of which takes `seconds`."""

    at: float
    length: float
    requests: int
    seconds: float


@dataclass(frozen=True, slots=True)
class Sample:
    """A part of a simulation, `length` seconds from `at` on: requests that came and that were refused, and the replicas
    that could be asked, in the mean."""

    at: float
    length: float
    requests: int
    refused: int
    replicas: float


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a load meets. `replica_seconds` are those of all replicas, the starting ones as well; `most` is how many
    there were at the most. `complete`: False where it was broken off, because more were refused than are allowed."""

    scale: Scale
    requests: int
    refused: int
    replica_seconds: float
    most: int
    samples: Sequence[Sample] = ()
    complete: bool = True

    @property
    def share(self) -> float:
        """Refused requests among all, from 0 to 1."""
        return self.refused / self.requests if self.requests else 0.0


@dataclass(frozen=True, slots=True)
class Pool:
    """A node pool: what a node leaves for pods (`None`: of a size that is not known here), pods on a node at the most,
    and nodes at the least and at the most. `key` is where the settings say so."""

    name: str
    size: str
    millicores: int | None
    memory: int | None
    pods: int
    min: int
    max: int
    key: str = ""


@dataclass(frozen=True, slots=True)
class Ask:
    """What a service asks a cluster for: so many replicas, each of so many cores and GB (10**9 bytes)."""

    service: str
    replicas: int
    cores: float
    gigabytes: float


@dataclass(frozen=True, slots=True)
class Overfull:
    """More than there is: cores and GB (10**9 bytes) that are asked for, and that all pools have at their most."""

    cores: float
    gigabytes: float
    cores_there: float
    gigabytes_there: float


@dataclass(frozen=True, slots=True)
class Fit:
    """How many replicas a pool holds. `each`: on one node; `at_least` and `at_most`: on all of them; `needed`: nodes
    that all replicas would need of this pool alone, 0 where no node holds one. `None`: nobody knows the size."""

    pool: Pool
    each: int | None
    at_least: int | None
    at_most: int | None
    needed: int | None
