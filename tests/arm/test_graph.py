"""Does Graph's answer become names, and its silence nothing worse than ids?"""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest

from holdfast.arm import Cloud, Graph, StaticToken, find_cloud
from holdfast.model.directory import Directory, Principal

TENANT = "5a4db0c5-7e0a-4000-8000-000000000001"
GET_BY_IDS = "learn.microsoft.com/graph/api/directoryobject-getbyids"


def guid(number: int) -> str:
    return f"{number:08x}-0000-4000-8000-000000000001"


def token(**claims: str) -> StaticToken:
    payload = base64.urlsafe_b64encode(json.dumps(claims).encode()).rstrip(b"=").decode()
    return StaticToken(f"head.{payload}.signature")


@pytest.fixture
def graph(double: Any) -> Graph:
    cloud = Cloud(double.url, double.url, double.url, custom=True, graph=f"{double.url}/graph")
    return Graph(cloud, token(tid=TENANT))


@pytest.mark.source(f"{GET_BY_IDS} and the resource types that it returns")
def test_each_kind_of_principal_has_a_word_and_a_name(double: Any, graph: Graph) -> None:
    """A managed identity is told apart from an application; letter case of an id counts not."""
    rows = [
        {"@odata.type": "#microsoft.graph.user", "id": guid(1).upper(), "displayName": "Ann"},
        {"@odata.type": "#microsoft.graph.group", "id": guid(2), "displayName": "Scientists"},
        {
            "@odata.type": "#microsoft.graph.servicePrincipal",
            "id": guid(3),
            "displayName": "mlw",
            "servicePrincipalType": "ManagedIdentity",
        },
        {"@odata.type": "#microsoft.graph.servicePrincipal", "id": guid(4), "displayName": "pipeline"},
        {"@odata.type": "#microsoft.graph.user", "id": guid(5), "displayName": None},
    ]
    double.script = [(200, {}, {"value": rows})]
    directory = graph.look_up([guid(n) for n in (1, 2, 3, 4, 5, 6)] + [guid(1).upper(), ""])
    assert directory.find(guid(1).upper()) == Principal(guid(1), "user", "Ann")
    assert [directory.label(guid(n)) for n in (1, 2, 3, 4)] == [
        "Ann (user)",
        "Scientists (group)",
        "mlw (managed identity)",
        "pipeline (service principal)",
    ]
    # Seen but not named (limited information), and not there at all: two different things.
    assert directory.label(guid(5)) == guid(5)
    assert [directory.is_nobody(guid(n), TENANT.upper()) for n in (5, 6, 7)] == [False, True, None]
    assert directory.silence == ""
    (asked,) = double.seen
    assert (asked["method"], asked["path"]) == ("POST", "/graph/v1.0/directoryObjects/getByIds")
    assert asked["body"]["ids"] == [guid(n) for n in (1, 2, 3, 4, 5, 6)]
    assert asked["headers"]["Authorization"].startswith("Bearer head.")


def test_nobody_is_an_orphan_of_a_directory_that_is_anothers(double: Any, graph: Graph) -> None:
    """A vault that was moved keeps its old tenant's ids, and only that tenant could tell."""
    double.script = [(200, {}, {"value": []})]
    directory = graph.look_up([guid(1)])
    assert directory.is_nobody(guid(1), TENANT) is True
    assert directory.is_nobody(guid(1), guid(9)) is None


@pytest.mark.parametrize("unreadable", [StaticToken("opaque"), token(), StaticToken("a.!!!.c")])
def test_a_token_that_does_not_show_its_tenant_makes_nobody_an_orphan(double: Any, unreadable: StaticToken) -> None:
    """Microsoft promises no shape of Graph's tokens; names are known all the same."""
    cloud = Cloud(double.url, double.url, double.url, custom=True, graph=double.url)
    double.script = [
        (200, {}, {"value": [{"@odata.type": "#microsoft.graph.user", "id": guid(1), "displayName": "A"}]})
    ]
    directory = Graph(cloud, unreadable).look_up([guid(1), guid(2)])
    assert directory.label(guid(1)) == "A (user)"
    assert directory.is_nobody(guid(2), TENANT) is None


@pytest.mark.source(f"{GET_BY_IDS}: up to 1000 ids")
def test_more_than_a_thousand_are_asked_for_in_batches(double: Any, graph: Graph) -> None:
    """And where a later batch is refused, what the first one said is kept, and the rest is not known."""
    double.script = [(200, {}, {"value": []}), (403, {}, {"error": {"code": "Authorization_RequestDenied"}})]
    directory = graph.look_up(guid(n) for n in range(1, 1002))
    assert [len(row["body"]["ids"]) for row in double.seen] == [1000, 1]
    assert directory.silence == "Microsoft Graph answered 403 Authorization_RequestDenied"
    assert len(directory.asked) == 1000
    assert directory.is_nobody(guid(1001), TENANT) is None


@pytest.mark.parametrize(
    ("said", "silence"),
    [
        ((403, {}, {"error": {"code": "Authorization_RequestDenied"}}), "answered 403 Authorization_RequestDenied"),
        ((401, {}, {"error": {"code": "InvalidAuthenticationToken"}}), "answered 401 InvalidAuthenticationToken"),
        ((200, {}, "<html>a proxy's page</html>"), "answer could not be read"),
        ((200, {}, {"value": [], "@odata.nextLink": "x"}), "answer could not be read"),
        (None, "answered nothing NoAnswer"),
    ],
)
def test_silence_is_told_and_leaves_everybody_not_known(
    double: Any, graph: Graph, waits: list[float], said: Any, silence: str
) -> None:
    """Never an error, and never "nobody"."""
    double.script = [said]
    directory = graph.look_up([guid(1)])
    assert directory.silence.endswith(silence)
    assert directory.is_nobody(guid(1), TENANT) is None
    assert directory.label(guid(1)) == guid(1)


def test_nothing_is_asked_for_nobody_nor_where_there_is_no_graph(double: Any, graph: Graph) -> None:
    """A vault without entries needs no directory; a cloud may have none."""
    assert graph.look_up([]) == Directory()
    none = Graph(Cloud(double.url, double.url, double.url, custom=True), token(tid=TENANT))
    assert none.look_up([guid(1)]).silence == "this cloud's description names no Microsoft Graph"
    assert double.seen == []


@pytest.mark.source("learn.microsoft.com/graph/deployments")
def test_each_cloud_has_a_graph_of_its_own(double: Any) -> None:
    """A described cloud names it itself."""
    assert [find_cloud({}, name).graph for name in ("public", "usgovernment", "china")] == [
        "https://graph.microsoft.com",
        "https://graph.microsoft.us",
        "https://microsoftgraph.chinacloudapi.cn",
    ]
    metadata = {
        "authentication": {"loginEndpoint": "https://l", "audiences": ["https://a"]},
        "resourceManager": "https://r",
    }
    double.script = [(200, {}, {**metadata, "microsoftGraphResourceId": "https://g.example/"})]
    assert find_cloud({"ARM_METADATA_HOSTNAME": double.url.removeprefix("https://")}).graph == "https://g.example"
