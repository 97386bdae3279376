"""Is `cluster-unreachable` found where it is, and nowhere else?"""

from __future__ import annotations

from ..examining import examine

ILL = (
    '{"code":"BadRequest","details":[{"code":"KubernetesUnaccessible","message":"Kubernetes error: '
    'AuthenticationException. Reason: InvalidCertificate"}]}'
)
WELL = "INFO kubernetes cluster aks-ml is reachable again"


def test_it_is_found() -> None:
    """A cluster that can't be reached is told by the detail, not by the BadRequest around it."""
    finding = examine(ILL)["cluster-unreachable"]
    assert finding.evidence[0].number == 1
    assert finding.explained_by == ""
    assert "az aks show" in "\n".join(finding.fix)


def test_it_is_not_found_where_nothing_is_wrong() -> None:
    """What looks like it, or has passed, is no finding, and no other one either."""
    assert not examine(WELL)
