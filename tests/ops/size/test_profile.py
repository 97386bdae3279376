"""A load profile in the ways that people have one, and the line of what is wrong."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from holdfast.model.errors import HoldfastError
from holdfast.model.sizing import Interval
from holdfast.ops.size import profile
from holdfast.ops.size.profile import read_profile

FILE = Path("load.csv")
ROWS = [Interval(0.0, 60.0, 300, 0.4), Interval(60.0, 60.0, 2400, 0.4)]


@pytest.mark.parametrize(
    "text",
    [
        "time,requests\n0,300\n60,2400\n",
        "0,300\n60,2400\n",
        "\ufeffTime;Requests\n09:30;300\n09:31;2400",
        "# of Monday\ntime\trps\n\n09:30:00\t5\n09:31:00\t40\n",
        "timestamp,Requests per minute\n2026-11-26T09:30:00Z,300\n2026-11-26T09:31:00Z,2400\n",
        "count,other,at\n300,x,100\n2400,y,160\n",
        "time,requests,seconds\n0,300,0.4\n60,2400,\n",
        'time,requests,RequestLatency_P50\n0,"300",400\n60,2400,400\n',
    ],
)
def test_the_same_load_in_many_ways(text: str) -> None:
    """By names of columns, units, ways to write a time, marks between cells."""
    assert read_profile(FILE, text, 0.4) == ROWS


def test_a_rate_comes_to_whole_requests_and_loses_none() -> None:
    """What one row leaves over goes to the next: 0.3 a second in rows of one second are 3 in ten."""
    text = "time,rps\n" + "".join(f"{second},0.3\n" for second in range(10))
    counts = [row.requests for row in read_profile(FILE, text, 1.0)]
    assert (sum(counts), max(counts)) == (3, 1)


def metric(name: str, *series: dict[str, Any]) -> dict[str, Any]:
    return {"name": {"value": name}, "timeseries": [{"data": [one]} if "timeStamp" in one else one for one in series]}


def test_what_azure_monitor_measured() -> None:
    """The series of several deployments are summed; the latency is in milliseconds; where there is none --seconds."""
    at = ("2026-11-26T09:30:00Z", "2026-11-26T09:31:00Z")
    blue = {"data": [{"timeStamp": at[0], "average": 200.0}, {"timeStamp": at[1], "average": 2400.0}]}
    green = {"timeStamp": at[0], "average": 100.0}
    latency = {"data": [{"timeStamp": at[0], "average": 250.0}, {"timeStamp": at[1]}]}
    text = json.dumps({"value": [metric("RequestsPerMinute", blue, green), metric("RequestLatency_P50", latency)]})
    assert read_profile(FILE, text, 0.4) == [Interval(0.0, 60.0, 300, 0.25), Interval(60.0, 60.0, 2400, 0.4)]


@pytest.mark.parametrize(
    ("text", "where", "column", "value"),
    [
        ("", "load.csv:1", "time", "nothing"),
        ("time,load\n0,1\n1,2\n", "load.csv:1", "the requests", "time, load"),
        ("when,requests\n0,1\n1,2\n", "load.csv:1", "the time", "when, requests"),
        ("time,requests\n0,300\n60,many\n", "load.csv:3", "requests", "many"),
        ("time,requests\n0,300\n\n60,-1\n", "load.csv:4", "requests", "-1"),
        ("time,requests\n0,300\n60,nan\n", "load.csv:3", "requests", "nan"),
        ("time,requests\n0,300\n60,inf\n", "load.csv:3", "requests", "inf"),
        ("time,requests\n0,300\n60\n", "load.csv:3", "requests", "nothing"),
        ("time,requests\n0,300\nnoon,1\n", "load.csv:3", "time", "noon"),
        ("time,requests\n0,300\ninf,1\n", "load.csv:3", "time", "inf"),
        ("time,requests\n0,300\n60,1\n60,2\n", "load.csv:4", "time", "60 s after the first row"),
        ("time,requests\n0,300\n", "load.csv:2", "time", "1 rows"),
        ("time,requests\n", "load.csv:1", "time", "0 rows"),
        ("time,requests,seconds\n0,300,0\n60,1,1\n", "load.csv:2", "seconds", "0"),
        ("time,requests\n0,0\n60,0\n", "load.csv", "requests", "0"),
        ("{", "load.csv:1", "value", "Expecting property name"),
        ('{"value": []}', "load.csv:1", "value", "no metric"),
        ('{"value": [{"name": {"value": "Cpu"}, "timeseries": []}]}', "load.csv:1", "value", "cpu"),
        (json.dumps({"value": [metric("rpm", {"timeStamp": "x", "total": 1})]}), "load.csv:1", "timeStamp", "x"),
    ],
)
def test_what_is_wrong_is_told_with_its_line(text: str, where: str, column: str, value: str) -> None:
    """File, line, column and value, and what may stand there."""
    with pytest.raises(HoldfastError) as told:
        read_profile(FILE, text, 0.4)
    (fault,) = told.value.faults
    evidence = dict(fault.evidence)
    assert (fault.id, evidence["file"], evidence["column"]) == ("profile-invalid", where, column)
    assert evidence["value"].startswith(value)
    assert evidence["allowed"]


def test_what_a_request_takes_has_to_be_known() -> None:
    """From the file or from the call."""
    with pytest.raises(HoldfastError, match="--seconds"):
        read_profile(FILE, "time,requests\n0,300\n60,1\n", None)


def test_more_than_can_be_simulated_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """Before anything is simulated."""
    monkeypatch.setattr(profile, "MOST", 2699)
    with pytest.raises(HoldfastError) as told:
        read_profile(FILE, "time,requests\n0,300\n60,2400\n", 0.4)
    assert told.value.faults[0].id == "profile-too-long"
