"""Is `secrets-injection-failed` found where it is, and nowhere else?"""

from __future__ import annotations

from ..examining import examine

ILL = "Exception Details: (SecretsInjectionError) The secret reference could not be resolved."
WELL = "INFO secrets injected: 2"


def test_it_is_found() -> None:
    """Secrets that could not be read are told."""
    finding = examine(ILL)["secrets-injection-failed"]
    assert finding.evidence[0].number == 1
    assert finding.explained_by == ""
    assert "online-endpoint show" in "\n".join(finding.fix)


def test_it_is_not_found_where_nothing_is_wrong() -> None:
    """What looks like it, or has passed, is no finding, and no other one either."""
    assert not examine(WELL)
