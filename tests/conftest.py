"""How much of the emulated Azure is only inferred? The count is printed after every run; `test_unverified` holds it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import requests
from hypothesis import HealthCheck, settings

from holdfast_sandbox.engine.warm import running as warm_running
from holdfast_sandbox.rehearsal import Azure

# How long a machine takes is no claim of a test's.
settings.register_profile("holdfast", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("holdfast")

#: The count that stands in the repository. It may only fall: lower it with every behaviour that a source confirms.
RECORD = Path(__file__).parent / "unverified.txt"

_MARK = re.compile(r"^\s*(@|pytestmark\s*=\s*|marks=)pytest\.mark\.unverified\b", re.MULTILINE)


#: What runs of `pulumi` import, once for all runs of a worker. `engine/test_story.py`, `proof/test_crashes.py` and
#: `sandbox/engine` start each process anew, as people do.
WARM = (
    "holdfast.program",
    "holdfast.arm.wait",
    "holdfast.guard",
    "azure.identity",
    "urllib3",
    "pulumi_azure_native.containerinstance",
    "pulumi_azure_native.keyvault",
    "pulumi_azure_native.resources",
)


@pytest.fixture(scope="session")
def warm() -> Iterator[dict[str, str]]:
    """The variables that let a run's processes start without their imports (`engine/warm.py`), and the engine collect
    its garbage less often: of its 0.67 s of CPU in a run with nothing to do, that was 0.1 s."""
    with warm_running(*WARM) as variable:
        yield {**variable, "GOGC": "400"}


@pytest.fixture(scope="session")
def blob_account() -> Callable[[Azure, str], str]:
    """Makes a storage account of that name in a sandbox; gives its blob endpoint without the slash at its end."""

    def make(azure: Azure, name: str) -> str:
        environ, url = azure.environ, azure.server.url
        login = {
            "grant_type": "client_credentials",
            "client_id": environ["ARM_CLIENT_ID"],
            "client_secret": environ["ARM_CLIENT_SECRET"],
            "scope": "https://management.azure.com/.default",
        }
        session = requests.Session()
        session.trust_env, session.verify = False, environ["REQUESTS_CA_BUNDLE"]
        answer = session.post(f"{url}/{environ['ARM_TENANT_ID']}/oauth2/v2.0/token", data=login, timeout=30)
        session.headers["Authorization"] = f"Bearer {answer.json()['access_token']}"
        group = f"{url}/subscriptions/{environ['ARM_SUBSCRIPTION_ID']}/resourceGroups/rg-blobs"
        place = {"location": "westeurope"}
        session.put(f"{group}?api-version=2024-03-01", json=place, timeout=30).raise_for_status()
        account = f"{group}/providers/Microsoft.Storage/storageAccounts/{name}?api-version=2024-01-01"
        body = {**place, "kind": "StorageV2", "sku": {"name": "Standard_LRS"}}
        session.put(account, json=body, timeout=30).raise_for_status()
        made = session.get(account, timeout=30).json()
        return str(made["properties"]["primaryEndpoints"]["blob"]).rstrip("/")

    return make


@pytest.fixture
def unverified() -> int:
    """How many tests say that no source shows what they hold."""
    return count_unverified()


def count_unverified() -> int:
    """By the tests' text, so that the count is one of all tests, whichever of them run."""
    return sum(len(_MARK.findall(path.read_text(encoding="utf-8"))) for path in RECORD.parent.rglob("test_*.py"))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """One line after every run."""
    terminalreporter.write_line(f"unverified emulated behaviours: {count_unverified()}")
