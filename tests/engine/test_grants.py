"""What becomes of grants: dropped, revoked, widened, narrowed and never restored, through real runs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from holdfast_sandbox.rehearsal import Azure, Project, Stranger

pytestmark = pytest.mark.engine

PIPELINE = "c1c1c1c1-0000-4000-8000-000000000001"
SCIENTISTS = "d5d5d5d5-0000-4000-8000-000000000002"


def test_an_emptied_list_takes_nothing_away_and_is_named_until_it_is_revoked(
    project: Project, stranger: Stranger
) -> None:
    """A bad merge that empties the grants locks nobody out; each preview names them; `state: revoked` takes away."""
    project.up()
    vault = project.resource_id("vault")
    before = stranger.policies(vault)
    project.change(lambda environment: environment["vault"].update(grants=[]))
    for _ in range(2):
        preview = project.preview()
        assert PIPELINE in preview.text
        assert SCIENTISTS in preview.text
        assert "grant-dropped" in preview.text
        done = project.up()
        assert not done.writes
        assert stranger.policies(vault) == before
    project.change(
        lambda environment: environment["vault"].update(grants=[{"principal": PIPELINE, "state": "revoked"}])
    )
    preview = project.preview()
    assert "grant-revoked" in preview.text
    assert not preview.writes
    done = project.up()
    assert [request.path.partition("?")[0].rpartition("/")[2] for request in done.writes] == ["remove"]
    after = stranger.policies(vault)
    assert PIPELINE not in after
    assert after == {principal: held for principal, held in before.items() if principal != PIPELINE}
    assert not project.up().operations


def test_a_revocation_with_permissions_takes_just_those(project: Project, stranger: Stranger) -> None:
    """What others gave to the same principal stays when `state: revoked` names permissions."""
    project.up()
    vault = project.resource_id("vault")
    stranger.add(vault, stranger.entry(PIPELINE, keys=["get", "list"]))
    project.change(
        lambda environment: environment["vault"]["grants"].__setitem__(
            0, {"principal": PIPELINE, "secrets": ["get", "list"], "state": "revoked"}
        )
    )
    project.up()
    assert stranger.policies(vault)[PIPELINE] == {"keys": ["get", "list"]}


def test_a_narrowed_setting_narrows_nobody(project: Project, stranger: Stranger) -> None:
    """A permission that falls out of a grant stays in the vault and is named."""
    project.up()
    vault = project.resource_id("vault")
    project.change(lambda environment: environment["vault"]["grants"][1].update(secrets=["get"]))
    done = project.up()
    assert not done.writes
    assert "grant-dropped" in done.text
    assert stranger.policies(vault)[SCIENTISTS]["secrets"] == ["get", "list", "set"]


def test_a_new_grant_is_one_addition(project: Project, stranger: Stranger) -> None:
    """All new grants of a run are one `accessPolicies/add`, and the run after it has nothing to do."""
    project.up()
    vault = project.resource_id("vault")
    new = [{"principal": Stranger.principal(n), "secrets": ["get"]} for n in range(30)]
    project.change(lambda environment: environment["vault"]["grants"].extend(new))
    done = project.up()
    assert [request.path.partition("?")[0].lower() for request in done.writes] == [
        f"{vault}/accessPolicies/add".lower()
    ]
    assert len(stranger.policies(vault)) == 33
    again = project.up()
    assert (again.operations, again.writes) == ({}, [])


def test_a_grant_that_somebody_else_gave_already_writes_nothing(project: Project, stranger: Stranger) -> None:
    """What the vault holds already is only recorded as ours, and watched from then on."""
    project.up()
    vault = project.resource_id("vault")
    other = Stranger.principal(7)
    stranger.add(vault, stranger.entry(other, secrets=["get", "list"]))
    project.change(lambda environment: environment["vault"]["grants"].append({"principal": other, "secrets": ["get"]}))
    assert not project.up().writes
    assert not project.up().operations
    stranger.redeploy_template(vault, stranger.entry(PIPELINE, secrets=["get"]), tags={})
    assert other in project.preview().text
    project.up()
    assert stranger.policies(vault)[other] == {"secrets": ["get"]}


def test_a_principal_under_never_restore_is_not_handed_back(project: Project, stranger: Stranger) -> None:
    """An admin who takes somebody out of the vault for good lists them, and no wipe brings them back."""
    project.up()
    vault = project.resource_id("vault")
    stranger.redeploy_template(vault, stranger.entry(PIPELINE, secrets=["get", "list"]), tags={})
    project.change(
        lambda environment: environment["vault"].update(
            grants=[environment["vault"]["grants"][0]], neverRestore=[SCIENTISTS]
        )
    )
    project.up()
    held = stranger.policies(vault)
    assert SCIENTISTS not in held
    assert len(held) == 2  # the pipeline, and the workspace's own entry put back


def test_conflicting_writes_of_others_are_waited_for(project: Project, azure: Azure, stranger: Stranger) -> None:
    """Azure's 409 to overlapping vault writes is tried again, not passed on."""
    project.up()
    vault = project.resource_id("vault")
    azure.fault("PUT .*" + vault.rpartition("/")[2] + "/accessPolicies/add", status=409, code="ConflictError", times=2)
    new = {"principal": Stranger.principal(1), "secrets": ["get"]}
    project.change(lambda environment: environment["vault"]["grants"].append(new))
    done = project.up()
    assert [request.status for request in done.writes][:2] == [409, 409]
    assert Stranger.principal(1) in stranger.policies(vault)


@pytest.mark.parametrize("what", ["settings", "grants"])
def test_the_tripwire_puts_back_what_a_write_of_ours_dropped(
    project: Project, azure: Azure, stranger: Stranger, what: str
) -> None:
    """Azure loses a stranger's entry in the middle of our write: it is put back, the run fails, an incident is kept."""
    project.up()
    vault = project.resource_id("vault")
    victim = Stranger.principal(3)
    stranger.add(vault, stranger.entry(victim, secrets=["get", "list"]))
    name = vault.rpartition("/")[2]
    if what == "settings":
        azure.fault(f"PATCH .*/vaults/{name}(\\?|$| )", hook=f"drop-policy={victim}", times=1)
        project.change(lambda environment: environment["vault"].update(publicAccess=True))
    else:
        azure.fault(f"PUT .*/vaults/{name}/accessPolicies/add", hook=f"drop-policy={victim}", times=1)
        new = {"principal": Stranger.principal(4), "secrets": ["get"]}
        project.change(lambda environment: environment["vault"]["grants"].append(new))
    failed = project.up(expect=None)
    assert failed.code != 0
    assert "tripwire" in failed.text
    assert victim in failed.text
    assert "Traceback" not in failed.text
    assert stranger.policies(vault)[victim] == {"secrets": ["get", "list"]}
    incidents = list((project.folder / "home" / "receipts").glob("incident-*.json"))
    assert len(incidents) == 1
    assert victim in incidents[0].read_text()
    project.up()


def test_a_shared_vault_is_referred_to_and_only_gets_our_grants(
    make_project: Callable[..., Project], settings: dict[str, Any], project: Project, stranger: Stranger
) -> None:
    """A second stack that names the vault by id adds its grants, writes nothing else, and leaves it at `destroy`."""
    project.up()
    vault = project.resource_id("vault")
    before = stranger.policies(vault)
    grant = {"principal": Stranger.principal(9), "secrets": ["get"]}
    other = make_project(
        {**settings, "resourceGroup": settings["resourceGroup"] + "-b", "vault": {"id": vault, "grants": [grant]}},
        stack="second",
        folder="second",
    )
    done = other.up()
    on_vault = [request for request in done.writes if request.path.lower().startswith(vault.lower())]
    assert [request.path.partition("?")[0].rpartition("/")[2] for request in on_vault] == ["add"]
    held = stranger.policies(vault)
    assert held[Stranger.principal(9)] == {"secrets": ["get"]}
    assert before.items() <= held.items()
    again = other.up()
    assert (again.operations, again.writes) == ({}, [])
    other.destroy()
    assert held.items() <= stranger.policies(vault).items()
    assert not project.up().operations
