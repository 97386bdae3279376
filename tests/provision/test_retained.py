"""What is told of a stack that is destroyed, and what stops `retain: false` from taking too much along?"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from holdfast.arm import Answer
from holdfast.model.bodies import Body
from holdfast.model.decision import Create, Keep, Refer, Within
from holdfast.model.errors import Blame, HoldfastError
from holdfast.model.kinds import Kind
from holdfast.model.plan import PartPlan, Plan, VaultPlan
from holdfast.model.sorts import Sort
from holdfast.model.wanted import Authorization, Wanted, WantedResource
from holdfast.provision import retained_provider
from holdfast.provision.retained import retained_inputs
from holdfast.provision.retained_provider import RetainedProvider

GROUP = "/subscriptions/S/resourceGroups/rg-ml"
ENDPOINT = f"{GROUP}/providers/Microsoft.Network/privateEndpoints/pe-kv"
VAULT = f"{GROUP}/providers/Microsoft.KeyVault/vaults/kv-ml"
COMPONENT = f"{GROUP}/providers/Microsoft.Insights/components/appi-ml"

PROPS: dict[str, Any] = {
    "retain": False,
    "retained": [{"noun": "Resource group", "id": GROUP}, {"noun": "Key Vault", "id": VAULT}],
    "referred": [],
    "group": GROUP,
    "ours": [VAULT, ENDPOINT, COMPONENT],
    "cloud": {},
}


class FakeGroup:
    """The group's list, page by page."""

    def __init__(self, *pages: Answer) -> None:
        self._pages = pages
        self.asked: list[tuple[str, str]] = []

    def pages(self, path: str, api_version: str) -> Iterator[Answer]:
        self.asked.append((path, api_version))
        yield from self._pages


def holding(monkeypatch: pytest.MonkeyPatch, *rows: dict[str, Any]) -> FakeGroup:
    return with_pages(monkeypatch, *(Answer(200, {"value": [row]}) for row in rows))


def with_pages(monkeypatch: pytest.MonkeyPatch, *pages: Answer) -> FakeGroup:
    fake = FakeGroup(*pages)
    monkeypatch.setattr(retained_provider, "client_of", lambda props: fake)
    return fake


def row(type: str, name: str, **more: Any) -> dict[str, Any]:
    return {"id": f"{GROUP}/providers/{type}/{name}", "type": type, "name": name, **more}


def test_what_stays_is_told_with_its_id_and_nobody_is_asked(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """What is ours and what was only used, each under its own heading."""
    monkeypatch.setattr(retained_provider, "client_of", lambda props: pytest.fail("asked"))
    referred = [{"noun": "Container registry", "id": "/theirs"}]
    RetainedProvider().delete("retained", {**PROPS, "retain": True, "group": None, "referred": referred})
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith("left in Azure with all that is in it")
    assert lines[1].split() == ["Resource", "group", GROUP]
    assert lines[2].split() == ["Key", "Vault", VAULT]
    assert lines[3:] == ["somebody else's, and left alone:", "  Container registry  /theirs"]


def test_a_stack_that_manages_nothing_lasting_says_so(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """An empty list is an answer, too."""
    RetainedProvider().delete("retained", {"retain": True, "retained": [], "referred": None, "group": None})
    assert capsys.readouterr().out == "nothing of this stack is left in Azure\n"


@pytest.mark.source("Microsoft Learn, Smart detection - Failure Anomalies: rule and action group of a component")
def test_a_group_that_is_ours_alone_may_go(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """In any letter case; with what lies within ours, what is managed by ours, and what Azure made beside it."""
    group = holding(
        monkeypatch,
        {"id": VAULT.upper(), "type": "Microsoft.KeyVault/vaults"},
        {"id": f"{VAULT}/secrets/x", "type": "Microsoft.KeyVault/vaults/secrets"},
        row("Microsoft.Compute/disks", "d", managedBy=VAULT.lower()),
        row("Microsoft.Network/networkInterfaces", "pe-kv.nic.0aa1"),
        row("microsoft.alertsmanagement/smartDetectorAlertRules", "Failure Anomalies - appi-ml"),
        row("Microsoft.Insights/actiongroups", "Application Insights Smart Detection"),
    )
    RetainedProvider().delete("retained", PROPS)
    assert group.asked == [(f"{GROUP}/resources", "2021-04-01")]
    assert "`retain: false` deletes these" in capsys.readouterr().out


@pytest.mark.parametrize(
    "theirs",
    [
        row("Microsoft.Storage/storageAccounts", "st"),
        row("Microsoft.KeyVault/vaults", "kv-ml2"),
        row("Microsoft.Network/networkInterfaces", "vm.nic.0aa1"),
        row("Microsoft.Compute/disks", "d", managedBy="/somebody"),
        row("Microsoft.Insights/actiongroups", "on-call"),
        row("microsoft.alertsmanagement/smartDetectorAlertRules", "Failure Anomalies - appi-theirs"),
    ],
    ids=lambda one: one["id"].rpartition("/providers/")[2],
)
def test_what_is_not_ours_stops_the_run_before_anything_goes(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], theirs: dict[str, Any]
) -> None:
    """Azure deletes a group with everything in it; on whichever page of the list it stands."""
    holding(monkeypatch, {"id": VAULT}, theirs)
    with pytest.raises(HoldfastError) as caught:
        RetainedProvider().delete("retained", PROPS)
    (fault,) = caught.value.faults
    assert fault.id == "destroy-would-take-more"
    assert ("not ours", theirs["id"]) in fault.evidence
    assert "retain: true" in fault.hint
    assert not capsys.readouterr().out


def test_many_are_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ten are named."""
    holding(monkeypatch, *(row("a/b", f"{number:02}") for number in range(12)))
    with pytest.raises(HoldfastError) as caught:
        RetainedProvider().delete("retained", PROPS)
    evidence = caught.value.faults[0].evidence
    assert [label for label, _ in evidence] == [*["not ours"] * 10, "and", "decided"]
    assert ("and", "2 more") in evidence


@pytest.mark.parametrize("status", [0, 401, 403, 500])
def test_a_group_that_could_not_be_read_is_not_empty(monkeypatch: pytest.MonkeyPatch, status: int) -> None:
    """Also where half of the list was."""
    with_pages(monkeypatch, Answer(200, {"value": []}), Answer(status, {"error": {"code": "X", "message": "no"}}))
    with pytest.raises(HoldfastError) as caught:
        RetainedProvider().delete("retained", PROPS)
    assert [(fault.id, fault.blame) for fault in caught.value.faults] == [("unreadable", Blame.AZURE)]


def test_a_group_that_is_gone_holds_nothing(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """`destroy` of what somebody has deleted succeeds."""
    with_pages(monkeypatch, Answer(404, {"error": {"code": "ResourceGroupNotFound", "message": "gone"}}))
    RetainedProvider().delete("retained", PROPS)
    assert "Key Vault" in capsys.readouterr().out


def test_another_list_is_recorded_and_another_letter_case_is_no_other_list() -> None:
    """Azure answers ids in a case of its own; a run with nothing to do does nothing."""
    provider = RetainedProvider()
    assert provider.create(PROPS).outs == PROPS
    shouted = {**PROPS, "group": GROUP.upper(), "ours": [VAULT.lower(), ENDPOINT, COMPONENT], "__provider": "x"}
    assert provider.diff("retained", PROPS, shouted).changes is False
    for change in ({"retain": True}, {"group": None}, {"ours": []}, {"referred": PROPS["retained"]}):
        assert provider.diff("retained", PROPS, {**PROPS, **change}).changes is True
    assert provider.update("retained", {}, {**PROPS, "retain": True}).outs == {**PROPS, "retain": True}


def environment(retain: bool) -> tuple[Wanted, Plan]:
    kinds = (Kind.GROUP, Kind.VAULT, Kind.STORAGE, Kind.LOGS)
    resources = {kind: WantedResource(kind, f"{kind}-ml") for kind in kinds}
    wanted = Wanted("p", "s", "f", "S", "westeurope", "rg-ml", resources, retain=retain)
    decisions = {
        Kind.GROUP: Create("absent"),
        Kind.VAULT: Refer("exists-unclaimed", VAULT),
        Kind.STORAGE: Keep("in-state", "/storage"),
        Kind.LOGS: Create("absent"),
    }
    parts = [
        PartPlan("endpoint-pe", Sort.ENDPOINT, "pe", ENDPOINT, Create("absent"), Body()),
        PartPlan("identity-kept", Sort.IDENTITY, "kept", "/id", Keep("in-state", "/Id"), Body()),
        PartPlan("identity-theirs", Sort.IDENTITY, "theirs", "/t", Refer("named-by-id", "/t"), Body()),
        PartPlan("pool-system", Sort.POOL, "system", "/p", Within("made-with-parent", "/p"), Body()),
    ]
    return wanted, Plan(decisions, VaultPlan(Authorization.RBAC), parts=tuple(parts))


def test_the_list_is_of_what_is_managed_and_lasting_and_of_what_is_used() -> None:
    """By the ids that were found, else those that the names make; logs go with the stack."""
    inputs = retained_inputs(*environment(True), {"environment": "china"})
    assert [one["id"] for one in inputs["retained"]] == [GROUP, "/storage"]
    assert inputs["referred"] == [{"noun": "Key Vault", "id": VAULT}]
    assert (inputs["retain"], inputs["group"], inputs["cloud"]) == (True, None, {"environment": "china"})
    assert inputs["ours"] == [], "a compute more is no other list"


def test_a_group_that_goes_is_named_with_all_of_it_that_is_ours() -> None:
    """What is referred to is not among it, so that it stops the deletion of its group."""
    inputs = retained_inputs(*environment(False), {})
    assert inputs["group"] == GROUP
    logs = f"{GROUP}/providers/Microsoft.OperationalInsights/workspaces/logs-ml"
    assert inputs["ours"] == ["/storage", logs, ENDPOINT, "/Id"]


def test_a_group_that_is_only_used_is_never_deleted() -> None:
    """It is somebody's, whatever `retain` says."""
    wanted, plan = environment(False)
    referred = {**plan.decisions, Kind.GROUP: Refer("exists-unclaimed", GROUP)}
    inputs = retained_inputs(wanted, Plan(referred, plan.vault), {})
    assert inputs["group"] is None
    assert {"noun": "Resource group", "id": GROUP} in inputs["referred"]
