"""What was asked of an endpoint, minute by minute, and what is it scaled to?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Counted:
    """Requests of the minute that begins `at`, all answered with the same status."""

    at: datetime
    status: int
    requests: int


@dataclass(frozen=True, slots=True)
class Scaled:
    """The replicas that a deployment has at the most, the utilization that its autoscaler aims at, in percent (of 100
    where it has none), and the requests that a replica works on at the same time."""

    most: int
    target: int
    concurrency: int
    autoscaled: bool


@dataclass(frozen=True, slots=True)
class Refused:
    """`requests` of the `total` were answered with a status that is no model's; `most` of them in the minute `at`."""

    status: int
    requests: int
    total: int
    most: int
    at: datetime


@dataclass(frozen=True, slots=True)
class Busiest:
    """The minute with the most requests: how many a second, how many seconds each took in the mean, and the replicas
    that they need."""

    at: datetime
    rps: float
    seconds: float
    replicas: int
