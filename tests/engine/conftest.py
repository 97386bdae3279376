"""Real `pulumi` runs: one sandbox per worker, a resource group, a stack file and a backend per test."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import requests
import yaml
from jsonschema import Draft202012Validator

from holdfast_sandbox.rehearsal import Azure, Project, Stranger

CHECKOUT = Path(__file__).resolve().parents[2]

RECEIPTS = Draft202012Validator(json.loads((CHECKOUT / "docs/receipt.schema.json").read_text(encoding="utf-8")))

PIPELINE = "c1c1c1c1-0000-4000-8000-000000000001"
SCIENTISTS = "d5d5d5d5-0000-4000-8000-000000000002"


@pytest.fixture(scope="session")
def azure(tmp_path_factory: pytest.TempPathFactory, warm: dict[str, str]) -> Iterator[Azure]:
    """This worker's sandbox. When it ends, all requests it ever answered are searched for a PUT on a live vault."""
    with Azure.private(tmp_path_factory.mktemp("sandbox")) as running:
        running.environ.update(warm)
        yield running
        broken = puts_on_living_vaults(running, strangers={stranger_oid(running)})
        assert not broken, f"a run of ours PUT a vault that existed: {broken}"


def stranger_oid(azure: Azure) -> str:
    """The object id that the foreign client's requests carry: it may PUT what it likes."""
    import base64

    stranger = Stranger(azure.environ)
    credential: Any = stranger.client._config.credential
    token = credential.get_token(f"https://{azure.environ['ARM_METADATA_HOSTNAME']}/.default").token
    body = token.split(".")[1]
    return str(json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)))["oid"])


def puts_on_living_vaults(azure: Azure, strangers: set[str]) -> list[str]:
    """Every PUT of ours on a vault that an earlier answer showed to be there. Deletions are forgotten, too.

    Two are the provider's own and no run of ours can prevent them (docs/proof.md): a creation is sent again when its
    answer was lost, and it is carried on once, by an update, when the look that ends it was refused.
    """
    there: set[str] = set()
    made: set[str] = set()  # and not seen since
    unfinished: set[str] = set()
    broken = []
    for request in azure.since(0):
        path = request.path.partition("?")[0].lower()
        if not re.fullmatch(
            r"/subscriptions/[^/]+/resourcegroups/[^/]+/providers/microsoft\.keyvault/vaults/[^/]+", path
        ):
            continue
        if request.method == "DELETE":
            there.discard(path)
        elif request.method == "PUT":
            if path in there and path not in unfinished and not any(oid in request.caller for oid in strangers):
                broken.append(str(request))
            unfinished.discard(path)
            if request.status is not None and request.status < 300 and not request.note.startswith("fault"):
                there.add(path)
                made.add(path)
        elif request.method == "GET" and request.status == 200:
            there.add(path)
            made.discard(path)
        elif request.method == "GET" and request.status == 404:
            there.discard(path)  # gone with its group
        elif request.method == "GET" and path in made and request.status in (401, 403):
            unfinished.add(path)  # anything else is asked again
    return broken


@pytest.fixture
def settings(request: pytest.FixtureRequest, worker_id: str) -> dict[str, Any]:
    """The stack of the README, in a group of this test's own."""
    name = re.sub(r"[^a-z0-9]+", "-", request.node.name.lower())[:50].strip("-")
    return {
        "resourceGroup": f"rg-{worker_id}-{name}",
        "prefix": "ml",
        "vault": {
            "authorization": "access-policies",
            "publicAccess": False,
            "grants": [
                {"principal": PIPELINE, "secrets": ["get", "list"]},
                {"principal": SCIENTISTS, "secrets": ["get", "list", "set"], "keys": ["get"]},
            ],
        },
    }


@pytest.fixture
def make_project(azure: Azure, tmp_path: Path) -> Iterator[Callable[..., Project]]:
    """A project with its stack made; several of one test share Azure and nothing else. Whatever receipts their runs
    left are of the published shape."""

    def make(settings: dict[str, Any], *, stack: str = "sandbox", folder: str = "project", **config: Any) -> Project:
        project = Project(tmp_path / folder, azure, CHECKOUT, stack)
        project.settings(settings, **config)
        project.start()
        return project

    yield make
    for receipt in sorted(tmp_path.glob("*/home/receipts/*/*/receipt-*.json")):
        RECEIPTS.validate(json.loads(receipt.read_text(encoding="utf-8")))


@pytest.fixture
def sandbox(make_project: Callable[..., Project], settings: dict[str, Any]) -> Project:
    """The stack file of `make up` without its services, in a group and with an instance of this test's own."""
    text = (CHECKOUT / "stacks/Pulumi.sandbox.yaml").read_text(encoding="utf-8")
    environment = yaml.safe_load(text)["config"]["holdfast:environment"]
    environment.pop("services")
    environment["resourceGroup"] = settings["resourceGroup"]
    (instance,) = [one for one in environment["computes"] if one.get("kind") == "instance"]
    instance["name"] = f"ada{hashlib.sha256(settings['resourceGroup'].encode()).hexdigest()[:8]}"
    return make_project(environment)


@pytest.fixture(scope="session")
def blobs(azure: Azure, blob_account: Callable[[Azure, str], str]) -> str:
    """The blob endpoint of a storage account of this worker's sandbox."""
    return blob_account(azure, "holdfast")


@pytest.fixture
def project(make_project: Callable[..., Project], settings: dict[str, Any]) -> Project:
    """A new project with the usual settings; nothing provisioned yet."""
    return make_project(settings)


@pytest.fixture
def stranger(azure: Azure) -> Stranger:
    """Microsoft's own Key Vault client, logged in as somebody else."""
    return Stranger(azure.environ)


@pytest.fixture(autouse=True)
def no_faults(azure: Azure) -> Iterator[None]:
    """Faults of one test end with it."""
    yield
    azure.clear_faults()


@pytest.fixture
def write_tags() -> Callable[[Project, str, dict[str, str]], None]:
    """Replaces all tags of a resource past everybody, as a template or a portal does."""
    return _write_tags


def _write_tags(project: Project, resource_id: str, tags: dict[str, str]) -> None:
    """Replace all tags of a resource, by the default login."""
    environ = project.environ
    host, ca = f"https://{environ['ARM_METADATA_HOSTNAME']}", environ["REQUESTS_CA_BUNDLE"]
    form = {
        "grant_type": "client_credentials",
        "client_id": environ["ARM_CLIENT_ID"],
        "client_secret": environ["ARM_CLIENT_SECRET"],
        "scope": f"{host}/.default",
    }
    login = requests.post(f"{host}/{environ['ARM_TENANT_ID']}/oauth2/v2.0/token", data=form, verify=ca, timeout=30)
    answer = requests.put(
        f"{host}{resource_id}/providers/Microsoft.Resources/tags/default?api-version=2021-04-01",
        json={"properties": {"tags": tags}},
        headers={"Authorization": f"Bearer {login.json()['access_token']}"},
        verify=ca,
        timeout=30,
    )
    answer.raise_for_status()
