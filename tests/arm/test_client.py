"""Is what came back over the wire what a caller is told, and is nothing sent that should not be?"""

from __future__ import annotations

from typing import Any

import pytest
from azure.core.credentials import AccessToken
from azure.core.exceptions import ClientAuthenticationError

from holdfast.arm import Answer, ArmClient, Cloud, StaticToken
from holdfast.arm.client import RETRIES

ERROR = {"error": {"code": "Code", "message": "Text"}}


def test_a_request_carries_token_version_and_body(double: Any, client: ArmClient) -> None:
    """The version joins a query that is there already."""
    double.script = [(201, {"X-Ms-Header": "y"}, {"id": "/x"})]
    answer = client.request("PUT", "/x?$filter=atScope()", "2024-11-01", {"a": 1})
    assert (answer.status, answer.body, answer.ok, answer.readable) == (201, {"id": "/x"}, True, True)
    assert answer.headers["X-Ms-Header"] == "y"
    (seen,) = double.seen
    assert (seen["method"], seen["path"]) == ("PUT", "/x?$filter=atScope()&api-version=2024-11-01")
    assert seen["body"] == {"a": 1}
    assert seen["headers"]["Authorization"] == "Bearer a-token"
    assert "holdfast" in seen["headers"]["User-Agent"]


def test_a_get_has_no_body(double: Any, client: ArmClient) -> None:
    """And its version is the only query."""
    client.get("/x", "v")
    assert (double.seen[0]["path"], double.seen[0]["body"]) == ("/x?api-version=v", None)


@pytest.mark.parametrize("status", [400, 401, 403, 404, 409])
def test_a_refusal_is_an_answer(double: Any, client: ArmClient, status: int) -> None:
    """A status is data: only a caller knows which ones are wrong. It is asked once."""
    double.script = [(status, {}, ERROR)]
    answer = client.get("/x", "v")
    assert (answer.status, answer.code, answer.message, answer.ok) == (status, "Code", "Text", False)
    assert len(double.seen) == 1


@pytest.mark.parametrize(
    ("body", "code", "message"),
    [
        ("<html>sign in</html>", "", "<html>sign in</html>"),
        ("x" * 1000, "", "x" * 300),
        (..., "", ""),
        ({"error": "flat"}, "", "{'error': 'flat'}"),
        # AKS answers without the envelope of Resource Manager (terraform-provider-azurerm's reports show it).
        ({"code": "OperationNotAllowed", "message": "busy", "subcode": ""}, "OperationNotAllowed", "busy"),
        ({"error": {"code": None}}, "", "{'error': {'code': None}}"),
        (["list"], "", "['list']"),
    ],
)
def test_what_is_no_error_of_azures_is_shown_as_it_is(
    double: Any, client: ArmClient, body: Any, code: str, message: str
) -> None:
    """A proxy's page, nothing at all, another shape: the start of it, and no invented code."""
    double.script = [(400, {}, body)]
    answer = client.get("/x", "v")
    assert (answer.code, answer.message) == (code, message)


@pytest.mark.parametrize(("body", "readable"), [({}, True), ("<html>", False), (..., False), ([], False)])
def test_only_a_json_object_says_something_about_a_resource(
    double: Any, client: ArmClient, body: Any, readable: bool
) -> None:
    """A proxy may answer 200 to anything."""
    double.script = [(200, {}, body)]
    answer = client.get("/x", "v")
    assert (answer.ok, answer.readable) == (True, readable)


@pytest.mark.source("azure-core, RetryPolicy: 408, 429, 500, 502, 503, 504")
@pytest.mark.parametrize("status", [408, 429, 500, 502, 503, 504])
def test_what_passes_by_itself_is_tried_again(double: Any, client: ArmClient, waits: list[float], status: int) -> None:
    """Until it is through."""
    double.script = [(status, {}, ERROR), (status, {}, ERROR), (200, {}, {"id": "/x"})]
    assert client.get("/x", "v").ok
    assert len(double.seen) == 3


def test_retry_after_is_honoured(double: Any, client: ArmClient, waits: list[float]) -> None:
    """As many seconds as Azure says, not ours."""
    double.script = [(429, {"Retry-After": "7"}, ERROR), (200, {}, {})]
    assert client.get("/x", "v").ok
    assert waits == [7.0]


def test_what_does_not_pass_ends_with_azures_answer(double: Any, client: ArmClient, waits: list[float]) -> None:
    """After a few tries, not after minutes."""
    double.script = [(503, {}, ERROR)]
    answer = client.get("/x", "v")
    assert (answer.status, answer.code) == (503, "Code")
    assert len(double.seen) == RETRIES + 1


def test_a_broken_connection_is_tried_again_and_then_no_answer(
    double: Any, client: ArmClient, waits: list[float]
) -> None:
    """Status 0, with an error in Azure's shape."""
    double.script = [None, (200, {}, {})]
    assert client.get("/x", "v").ok
    double.script = [None]
    answer = client.get("/x", "v")
    assert (answer.status, answer.code, answer.ok, answer.readable) == (0, "NoAnswer", False, False)
    assert answer.message
    assert answer.unreadable().status == 0


def test_a_host_that_is_not_there_is_no_answer(waits: list[float]) -> None:
    """Nobody listens on port 1."""
    nowhere = Cloud("https://127.0.0.1:1", "https://127.0.0.1:1", "https://127.0.0.1:1")
    assert ArmClient(nowhere, StaticToken("t")).get("/x", "v").status == 0


class Refused:
    def get_token(self, *scopes: str, **_: Any) -> AccessToken:
        raise ClientAuthenticationError(f"AADSTS7000215 for {scopes[0]}")


def test_a_refused_login_is_a_401_and_sends_nothing(double: Any) -> None:
    """With what the directory said; asked for the cloud's audience."""
    client = ArmClient(Cloud(double.url, double.url, "https://audience"), Refused())
    answer = client.get("/x", "v")
    assert (answer.status, answer.code) == (401, "AuthenticationFailed")
    assert answer.message == "AADSTS7000215 for https://audience/.default"
    assert double.seen == []


def test_a_token_is_never_sent_without_tls(waits: list[float]) -> None:
    """A metadata host may say anything."""
    plain = Cloud("http://127.0.0.1:1", "https://127.0.0.1:1", "https://127.0.0.1:1")
    answer = ArmClient(plain, StaticToken("t")).get("/x", "v")
    assert answer.status == 0
    assert "TLS" in answer.message


def test_a_redirect_is_not_followed(double: Any, client: ArmClient) -> None:
    """It would take the token along."""
    double.script = [(302, {"Location": "https://elsewhere.example/"}, ...), (200, {}, {})]
    assert client.get("/x", "v").status == 302
    assert len(double.seen) == 1


def test_a_list_is_read_to_its_last_page(double: Any, client: ArmClient) -> None:
    """By the links that Azure gives, as they are."""
    link = f"{double.url}/x?page=2&api-version=v"
    double.script = [(200, {}, {"value": [1], "nextLink": link}), (200, {}, {"value": [2], "nextLink": None})]
    assert [page.body["value"] for page in client.pages("/x", "v")] == [[1], [2]]
    assert [seen["path"] for seen in double.seen] == ["/x?api-version=v", "/x?page=2&api-version=v"]


def test_a_list_ends_with_the_answer_that_is_no_page(double: Any, client: ArmClient) -> None:
    """The caller sees it, and so knows that the list is not whole."""
    double.script = [(200, {}, {"value": [1], "nextLink": f"{double.url}/x?page=2"}), (403, {}, ERROR)]
    assert [page.status for page in client.pages("/x", "v")] == [200, 403]
    double.script = [(200, {}, "<html>")]
    assert [page.readable for page in client.pages("/x", "v")] == [False]


@pytest.mark.parametrize(
    "link",
    [
        "https://evil.example/x",
        "https://management.azure.com.evil.example/x",
        "https://management.azure.com@evil.example/x",
        "http://management.azure.com/x",
        "https://management.azure.com:8443/x",
        "//management.azure.com/x",
        "/x?page=2",
    ],
)
def test_a_list_that_goes_on_elsewhere_is_not_followed_and_not_whole(
    monkeypatch: pytest.MonkeyPatch, link: str
) -> None:
    """The token stays at home, and half a list does not pass for a whole one."""
    client = ArmClient(Cloud("https://management.azure.com", "https://l", "https://a"), StaticToken("t"))
    sent: list[str] = []

    def send(request: Any) -> Answer:
        sent.append(request.url)
        return Answer(200, {"value": [], "nextLink": link})

    monkeypatch.setattr(client, "_send", send)
    *_, last = client.pages("/x", "v")
    assert sent == ["https://management.azure.com/x?api-version=v"]
    assert (last.readable, last.code) == (False, "ForeignNextLink")
    assert link in last.message


def test_the_default_port_and_letter_case_of_a_host_are_no_other_host(monkeypatch: pytest.MonkeyPatch) -> None:
    """Some lists go on at `https://management.azure.com:443/`."""
    client = ArmClient(Cloud("https://management.azure.com", "https://l", "https://a"), StaticToken("t"))
    pages = [
        Answer(200, {"nextLink": "https://Management.Azure.com:443/x?page=2"}),
        Answer(200, {}),
    ]
    monkeypatch.setattr(client, "_send", lambda request: pages.pop(0))
    assert [page.readable for page in client.pages("/x", "v")] == [True, True]
