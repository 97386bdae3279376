"""Do the storage accounts of a sandbox hold blobs, for azure-storage-blob and for plain requests?"""

from __future__ import annotations

import os
import signal
import threading
import time
from datetime import UTC, datetime, timedelta

import psutil
import pytest
import requests
from azure.core.exceptions import ClientAuthenticationError, HttpResponseError
from azure.storage.blob import (
    AccountSasPermissions,
    BlobClient,
    BlobSasPermissions,
    ResourceTypes,
    generate_account_sas,
    generate_blob_sas,
)

from holdfast_sandbox.blobs import signatures

_SOON = timedelta(hours=1)


@pytest.mark.slow
@pytest.mark.source("learn.microsoft.com/azure/storage/blobs/storage-quickstart-blobs-python")
def test_an_account_made_by_arm_holds_blobs(sandbox, account) -> None:
    """Its endpoint, its key, Microsoft's client: upload, list, download, delete."""
    client = account.client()
    container = client.create_container("data")
    content = os.urandom(9_000_000)  # above what goes in one request
    container.upload_blob("folder/model.bin", content, max_concurrency=2)
    container.upload_blob("note.txt", b"x")
    assert [blob.name for blob in container.list_blobs()] == ["folder/model.bin", "note.txt"]
    assert container.download_blob("folder/model.bin").readall() == content
    container.delete_blob("note.txt")
    assert list(container.list_blob_names()) == ["folder/model.bin"]


@pytest.mark.slow
@pytest.mark.source("learn.microsoft.com/azure/storage/common/storage-account-keys-manage")
def test_a_regenerated_key_is_good_at_once_and_the_old_one_no_more(account) -> None:
    first, second = account.keys()
    account.client(first).create_container("data")
    body = {"keyName": "key1"}
    account.sandbox.arm("POST", f"{account.path}/regenerateKey", body=body).raise_for_status()
    new = account.keys()[0]
    assert new != first
    with pytest.raises(ClientAuthenticationError):
        account.client(first).get_account_information()
    for good in (new, second):
        assert [one.name for one in account.client(good).list_containers()] == ["data"]


@pytest.mark.slow
@pytest.mark.source("learn.microsoft.com/azure/storage/blobs/authorize-access-azure-active-directory")
def test_the_sandboxs_tokens_open_an_account_and_others_do_not(account) -> None:
    """A token for storage does, one for the resource manager does not, none does not."""
    account.by_login().create_container("data")
    where = f"{account.endpoint}?comp=list"
    asked = {
        audience: requests.get(
            where,
            headers={"x-ms-version": "2023-11-03", "Authorization": f"Bearer {account.sandbox.token(audience)}"},
            timeout=30,
        ).status_code
        for audience in ("https://storage.azure.com", "https://management.azure.com")
    }
    assert asked == {"https://storage.azure.com": 200, "https://management.azure.com": 403}
    assert requests.get(where, timeout=30).status_code == 403


@pytest.mark.slow
@pytest.mark.source("learn.microsoft.com/rest/api/storageservices/delegate-access-with-shared-access-signature")
def test_links_with_a_signature_open_with_any_client(account) -> None:
    """Of the account and of one blob, both Microsoft's own; an expired one is refused."""
    key, name = account.keys()[0], account.name
    container = account.client().create_container("data")
    container.upload_blob("a b.txt", b"hello")
    until = datetime.now(UTC) + _SOON
    of_account = generate_account_sas(name, key, ResourceTypes(object=True), AccountSasPermissions(read=True), until)
    read = BlobSasPermissions(read=True)
    of_blob = generate_blob_sas(name, "data", "a b.txt", account_key=key, permission=read, expiry=until)
    old = generate_blob_sas(name, "data", "a b.txt", account_key=key, permission=read, expiry=until - 2 * _SOON)
    link = f"{account.endpoint}data/a%20b.txt"
    for query in (of_account, of_blob):
        assert requests.get(f"{link}?{query}", timeout=30).content == b"hello"
    assert requests.get(f"{link}?{old}", timeout=30).status_code == 403
    kind = {"x-ms-blob-type": "BlockBlob"}
    assert requests.put(f"{link}?{of_blob}", b"no", headers=kind, timeout=30).status_code == 403


@pytest.mark.slow
@pytest.mark.source("learn.microsoft.com/rest/api/storageservices/create-service-sas")
def test_the_sandboxs_own_signatures_are_those_of_microsofts_client(account) -> None:
    """What it signs without that client opens what it says, and no more."""
    key = account.keys()[0]
    account.client().create_container("data")
    write = signatures.blob_query(account.name, key, "data/x.txt", "cw", _SOON)
    blob = BlobClient.from_blob_url(f"{account.endpoint}data/x.txt?{write}", retry_total=0)
    blob.upload_blob(b"hello")
    with pytest.raises(HttpResponseError):
        blob.download_blob()
    of_all = signatures.account_query(account.name, key)
    assert "<Name>data</Name>" in requests.get(f"{account.endpoint}?comp=list&{of_all}", timeout=30).text


@pytest.mark.slow
@pytest.mark.source("learn.microsoft.com/azure/storage/common/storage-account-recover")
def test_accounts_are_apart_and_a_new_one_of_an_old_name_is_empty(sandbox, account) -> None:
    """A key opens its own account only; what a deleted account held is not its successor's."""
    account.client().create_container("data").upload_blob("x", b"1")
    other = sandbox.account()
    with pytest.raises(ClientAuthenticationError):
        account.client(other.keys()[0]).get_account_information()
    sandbox.arm("DELETE", account.path).raise_for_status()
    again = sandbox.account(account.name)
    deadline = time.monotonic() + 10
    while list(again.client().list_containers()) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert list(again.client().list_containers()) == []
    assert list(other.client().list_containers()) == []


@pytest.mark.slow
def test_nothing_runs_until_somebody_connects_and_all_is_gone_with_a_killed_sandbox(start) -> None:
    """No process before the first connection; after `kill -9` Azurite writes what it holds, goes, and the next sandbox
    has the blobs, behind the same links."""
    with start() as sandbox:
        account = sandbox.account()
        assert account.endpoint.startswith("https://127.0.0.1:")
        assert sandbox.family() == []
        container = account.client().create_container("data")
        container.upload_blob("x.txt", b"hello")
        key = account.keys()[0]
        until = datetime.now(UTC) + _SOON
        read = BlobSasPermissions(read=True)
        signed = generate_blob_sas(account.name, "data", "x.txt", account_key=key, permission=read, expiry=until)
        link = f"{account.endpoint}data/x.txt?{signed}"
        family = sandbox.family()
        listening = {one.laddr.ip for process in family for one in process.net_connections() if one.status == "LISTEN"}
        assert listening == {"127.0.0.1"}
        secrets = sandbox.state / "blobs"
        for name in ("server-key.pem", "accounts.json"):
            assert (secrets / name).stat().st_mode & 0o077 == 0
        assert key not in " ".join(word for process in family for word in process.cmdline())
        os.kill(sandbox.pid, signal.SIGKILL)
        _, alive = psutil.wait_procs(family, timeout=30)
        assert not alive
    with start():
        assert requests.get(link, timeout=60).content == b"hello"


@pytest.mark.slow
def test_a_killed_azurite_is_started_again_by_the_next_connection(start) -> None:
    with start() as sandbox:
        account = sandbox.account()
        account.client().create_container("data")
        for process in sandbox.family():
            process.kill()
        psutil.wait_procs(sandbox.family(), timeout=10)
        assert account.client().get_account_information()["account_kind"] == "StorageV2"


@pytest.mark.slow
def test_an_account_that_is_made_while_azurite_starts_is_known_to_it(start) -> None:
    """As in a first run, where the first upload starts it, and everything else goes on."""
    with start() as sandbox:
        first = sandbox.account()
        client = first.client()
        asked = threading.Thread(target=client.get_account_information)
        asked.start()
        while not sandbox.family():
            time.sleep(0.01)
        second = sandbox.account().client()
        assert list(second.list_containers()) == []
        asked.join()


@pytest.mark.slow
def test_reset_empties_the_blobs_too(start) -> None:
    with start() as sandbox:
        account = sandbox.account()
        account.client().create_container("data")
        sandbox.session.post(f"{sandbox.url}/_sandbox/reset", timeout=30).raise_for_status()
        assert sandbox.family() == []
        assert list(sandbox.account(account.name).client().list_containers()) == []


@pytest.mark.slow
def test_without_azurite_every_request_is_told_why(start, monkeypatch, tmp_path) -> None:
    """No Node and no registry: an error in the blob service's form at once, also to an upload, and to any client."""
    monkeypatch.setenv("HOLDFAST_HOME", str(tmp_path / "home"))
    tools = tmp_path / "tools"
    tools.mkdir()
    for name in ("npm", "node"):
        (tools / name).write_text("#!/bin/sh\necho 'npm error code ENOTFOUND' >&2\nexit 1\n")
        (tools / name).chmod(0o755)
    monkeypatch.setenv("PATH", f"{tools}:/bin:/usr/bin")
    with start() as sandbox:
        account = sandbox.account()
        began = time.monotonic()
        with pytest.raises(HttpResponseError) as refused:
            account.client().get_container_client("data").upload_blob("x", os.urandom(3_000_000))
        assert refused.value.status_code == 501
        assert refused.value.error_code == "blobs-not-installed"
        assert "npm error code ENOTFOUND" in str(refused.value)
        answer = requests.head(account.endpoint, timeout=30)
        assert (answer.status_code, answer.headers["x-ms-error-code"]) == (501, "blobs-not-installed")
        assert time.monotonic() - began < 5


@pytest.mark.slow
@pytest.mark.source("learn.microsoft.com/azure/machine-learning/how-to-datastore")
def test_the_containers_of_a_workspaces_own_datastores_are_there(sandbox, account) -> None:
    """`workspaceblobstore` and `workspaceartifactstore` can be written to at once, as soon as the workspace is made."""
    group = account.path.partition("/providers/")[0]
    place = {"location": "westeurope"}
    vault = f"{group}/providers/Microsoft.KeyVault/vaults/kv-{account.name[:18]}"
    found = sandbox.arm("GET", "", "2022-12-01").json()
    tenant = {"tenantId": found["tenantId"]}
    properties = {**tenant, "sku": {"family": "A", "name": "standard"}, "accessPolicies": []}
    sandbox.arm("PUT", vault, "2023-07-01", {**place, "properties": properties}).raise_for_status()
    insights = f"{group}/providers/Microsoft.Insights/components/appi"
    component = {**place, "kind": "web", "properties": {"Application_Type": "web"}}
    sandbox.arm("PUT", insights, "2020-02-02", component).raise_for_status()
    prefix = found["id"]
    workspace = f"{group}/providers/Microsoft.MachineLearningServices/workspaces/mlw"
    stands_on = {
        "storageAccount": f"{prefix}/{account.path}",
        "keyVault": f"{prefix}/{vault}",
        "applicationInsights": f"{prefix}/{insights}",
    }
    body = {**place, "identity": {"type": "SystemAssigned"}, "properties": stands_on}
    answer = sandbox.arm("PUT", workspace, "2025-12-01", body)
    assert answer.status_code == 202, answer.text
    sandbox.arm("GET", workspace, "2025-12-01")
    shown = sandbox.arm("GET", f"{workspace}/datastores/workspaceblobstore", "2025-12-01").json()["properties"]
    account.client().get_container_client(shown["containerName"]).upload_blob("x", b"1")
    account.client().get_container_client("azureml").upload_blob("x", b"1")
