"""Are Azure's answers told so that the symptoms read what they mean?"""

from __future__ import annotations

import pytest

from holdfast.diagnose import Evidence, diagnose, stated

KILLED = {"name": "wine", "state": "Running", "exitCode": 137, "finishTime": "2026-01-31T12:00:30.500000Z"}


def _event(name: str, at: object) -> dict[str, object]:
    return {"type": "Normal", "name": name, "message": f"{name} container wine", "lastTimestamp": at}


@pytest.mark.parametrize(
    ("row", "noted", "ids"),
    [
        (KILLED, [], ["pod-out-of-memory"]),
        (KILLED, [_event("Killing", "2026-01-31T12:00:00Z")], []),
        (KILLED, [_event("Killing", "2026-01-31T12:00:00")], []),
        (KILLED, [_event("Started", "2026-01-31T12:00:00Z")], ["pod-out-of-memory"]),
        (KILLED, [_event("Killing", "2026-01-31T11:00:00Z")], ["pod-out-of-memory"]),
        (KILLED, [_event("Killing", "2026-01-31T12:01:00Z")], ["pod-out-of-memory"]),
        (KILLED, [_event("Killing", None)], ["pod-out-of-memory"]),
        ({**KILLED, "finishTime": None}, [_event("Killing", "2026-01-31T12:00:00Z")], ["pod-out-of-memory"]),
        ({**KILLED, "detailStatus": "OOMKilled"}, [_event("Killing", "2026-01-31T12:00:00Z")], ["pod-out-of-memory"]),
        ({**KILLED, "exitCode": 0}, [_event("Killing", "2026-01-31T12:00:00Z")], []),
    ],
)
def test_a_stop_that_was_asked_for_is_no_kill_for_memory(
    row: dict[str, object], noted: list[dict[str, object]], ids: list[str]
) -> None:
    found = diagnose([Evidence("service wine", stated.part(row, noted))])
    assert [finding.id for finding in found.findings] == ids
