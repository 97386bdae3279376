"""Does the cluster get through to the registry, or to whoever gives it a token?

Source: learn.microsoft.com/azure/machine-learning/how-to-troubleshoot-online-endpoints,
ACRAuthenticationChallengeFailed; the texts are Go's net package and ACR's firewall.
"""

from __future__ import annotations

from holdfast.diagnose.symptom import LIKELY, SURE, Says, Symptom

SYMPTOM = Symptom(
    id="registry-unreachable",
    title="the registry can't be reached from there",
    looks_like="A pull times out, the name does not resolve, or the registry says that the client's address has no access.",
    cause="The registry's firewall, a missing private endpoint or DNS zone, or the cluster's own outbound rules.",
    remedy="Let the cluster through: a private endpoint in its network, or its outbound address in the registry's rules.",
    commands=(
        "az acr show --name {registry} --query '{{public: publicNetworkAccess, rules: networkRuleSet}}'",
        "az acr check-health --name {registry}",
        "kubectl run dns --rm -it --restart=Never --image=busybox -- nslookup {registry}.azurecr.io",
    ),
    source="https://learn.microsoft.com/azure/container-registry/container-registry-troubleshoot-access",
    says=(
        Says((r"client with IP\b.{0,60}is not allowed access",), confidence=SURE),
        Says(
            (
                r"(?P<registry>[\w-]+)\.azurecr\.io",
                r"(?:i/o timeout|no such host|connection refused|connection reset|TLS handshake timeout|context deadline exceeded|network is unreachable|x509)",
            ),
            confidence=LIKELY,
        ),
    ),
    codes=("ACRAuthenticationChallengeFailed",),
    explains=("image-pull-denied", "container-not-ready", "image-build-failed"),
    resolved=r"Successfully pulled image",
)
