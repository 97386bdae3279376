"""A blob store as Azure's: a storage account of a sandbox, and a login to both."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from azure.identity import ClientSecretCredential
from azure.storage.blob import ContainerClient

from holdfast_sandbox.rehearsal import Azure


@dataclass(frozen=True)
class Store:
    """The account's URL, and the variables of a login."""

    account: str
    environ: dict[str, str]

    def container(self, name: str) -> ContainerClient:
        """Microsoft's own client of a container that is made, logged in as somebody who may."""
        environ = self.environ
        credential = ClientSecretCredential(
            environ["ARM_TENANT_ID"],
            environ["ARM_CLIENT_ID"],
            environ["ARM_CLIENT_SECRET"],
            authority=environ["AZURE_AUTHORITY_HOST"],
            disable_instance_discovery=True,
        )
        client = ContainerClient(self.account, name, credential=credential)
        client.create_container()
        return client


@pytest.fixture(scope="session")
def store(tmp_path_factory: pytest.TempPathFactory, blob_account: Callable[[Azure, str], str]) -> Iterator[Store]:
    """Started once, with one account."""
    state = tmp_path_factory.mktemp("store")
    with Azure.private(state) as azure:
        yield Store(blob_account(azure, "holdfast"), azure.environ)


@pytest.fixture
def logged_in(store: Store, monkeypatch: pytest.MonkeyPatch) -> Store:
    """The store, with its login in this process's environment."""
    for name, value in store.environ.items():
        if name.startswith(("ARM_", "AZURE_", "REQUESTS_", "SSL_")):
            monkeypatch.setenv(name, value)
    return store


@pytest.fixture
def container(logged_in: Store, request: pytest.FixtureRequest) -> ContainerClient:
    """A container of this test's own."""
    return logged_in.container(Path(request.node.name).stem.replace("_", "-")[:60].strip("-").lower())
