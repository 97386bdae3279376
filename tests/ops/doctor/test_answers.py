"""Is an answer taken for one, and silence for none?"""

from __future__ import annotations

from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread

import pytest

from holdfast.model.errors import Fault, HoldfastError
from holdfast.model.existing import Absent, Live, Unreadable
from holdfast.ops.doctor.answers import Once, Unanswered, answers, there


@pytest.fixture
def container() -> Iterator[HTTPServer]:
    """Answers at its liveness route, and nowhere else."""

    class Liveness(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200 if self.path == "/" else 404)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Liveness)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield server
    server.shutdown()
    server.server_close()
    thread.join()


def test_a_container_answers_beside_where_it_scores(container: HTTPServer) -> None:
    """At `/`; one that has gone, and an address that is none, do not."""
    uri = f"http://127.0.0.1:{container.server_port}/score"
    assert answers(uri)
    assert not answers(f"http://127.0.0.1:{container.server_port}/v1/score")
    container.shutdown()
    container.server_close()
    assert not answers(uri)
    assert not answers("")


def test_could_not_read_is_never_is_not_there() -> None:
    """A reason, a resource, or its absence."""
    live = Live("/id", "name", "westeurope")
    assert (there(live), there(Absent())) == (live, None)
    with pytest.raises(Unanswered, match="403 No no"):
        there(Unreadable(403, "No", "no"))


@pytest.mark.parametrize("refused", [None, Unanswered("403"), HoldfastError([Fault("azure-refused", "no")])])
def test_what_several_stand_on_is_asked_once(refused: Exception | None) -> None:
    """Each gets it, be it empty, or the same refusal."""
    asked: list[str] = []

    def ask() -> list[str]:
        asked.append("once")
        if refused is not None:
            raise refused
        return []

    once = Once(ask)
    for _ in range(2):
        if refused is None:
            assert once() == []
        else:
            with pytest.raises(type(refused)) as told:
                once()
            assert told.value is refused
    assert asked == ["once"]
