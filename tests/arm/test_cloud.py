"""Is it the cloud that the provider would ask?"""

from __future__ import annotations

from typing import Any

import pytest

from holdfast.arm import Cloud, cloud, find_cloud
from holdfast.model.errors import Blame, HoldfastError

METADATA = {
    "name": "sandbox",
    "resourceManager": "https://arm.example/",
    "authentication": {"loginEndpoint": "https://login.example/", "audiences": ["https://audience.example/", "second"]},
}


@pytest.mark.source("Microsoft Learn, Azure Government and Azure China endpoints")
@pytest.mark.parametrize(
    ("name", "manager", "login"),
    [
        ("public", "https://management.azure.com", "https://login.microsoftonline.com"),
        ("usgovernment", "https://management.usgovcloudapi.net", "https://login.microsoftonline.us"),
        ("china", "https://management.chinacloudapi.cn", "https://login.chinacloudapi.cn"),
    ],
)
def test_a_known_cloud_is_not_asked_for(name: str, manager: str, login: str) -> None:
    """By the provider's setting or its variable, in any letter case."""
    for found in (find_cloud({}, name), find_cloud({"ARM_ENVIRONMENT": name.upper()})):
        assert (found.resource_manager, found.login, found.custom) == (manager, login, False)


def test_nothing_said_is_the_public_cloud_and_the_setting_wins() -> None:
    """As the provider has it."""
    assert find_cloud({}) == find_cloud({}, "public")
    assert find_cloud({"ARM_ENVIRONMENT": "china"}, "usgovernment") == find_cloud({}, "usgovernment")


def test_an_unknown_cloud_is_the_users_fault() -> None:
    """With the ones that there are."""
    with pytest.raises(HoldfastError) as caught:
        find_cloud({}, "moon")
    (fault,) = caught.value.faults
    assert (fault.id, fault.blame) == ("cloud-unknown", Blame.USER)
    assert dict(fault.evidence)["allowed"] == "public, usgovernment, china"


@pytest.mark.source("azure-facts section 1: metadataHost / ARM_METADATA_HOSTNAME, /metadata/endpoints")
@pytest.mark.parametrize("by_setting", [True, False])
def test_a_metadata_host_describes_its_cloud(double: Any, by_setting: bool) -> None:
    """Over HTTPS, by the setting before the variable, whatever environment is named."""
    double.script = [(200, {}, METADATA)]
    host = double.url.removeprefix("https://")
    environ = {"ARM_METADATA_HOSTNAME": "127.0.0.1:1" if by_setting else host, "ARM_ENVIRONMENT": "china"}
    cloud = find_cloud(environ, metadata_host=host if by_setting else None)
    assert cloud == Cloud("https://arm.example", "https://login.example", "https://audience.example", custom=True)
    assert double.seen[0]["path"] == "/metadata/endpoints?api-version=2022-09-01"


@pytest.mark.parametrize(
    "scripted",
    [
        (500, {}, {}),
        (404, {}, {}),
        (200, {}, "<html>"),
        (200, {}, {}),
        (200, {}, []),
        (200, {}, {**METADATA, "authentication": {}}),
        (200, {}, {**METADATA, "authentication": {"loginEndpoint": "l", "audiences": []}}),
        (200, {}, {**METADATA, "authentication": None}),
        None,
    ],
)
def test_a_host_that_does_not_describe_a_cloud_is_unreachable(double: Any, scripted: Any) -> None:
    """Whatever it says instead: one fault of Azure's, with the URL that was asked."""
    double.script = [scripted]
    with pytest.raises(HoldfastError) as caught:
        find_cloud({"ARM_METADATA_HOSTNAME": double.url.removeprefix("https://")})
    (fault,) = caught.value.faults
    assert (fault.id, fault.blame) == ("arm-unreachable", Blame.AZURE)
    assert dict(fault.evidence)["asked"].startswith(double.url)


@pytest.mark.parametrize("before", [(429, {"Retry-After": "0"}, {}), (500, {}, {}), (503, {}, {}), None])
def test_a_host_that_is_busy_is_asked_again(double: Any, before: Any) -> None:
    """A run does not fail because its first question met a bad moment."""
    double.script = [before, before, (200, {}, METADATA)]
    assert find_cloud({"ARM_METADATA_HOSTNAME": double.url.removeprefix("https://")}).custom
    assert len(double.seen) == 3


def test_a_host_that_stays_busy_is_given_up(double: Any) -> None:
    """After as many tries as Resource Manager gets."""
    double.script = [(503, {}, {})]
    with pytest.raises(HoldfastError, match="does not describe"):
        find_cloud({"ARM_METADATA_HOSTNAME": double.url.removeprefix("https://")})
    assert len(double.seen) == 1 + cloud.RETRY.total


def test_a_host_whose_certificate_nobody_vouches_for_is_unreachable(
    double: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The login would go there next."""
    monkeypatch.delenv("REQUESTS_CA_BUNDLE")
    double.script = [(200, {}, METADATA)]
    with pytest.raises(HoldfastError, match="SSLError"):
        find_cloud({"ARM_METADATA_HOSTNAME": double.url.removeprefix("https://")})
    assert double.seen == []
