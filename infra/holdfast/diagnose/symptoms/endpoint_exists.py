"""Is the endpoint's name taken in the cluster?

Source: learn.microsoft.com/azure/machine-learning/how-to-troubleshoot-online-endpoints, EndpointAlreadyExists.
"""

from __future__ import annotations

from holdfast.diagnose.symptom import Says, Symptom

SYMPTOM = Symptom(
    id="endpoint-exists",
    title="an endpoint of that name exists in the cluster",
    looks_like="An endpoint is refused with EndpointAlreadyExists.",
    cause="Names of endpoints are unique in a workspace and in a cluster; another workspace may have made that one.",
    remedy="Another `name` for the service, or delete the endpoint that nobody needs.",
    commands=("kubectl get onlineendpoints --all-namespaces", "holdfast service list"),
    source="https://learn.microsoft.com/azure/machine-learning/how-to-troubleshoot-online-endpoints#error-endpointalreadyexists",
    says=(
        Says((r"(?:online )?endpoint\b.{0,60}already exists",), none=(r"skipping|using|private endpoint|updating",)),
    ),
    codes=("EndpointAlreadyExists",),
)
