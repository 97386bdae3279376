"""Do fifty clients at once get what they asked for from a service that the program has deployed, and nothing else?

And does its redeploy wait for whoever writes to the endpoint?
"""

from __future__ import annotations

import threading
import uuid
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import requests

from holdfast.model.deployments import QUEUE_WAIT, UNFINISHED
from holdfast_sandbox.rehearsal import Project

from ..proof.served import AKS, ML, Served, containers_of, small_and_served

pytestmark = [pytest.mark.engine, pytest.mark.slow]

CLIENTS, REQUESTS = 50, 6
#: Takes a moment, and writes down what it was asked: what a client is refused has to be computed by nobody.
SCRIPT = """\
import json, os, time


def init():
    global asked
    time.sleep(float(os.environ.get("LOADS", 0)))
    asked = os.open(os.environ["ASKED"], os.O_WRONLY | os.O_CREAT | os.O_APPEND)


def run(data):
    number = json.loads(data)["number"]
    os.write(asked, f"{number}\\n".encode())
    time.sleep(0.05)
    return {"answer": number * 3}
"""


@dataclass(frozen=True, slots=True)
class Reply:
    """What one request came to; `seconds` until it was there."""

    number: int
    status: int
    body: Any
    seconds: float


def crowd(uri: str, key: str, first: int) -> list[Reply]:
    """Fifty clients, let go at once, each with some requests one after another; every one has a number of its own."""
    go, replies = threading.Barrier(CLIENTS), list[Reply]()

    def client(place: int) -> None:
        with requests.Session() as session:
            session.headers["Authorization"] = f"Bearer {key}"
            go.wait()
            for turn in range(REQUESTS):
                number = first + place * REQUESTS + turn
                answer = session.post(uri, json={"number": number}, timeout=90)
                body = answer.json() if answer.content else None
                replies.append(Reply(number, answer.status_code, body, answer.elapsed.total_seconds()))

    threads = [threading.Thread(target=client, args=(place,)) for place in range(CLIENTS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return replies


def computed(asked: Path) -> Counter[int]:
    """How often each number was computed."""
    return Counter(int(line) for line in asked.read_text().split()) if asked.exists() else Counter()


@pytest.fixture
def served(settings: dict[str, Any], make_project: Callable[..., Project], tmp_path: Path) -> Served:
    """One service behind an endpoint, autoscaled from one replica to three."""
    service = {name: value for name, value in AKS.items() if name != "replicas"}
    # Endpoints of one sandbox are told apart by their names.
    service |= {"name": f"crowd-{uuid.uuid4().hex[:8]}", "autoscale": {"min": 1, "max": 3}, "timeout": 60}
    service |= {"env": {"ASKED": str(tmp_path / "asked.txt"), "WORKER_COUNT": "2"}}
    project = make_project(small_and_served(settings["resourceGroup"], "ml", services=[service]))
    served = Served(project, aks=service["name"])
    served.write()
    served.put("code/score.py", SCRIPT)
    return served


def test_fifty_clients_at_once_get_right_answers_or_the_refusal_of_a_full_queue(served: Served, tmp_path: Path) -> None:
    """One replica that takes one request: who waits longer than the queue allows is refused, and what he asked is
    computed by nobody; nobody is forgotten. With room for all, everybody is answered. Without a key nobody is."""
    project, asked = served.project, tmp_path / "asked.txt"
    project.up()
    before = containers_of(project.azure)
    uri, key = served.uris()[served.aks], served.key()
    for headers in ({}, {"Authorization": "Bearer wrong"}):
        assert requests.post(uri, json={"number": 1}, headers=headers, timeout=30).status_code == 401
    assert not computed(asked)

    replies = crowd(uri, key, 1000)
    assert len(replies) == CLIENTS * REQUESTS
    good = [reply for reply in replies if reply.status == 200]
    refused = [reply for reply in replies if reply.status == 503]
    assert len(good) + len(refused) == len(replies), Counter(reply.status for reply in replies)
    assert good
    assert refused, "one replica took fifty requests at once"
    assert all(reply.body == {"answer": reply.number * 3} for reply in good)
    assert all(reply.body["error"]["code"] == "ServiceUnavailable" for reply in refused)
    assert min(reply.seconds for reply in refused) >= QUEUE_WAIT
    assert computed(asked) == Counter(reply.number for reply in good)
    assert containers_of(project.azure) > before, "the autoscaler saw no load"
    print(f"one replica, scaled up to three: {len(good)} answered, {len(refused)} refused after {QUEUE_WAIT} s")

    def room_for_all(environment: dict[str, Any]) -> None:
        (service,) = environment["services"]
        del service["autoscale"]
        service |= {"replicas": 2, "maxConcurrentRequests": CLIENTS // 2}

    project.change(room_for_all)
    changed = project.up()
    assert [write.path.partition("?")[0] for write in changed.writes] == [f"{served.endpoint()}/deployments/blue"]
    assert (served.uris()[served.aks], served.key()) == (uri, key)
    asked.write_text("")
    replies = crowd(uri, key, 5000)
    assert Counter(reply.status for reply in replies) == {200: CLIENTS * REQUESTS}
    assert all(reply.body == {"answer": reply.number * 3} for reply in replies)
    assert computed(asked) == Counter(reply.number for reply in replies)
    print(f"two replicas that take {CLIENTS // 2} each: {len(replies)} answered")


def test_a_write_to_the_endpoint_by_somebody_else_is_waited_for(served: Served) -> None:
    """Azure refuses every other write meanwhile. Ours comes after it, and what they have made stays."""
    project = served.project
    project.up()
    endpoint = served.endpoint()
    blue, hand = served.hand.ask("GET", f"{endpoint}/deployments/blue", ML).json(), served.hand
    body = {name: blue[name] for name in ("location", "kind", "sku")}
    properties = {name: value for name, value in blue["properties"].items() if name != "provisioningState"}
    properties["environmentVariables"]["LOADS"] = "10"
    begun = hand.ask("PUT", f"{endpoint}/deployments/theirs", ML, {**body, "properties": properties})
    assert begun.status_code == 201, begun.text
    served.put("code/score.py", SCRIPT.replace("* 3", "* 4"))
    changed = project.up()
    ours = [one.status for one in changed.writes if one.path.partition("?")[0].endswith("/deployments/blue")]
    assert set(ours[:-1]) == {409}, "ours met nobody"
    assert ours[-1] == 200
    key = {"Authorization": f"Bearer {served.key()}"}
    answer = requests.post(served.uris()[served.aks], json={"number": 5}, headers=key, timeout=30)
    assert answer.json() == {"answer": 20}
    rows = hand.ask("GET", f"{endpoint}/deployments", ML).json()["value"]
    assert {row["name"]: row["properties"]["provisioningState"] for row in rows} == {
        "blue": "Succeeded",
        "theirs": "Succeeded",
    }

    # A roll-out that fails leaves its settings behind the endpoint and the old ones in the state: those are deployed.
    kept = dict[str, str]()
    project.change(lambda environment: kept.update(environment["services"][0].pop("env")))
    assert "KeyError: 'ASKED'" in project.up(expect=255).text
    project.change(lambda environment: environment["services"][0].update(env=kept))
    mended = project.up()
    assert f"{endpoint}/deployments/blue" in [write.path.partition("?")[0] for write in mended.writes]
    row = hand.ask("GET", f"{endpoint}/deployments/blue", ML).json()
    assert row["properties"]["provisioningState"] == "Succeeded"
    answer = requests.post(served.uris()[served.aks], json={"number": 6}, headers=key, timeout=30)
    assert answer.json() == {"answer": 24}
    assert UNFINISHED not in hand.ask("GET", endpoint, ML).json()["tags"]
    assert project.up().writes == []
