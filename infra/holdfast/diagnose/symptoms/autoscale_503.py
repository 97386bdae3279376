"""Do more requests come than replicas are there for?

Sources: learn.microsoft.com/azure/machine-learning/how-to-troubleshoot-online-endpoints, "How to prevent 503 status code
errors"; the front end's texts: MicrosoftDocs/azure-docs issue 68044, Azure/MachineLearningNotebooks issue 1004.
"""

from __future__ import annotations

from holdfast.diagnose.symptom import SURE, Says, Symptom
from holdfast.diagnose.vocabulary import ELSEWHERE, SCORING, route, status

SYMPTOM = Symptom(
    id="autoscale-503",
    title="requests come faster than replicas (503)",
    looks_like="Clients get 503 in bursts: `Too many requests for service ... (overloaded)`, or no ready replica.",
    cause=(
        "The autoscaler follows a gradual change. In a spike each request waits for a free replica, half a second by "
        "default, and is refused; a new replica takes as long as the container takes to start."
    ),
    remedy=(
        "More replicas beforehand (`autoscale.min`), a higher `max`, or a lower `target`, which starts replicas earlier and "
        "not faster: replicas = requests a second x seconds each / target / requests a replica takes at once."
    ),
    commands=(
        "holdfast service show {service}",
        "holdfast size {service} --profile load.csv  # columns time, requests, seconds: the smallest autoscale that is enough",
        "holdfast size {service} --profile load.csv --write",
        "pulumi up",
    ),
    source="https://learn.microsoft.com/azure/machine-learning/how-to-troubleshoot-online-endpoints#how-to-prevent-503-status-code-errors",
    says=(
        Says(
            (
                r"\b503s?\b",
                r"\b(?:spike|burst|load test|rps|requests? per second|replicas?|autoscal\w*|max_?replicas)\b",
            ),
            none=(ELSEWHERE,),
        ),
        Says((r"too many requests for service\b.{0,80}overloaded|\(overloaded\)",), confidence=SURE),
        Says(
            (r"no (?:ready|healthy|available|free) (?:replicas?|upstreams?|backends?|instances?|pods?)\b",),
            none=(r"kubectl|nodes are",),
        ),
        Says((route(503),), plain=True),
        Says((status(503), SCORING), none=(ELSEWHERE,), plain=True),
        Says(
            (status(503),),
            near=(SCORING,),
            none=(ELSEWHERE + r"|https?://(?!\S*(?:score|endpoint|service|inference))",),
            within=3,
            plain=True,
        ),
        Says(
            (
                r"(?:queue|backlog|request)\w*\b.{0,60}(?:full|queue timeout|waited|exceeded)\b.{0,60}\b503\b|\b503\b.{0,80}(?:queue|backlog|replica|spike|autoscal)",
            ),
            none=(ELSEWHERE,),
        ),
    ),
    resolved=r"(?:attempt|try|retry|retried)\b.{0,60}\b(?:succeeded|successful|ok\b|200\b)|(?:succeeded|successful)\b.{0,40}\b(?:retry|retries|attempts?)",
    yields=("throttled-429",),
)
