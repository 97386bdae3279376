"""What is refused: one clear error with its id, nothing written, no traceback."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from holdfast_sandbox.rehearsal import Azure, Outcome, Project, Stranger

pytestmark = pytest.mark.engine


def refused(project: Project, *ids: str) -> Outcome:
    """A run that ends before it writes, and says why; the preview says the same."""
    for done in (project.preview(expect=None), project.up(expect=None)):
        assert done.code != 0
        for error_id in ids:
            assert f"error: {error_id}" in done.text, done.text
        assert "Traceback" not in done.text
        assert "unhandled" not in done.text
        assert done.writes == []
    return done


def test_a_vault_of_another_stack(
    project: Project, make_project: Callable[..., Project], settings: dict[str, Any]
) -> None:
    """A vault has one owner: a second stack that names it is refused, and told whose it is."""
    project.up()
    vault = project.resource_id("vault").rpartition("/")[2]
    other = make_project({**settings, "vault": {"name": vault}}, stack="other", folder="other")
    done = refused(other, "vault-owned-elsewhere")
    assert "holdfast/sandbox" in done.text


def test_a_storage_account_that_nobody_claims(
    project: Project, write_tags: Callable[[Project, str, dict[str, str]], None]
) -> None:
    """What is there and tagged by nobody is refused unless the settings consent."""
    project.up()
    storage = project.resource_id("storage")
    write_tags(project, storage, {})
    made = project.managed()
    project.lose_state()
    refused(project, "storage-exists")
    project.change(lambda environment: environment.update(storage={"whenExists": "adopt"}))
    done = project.up()
    assert done.changes.get("import") == len(made)
    assert not project.up().operations


def test_a_renamed_vault(project: Project) -> None:
    """A change that would replace a resource is refused, with the name that it has."""
    project.up()
    project.change(lambda environment: environment["vault"].update(name="kv-another-name"))
    refused(project, "change-would-replace")


def test_a_vault_of_ours_by_id(project: Project) -> None:
    """A resource of ours can't become a referred one: it would drop out of the program."""
    project.up()
    vault = project.resource_id("vault")
    grants = [{"principal": Stranger.principal(1), "secrets": ["get"]}]
    project.change(lambda environment: environment.update(vault={"id": vault, "grants": grants}))
    refused(project, "managed-by-this-stack")


def test_a_vault_that_is_gone_for_good(project: Project, stranger: Stranger) -> None:
    """In our state and nowhere in Azure: the error names the command that repairs, and that command repairs."""
    project.change(lambda environment: environment["vault"].update(purgeProtection=False))
    project.up()
    vault = project.resource_id("vault")
    group, name = vault.split("/")[4], vault.split("/")[8]
    stranger.client.vaults.delete(group, name)
    stranger.client.vaults.begin_purge_deleted(name, "westeurope").result()
    done = refused(project, "gone-for-good")
    assert "pulumi refresh" in done.text
    # One run for both would not do: the engine answers with the checkpoint from before the refresh.
    project.pulumi("refresh", "--yes", "--skip-preview", "--stack", project.stack, expect=0)
    project.up()
    assert name in stranger.client.vaults.get(group, name).name


def test_a_switch_of_the_permission_model(project: Project) -> None:
    """Every grant would stop working at once: no redeploy does that."""
    project.up()

    def switch(environment: dict[str, Any]) -> None:
        environment["vault"] = {"authorization": "rbac"}

    project.change(switch)
    refused(project, "authorization-switch")


def test_all_refusals_are_shown_at_once(project: Project) -> None:
    """Two things wrong are two errors of one run."""
    project.up()

    def break_two(environment: dict[str, Any]) -> None:
        environment["vault"]["name"] = "kv-another-name"
        environment["workspace"] = {"name": "mlw-another-name"}

    project.change(break_two)
    done = refused(project, "change-would-replace")
    assert done.text.count("error: change-would-replace") >= 2


@pytest.mark.parametrize(
    ("status", "code"),
    [(403, "AuthorizationFailed"), (401, "InvalidAuthenticationToken"), (500, "InternalServerError")],
)
def test_a_vault_that_cannot_be_read(project: Project, azure: Azure, status: int, code: str) -> None:
    """Could not read is never absent: nothing is registered."""
    azure.fault(f"GET .*{group_of(project)}/providers/Microsoft.KeyVault/vaults", status=status, code=code)
    done = refused(project, "unreadable")
    assert str(status) in done.text
    assert not [row for row in project.state() if row["type"].startswith("azure-native:")]


def test_a_group_that_cannot_be_read_is_one_error(project: Project, azure: Azure) -> None:
    """What follows from the group's 403 is not said once more for everything in it."""
    azure.fault(f"GET .*{group_of(project)}", status=403, code="AuthorizationFailed")
    done = refused(project, "unreadable")
    assert done.text.count("error: unreadable") <= 2  # once as it happens, once in the summary


def test_deleted_vaults_that_may_not_be_listed_are_a_warning(project: Project, azure: Azure) -> None:
    """A login with rights on its group only can provision: the subscription's deleted vaults are a warning."""
    azure.fault("GET .*/deletedVaults", status=403, code="AuthorizationFailed")
    done = project.up()
    assert "deleted-vaults-unreadable" in done.text


def test_a_policy_of_azure_that_forbids(project: Project, azure: Azure) -> None:
    """Azure Policy's refusal reaches the user with its code; nothing is written."""
    azure.fault(f"PUT .*{group_of(project)}", status=403, code="RequestDisallowedByPolicy")
    done = project.up(expect=None)
    assert done.code != 0
    assert "RequestDisallowedByPolicy" in done.text
    assert "Traceback" not in done.text
    assert [request for request in done.writes if request.status and request.status < 300] == []


def test_a_policy_of_azure_that_forbids_a_vault_write(project: Project, azure: Azure) -> None:
    """The refusal of our own vault writes has an id, the answer, and a hint."""
    project.up()
    azure.fault(
        f"PATCH .*{group_of(project)}/providers/Microsoft.KeyVault", status=403, code="RequestDisallowedByPolicy"
    )
    project.change(lambda environment: environment["vault"].update(publicAccess=True))
    done = project.up(expect=None)
    assert done.code != 0
    assert "vault-write-refused" in done.text
    assert "RequestDisallowedByPolicy" in done.text
    assert "Traceback" not in done.text


def test_no_credentials(project: Project) -> None:
    """Nobody logged in is said so, with the ways to log in."""
    for name in list(project.environ):
        if name.startswith(("ARM_CLIENT", "AZURE_CLIENT")):
            del project.environ[name]
    project.environ["PATH"] = ":".join(part for part in project.environ["PATH"].split(":") if "azure-cli" not in part)
    refused(project, "no-credentials")


def test_a_login_that_is_refused(project: Project, azure: Azure) -> None:
    """A wrong secret is the login's fault, and said so; the secret itself is not."""
    project.environ["ARM_CLIENT_SECRET"] = ""
    azure.fault("POST .*/oauth2/v2.0/token", status=401, code="invalid_client")
    project.environ["ARM_CLIENT_SECRET"] = "not-the-secret-1234"
    done = refused(project, "login-refused")
    assert "not-the-secret-1234" not in done.text


def test_a_host_that_does_not_answer(project: Project) -> None:
    """An endpoint that is not there ends the run with one error."""
    project.environ["ARM_METADATA_HOSTNAME"] = "localhost:9"
    refused(project, "arm-unreachable")


def test_a_login_for_another_subscription(make_project: Callable[..., Project], settings: dict[str, Any]) -> None:
    """The stack's subscription and the login's must be one."""
    other = {"azure-native:subscriptionId": "99999999-0000-4000-8000-000000000000"}
    refused(make_project(settings, **other), "login-for-another-subscription")


def test_settings_with_several_faults(make_project: Callable[..., Project], settings: dict[str, Any]) -> None:
    """All faults of a file at once, each with its key, before anybody logs in."""
    settings["vault"]["grants"][0]["principal"] = "nobody"
    settings["vault"]["grants"][1]["secrets"] = ["gett"]
    project = make_project(settings)
    project.environ["ARM_METADATA_HOSTNAME"] = "localhost:9"
    done = project.up(expect=None)
    assert done.code != 0
    assert "vault.grants[0].principal" in done.text
    assert "vault.grants[1].secrets" in done.text
    assert "Traceback" not in done.text


def group_of(project: Project) -> str:
    """The group's name as it stands in paths."""
    import yaml

    body = yaml.safe_load(project.stack_file.read_text())
    return str(body["config"]["holdfast:environment"]["resourceGroup"])
