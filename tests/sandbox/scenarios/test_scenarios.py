"""Does each scenario show what it is about? Played one after the other on one sandbox, as somebody would who looks
through them: each begins with the environment that the one before has broken."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from holdfast.diagnose import Evidence, diagnose
from holdfast.diagnose.symptoms import BY_ID
from holdfast_sandbox.commands import sandbox
from holdfast_sandbox.errors import SandboxError
from holdfast_sandbox.rehearsal import Azure
from holdfast_sandbox.scenarios import NAMES, load
from holdfast_sandbox.scenarios.stage import SERVED, Stage, stage
from holdfast_sandbox.scenarios.unplayed import UNPLAYED

CHECKOUT = Path(__file__).resolve().parents[3]

#: What each has to say in its last step, in the order in which they are played: what leaves the environment whole comes
#: in a row, and what another one would still see at the end.
LAST = {
    "admin-user-off": "400 UnAuthorizedForCredentialOperations",
    "deployment-beyond-its-limits": "400 BadArgument",
    "model-not-registered": "400 ResourceNotFound",
    "endpoint-failed": "400 EndpointNotFound",
    "endpoint-name-taken": "400 EndpointAlreadyExists",
    "two-writers": "409 AnotherOperationInProgress",
    "double-attach": "The cluster is attached to this workspace already",
    "model-fails-behind-a-managed-endpoint": "HTTP 424",
    "rbac-default-flip": "it goes by Azure RBAC",
    "forbidden-reader": "unreadable: ",
    "azure-fails": "unreadable: ",
    "template-redeploy-wipes-vault": "An internal server error occurred. Please try again. If the problem persists",
    "vault-soft-deleted": "404",
    "workspace-soft-deleted": "recovers it",
    "acr-admin-off-without-acrpull": "is not accessible. Please check the image and registry credential",
    "denied-by-azure-policy": "was disallowed by policy",
    "quota-exceeded": "InsufficientVCPUQuota",
    "image-build-dependency-missing": "image-build-failed: image ",
    "image-build-conflict": "image-build-failed: image ",
    "init-raises": "`init`",
    "model-path-missing": "`init`",
    "script-import-error": "`init`",
    "function-missing": "`init`",
    "probe-never-answers": "`probe`",
    "pod-out-of-memory": "service-not-started",
    "pod-unschedulable": "`schedule`",
    "run-raises": "500",  # and after the roll-outs that failed one that succeeds
    "old-template": "Succeeded",
    "template-fails": "ConflictError",
    # What the front end refuses stays in the metrics for the minute, wrong keys for an hour.
    "spike-503": "with 503",
    "crash-502": "502",
    "timeout-504": "504",
    "errors-to-clients": "200",
    "throttled-subscription": "unreadable: ",
    "cluster-stopped": "KubernetesUnaccessible",
    "keys-changed": "401",
    "vault-owned-elsewhere": "belongs to stack",  # ends the environment's life: it comes last
}
#: Those that wait for containers to fail, again and again, or for Azure to let one through: for a night. Of each system
#: of the guide one is played always.
LONG = (
    "azure-fails",
    "throttled-subscription",
    "crash-502",
    "timeout-504",
    "errors-to-clients",
    "init-raises",
    "script-import-error",
    "function-missing",
    "probe-never-answers",
    "pod-out-of-memory",
    "pod-unschedulable",
    "cluster-stopped",
    "image-build-conflict",
)
#: Those that the guide's test (`docs/test_guide.py`) plays in every run, and asks the doctor about.
IN_GUIDE = ("image-build-dependency-missing", "template-redeploy-wipes-vault", "run-raises")
#: What `holdfast doctor` names first when it looks at the stack afterwards; of the others a client has the evidence, or
#: the run that failed. `run-raises` and `model-path-missing` come with their log, `spike-503` with its metrics.
LIVE = {
    "keys-changed": "keys-changed",
    "template-redeploy-wipes-vault": "vault-policy-wiped",
    "vault-soft-deleted": "vault-soft-deleted",
    "workspace-soft-deleted": "workspace-soft-deleted",
    "acr-admin-off-without-acrpull": "image-pull-denied",
    "image-build-dependency-missing": "image-build-failed",
    "image-build-conflict": "image-build-failed",
    "run-raises": "run-raised",
    "spike-503": "autoscale-503",
    "init-raises": "init-raised",
    "model-path-missing": "model-path-missing",
    "script-import-error": "script-import-error",
    "function-missing": "script-function-missing",
    "probe-never-answers": "container-not-ready",
    "pod-out-of-memory": "pod-out-of-memory",
    "crash-502": "crash-502",
    "timeout-504": "timeout-504",
    "old-template": "vault-api-retiring",
    "template-fails": "vault-soft-deleted",
}
#: What only a whole environment shows: no client and no run has seen a failure.
NOTHING_SAID = ("old-template", "rbac-default-flip")
PLAYED = [name for name in LAST if name not in LONG + IN_GUIDE or os.environ.get("HOLDFAST_PROVE") == "1"]


def found_live(on: Stage) -> list[str]:
    """The ids of what the doctor finds in the stack, in its order."""
    command = [str(Path(sys.executable).with_name("holdfast")), "doctor", "--stack", "sandbox", "--json"]
    done = subprocess.run(
        command, cwd=on.project.folder, env=on.project.environ, capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode in (0, 3, 4), done.stderr
    return [finding["id"] for finding in json.loads(done.stdout)["findings"]]


def test_each_tells_what_it_is_about() -> None:
    """In a title of one line, an explanation where that is not enough, and ids of symptoms; each is played here."""
    assert set(LAST) == set(NAMES)
    for one in map(load, NAMES):
        assert 20 < len(one.title) < 120
        assert one.symptoms
        assert all(re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)+", symptom) for symptom in one.symptoms)


def test_every_symptom_has_a_scenario_or_a_reason_why_it_has_none() -> None:
    """And never both; what is named is a symptom."""
    played = {symptom for one in map(load, NAMES) for symptom in one.symptoms}
    assert played | set(UNPLAYED) == set(BY_ID)
    assert not played & set(UNPLAYED)
    assert all(reason.endswith(".") and len(reason) > 60 for reason in UNPLAYED.values())


def test_the_list_names_each_and_an_unknown_one_is_told() -> None:
    """For people and for scripts."""
    listed = CliRunner().invoke(sandbox, ["scenario", "list"])
    assert all(name in listed.output for name in NAMES)
    assert CliRunner().invoke(sandbox, ["scenario", "--help"]).output.count("\n") > len(NAMES)
    unknown = CliRunner().invoke(sandbox, ["scenario", "vault-eaten"])
    assert (unknown.exit_code, "error: unknown-scenario" in unknown.output) == (2, True)
    elsewhere = CliRunner().invoke(sandbox, ["scenario", "keys-changed", "--checkout", str(CHECKOUT / "docs")])
    assert (elsewhere.exit_code, "error: no-checkout" in elsewhere.output) == (2, True)


@pytest.fixture(scope="module")
def azure(tmp_path_factory: pytest.TempPathFactory, warm: dict[str, str]) -> Iterator[Azure]:
    """A sandbox of this module's, with a home of its own for receipts."""
    with Azure.private(tmp_path_factory.mktemp("sandbox")) as running:
        running.environ.update(warm, HOLDFAST_HOME=str(tmp_path_factory.mktemp("home")))
        yield running


@pytest.mark.engine
@pytest.mark.slow
def test_each_shows_what_it_is_about(azure: Azure) -> None:
    """And leaves the checkout as it is."""
    said, whole = {}, False
    for name in PLAYED:
        one = load(name)
        try:
            on = stage(azure, CHECKOUT)
            on.is_whole = whole
            said[name] = list(one.play(on))
            whole = one.harmless
            if name not in NOTHING_SAID and (on.said or name not in LIVE):
                told = [found.id for found in diagnose([Evidence(name, on.said or "\n".join(said[name]))]).findings]
                assert set(one.symptoms[:1]) <= set(told), (name, told)
                assert name in LIVE or told[0] == one.symptoms[0], (name, told)
            if name in LIVE:
                assert found_live(on)[:1] == [LIVE[name]], name
            if name == "workspace-soft-deleted":
                on.provision()
                whole = True
                assert found_live(on) == []
                assert on.ask(SERVED).status_code == 200  # recovered, and what Azure does not bring back made again
        except SandboxError as error:
            pytest.fail(f"{name}: {error.render()}")
    assert not {name: steps for name, steps in said.items() if LAST[name] not in steps[-1]}
    assert all(steps[0].startswith("pulumi ") for steps in said.values())
    # What the last one left can't be brought up, and that is said.
    with pytest.raises(SandboxError, match="stack-not-up"):
        stage(azure, CHECKOUT).provision()
