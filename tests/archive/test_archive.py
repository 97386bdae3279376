"""Receipts in a container: created and never replaced, found again, and no run's problem when it can't be reached."""

from __future__ import annotations

import json
import socket
import sys
import time
from collections.abc import Iterator
from typing import Any

import pytest
from azure.storage.blob import ContainerClient

from holdfast import archive
from holdfast.archive import Archive, ArchiveError, bounded, split

BODY = {"schema": 2, "stack": "prod"}


@pytest.fixture
def silent() -> Iterator[int]:
    """The port of a server that takes connections and never says a word."""
    with socket.create_server(("127.0.0.1", 0), backlog=20) as server:
        yield server.getsockname()[1]


def url_of(container: ContainerClient, prefix: str = "") -> str:
    return f"{container.url}/{prefix}".rstrip("/")


@pytest.mark.slow
def test_a_receipt_is_created_where_the_page_says_and_found_again(container: ContainerClient) -> None:
    """Project and stack in its name; the newest by name, of this stack alone; JSON that anybody can read."""
    mine = Archive(url_of(container, "audit/ml"), "holdfast", "prod", {})
    assert mine.newest() is None
    for time_, stack in (("20260131T1", "prod"), ("20260201T1", "prod"), ("20260301T1", "dev")):
        place = Archive(url_of(container, "audit/ml"), "holdfast", stack, {})
        url = place.store(f"receipt-{time_}-ab.json", BODY | {"time": time_})
        assert url == f"{container.url}/audit/ml/holdfast/{stack}/receipt-{time_}-ab.json"
    assert mine.newest() == BODY | {"time": "20260201T1"}
    blob = container.get_blob_client("audit/ml/holdfast/prod/receipt-20260131T1-ab.json")
    assert blob.get_blob_properties().content_settings.content_type == "application/json"
    assert json.loads(blob.download_blob().readall()) == BODY | {"time": "20260131T1"}


@pytest.mark.slow
def test_a_receipt_that_is_there_is_never_replaced(container: ContainerClient) -> None:
    """Another one of the same name is refused by the store, and what was there stays."""
    mine = Archive(url_of(container), "holdfast", "prod", {})
    mine.store("receipt-1.json", BODY)
    with pytest.raises(ArchiveError, match="409 BlobAlreadyExists"):
        mine.store("receipt-1.json", {"schema": 0})
    assert mine.newest() == BODY


@pytest.mark.slow
def test_what_the_container_holds_and_is_no_receipt_is_told(container: ContainerClient) -> None:
    """Nobody's entries are compared with half a file, or with something else."""
    for name, content in (("receipt-1.json", b'{"schema"'), ("receipt-2.json", b"[]")):
        container.upload_blob(f"holdfast/prod/{name}", content)
        with pytest.raises(ArchiveError):
            Archive(url_of(container), "holdfast", "prod", {}).newest()


@pytest.mark.slow
def test_the_latest_are_found_up_to_a_run_and_without_those_that_are_known(container: ContainerClient) -> None:
    """Of this stack alone, by their addresses; what is no receipt is named."""
    mine = Archive(url_of(container, "audit"), "holdfast", "prod", {})
    for day in range(1, 6):
        mine.store(f"receipt-2026010{day}T1-ab.json", BODY | {"time": day})
    Archive(url_of(container, "audit"), "holdfast", "dev", {}).store("receipt-20260102T2-ab.json", BODY)
    container.upload_blob("audit/holdfast/prod/receipt-20260103T2-ab.json", b"[1")
    found, unreadable = mine.latest(4, "receipt-20260104T1-ab.json", {"receipt-20260102T1-ab.json"})
    folder = f"{container.url}/audit/holdfast/prod"
    assert {url: body["time"] for url, body in found.items()} == {
        f"{folder}/receipt-20260103T1-ab.json": 3,
        f"{folder}/receipt-20260104T1-ab.json": 4,
    }
    assert unreadable == [f"{folder}/receipt-20260103T2-ab.json"]
    with pytest.raises(ArchiveError):
        Archive("https://127.0.0.1:1/a/b", "holdfast", "prod", {}).latest(1, "z")


@pytest.mark.slow
def test_a_refused_login_is_told_by_status_and_code(
    container: ContainerClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Azurite's 403 to a token for something else; and no part of the token in the message."""
    real = archive.log_in

    def wrong(*given: Any) -> Any:
        credential = real(*given)
        token = credential.get_token("https://management.azure.com/.default")
        monkeypatch.setattr(credential, "get_token", lambda *_a, **_o: token)
        monkeypatch.setattr(credential, "get_token_info", lambda *_a, **_o: token, raising=False)
        return credential

    monkeypatch.setattr(archive, "log_in", wrong)
    with pytest.raises(ArchiveError) as caught:
        Archive(url_of(container), "holdfast", "prod", {}).store("receipt-1.json", BODY)
    assert str(caught.value).startswith("403 AuthenticationFailed ")
    assert "eyJ" not in str(caught.value)


@pytest.mark.slow
def test_a_container_that_is_not_there_is_told(container: ContainerClient) -> None:
    """Holdfast makes none: whoever audits does."""
    with pytest.raises(ArchiveError, match="404 ContainerNotFound"):
        Archive(url_of(container).replace(container.container_name, "nobodys"), "p", "s", {}).store("r", BODY)


@pytest.mark.slow
def test_a_store_that_says_nothing_costs_seconds_and_no_more(
    logged_in: Any, silent: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Reading and storing share one budget; what hangs is left behind."""
    monkeypatch.setattr(archive, "PATIENCE", 2.0)
    mine = Archive(f"https://127.0.0.1:{silent}/dev/receipts", "holdfast", "prod", {})
    with pytest.raises(ArchiveError, match="no answer within 1 s"):
        mine.newest()
    with pytest.raises(ArchiveError, match="no answer within 1 s"):
        mine.store("receipt-1.json", BODY)


def test_without_a_login_it_is_told_what_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    """The fault's own words, as anywhere else."""
    for name in ("ARM_TENANT_ID", "ARM_METADATA_HOSTNAME", "ARM_USE_DEFAULT_AZURE_CREDENTIAL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("ARM_CLIENT_SECRET", "hush")
    with pytest.raises(ArchiveError, match="no-credentials") as caught:
        Archive("https://a.blob.core.windows.net/c", "p", "s", {}).newest()
    assert "hush" not in str(caught.value)


def test_without_the_library_it_is_told_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """The `holdfast` command alone does not bring it."""
    monkeypatch.setitem(sys.modules, "azure.storage.blob", None)
    with pytest.raises(ArchiveError, match=r"holdfast\[program\]"):
        Archive("https://a.blob.core.windows.net/c", "p", "s", {}).newest()


@pytest.mark.parametrize(
    ("url", "parts"),
    [
        ("https://a.b/c", ("https://a.b", "c", "")),
        ("https://a.b:1/c/d/e", ("https://a.b:1", "c", "d/e")),
        ("https://127.0.0.1:1/dev/c/d", ("https://127.0.0.1:1/dev", "c", "d")),
        ("https://localhost/dev/c", ("https://localhost/dev", "c", "")),
        ("https://[::1]:1/dev/c", ("https://[::1]:1/dev", "c", "")),
    ],
)
def test_an_address_has_its_account_in_the_path(url: str, parts: tuple[str, str, str]) -> None:
    """As Azurite's IP-style URLs; everywhere else the host is the account's."""
    assert split(url) == parts


def test_whatever_goes_wrong_is_an_archive_error() -> None:
    """A bug of a library must not cost a run that has been made."""

    def broken() -> None:
        raise KeyError("surprise\nsecond line")

    with pytest.raises(ArchiveError, match="surprise"):
        bounded(broken, 5)
    assert bounded(lambda: 7, 5) == 7
    with pytest.raises(ArchiveError, match="no answer within 0 s"):
        bounded(lambda: time.sleep(1), -1)
