"""What was done with each resource, by receipts of every shape, and of none?"""

from __future__ import annotations

from typing import Any

import pytest

from holdfast.ops.report.operations import read_operations

from .conftest import operation, receipt


def test_operations_come_with_their_decisions_and_the_critical_path() -> None:
    """What is decided and not asked for (a pool within its cluster) is behind them, without a time."""
    found = read_operations(receipt("01 12:00:00", services=1))
    by_name = {row.name: row for row in found.rows}
    assert (by_name["group"].reason, by_name["group"].id, by_name["vault"].reason) == ("absent", "/g", "")
    assert (found.rows[-1].name, found.rows[-1].operation, found.rows[-1].start) == ("pool-system", "within", None)
    assert found.path == (
        "group",
        "vault",
        "workspace",
        "model-wine-000",
        "image-wine-000",
        "container-wine-000",
        "service-wine-000",
    )
    assert found.on_path == pytest.approx(0.4 + 0.5 + 2.0 + 1.0 + 5.0 + 0.5 + 2.0)
    assert [(name, start, pytest.approx(seconds)) for name, start, seconds in found.stages] == [
        ("login", 0.0, 0.4),
        ("read", 0.4, 0.3),
        ("decide", 0.7, 0.1),
    ]
    assert found.silence == ""


@pytest.mark.parametrize(
    ("type", "short"),
    [
        ("azure-native:keyvault:Vault", "Vault"),
        ("pulumi-python:dynamic/holdfast:VaultGrants", "VaultGrants"),
        ("Microsoft.KeyVault/vaults", "vaults"),
        ("Microsoft.MachineLearningServices/workspaces/computes", "workspaces/computes"),
    ],
)
def test_a_type_is_told_without_its_namespace(type: str, short: str) -> None:
    """Pulumi's and Azure's."""
    (row,) = read_operations({"operations": [operation("a", type, 0, 1)]}).rows
    assert row.short_type == short


def test_a_receipt_of_an_earlier_shape_has_a_list_and_says_why_no_more() -> None:
    """What was kept is as it was."""
    body = receipt("01 12:00:00") | {"schema": 2}
    del body["operations"], body["duration"]
    body["decisions"][0]["decision"] = "keep"
    found = read_operations(body)
    assert [(row.name, row.operation) for row in found.rows] == [("group", "same"), ("pool-system", "within")]
    assert (found.timed, found.path, found.stages) == ((), (), ())
    assert found.silence == "the receipt is of a version that noted no times"


@pytest.mark.parametrize(
    "broken",
    [
        [operation("a", "t", 0, 1, "b"), operation("b", "t", 0, 1, "a")],
        [{"name": "a"}],
        [operation("a", "t", 0, 1), operation("a", "u", 0, 1)],
        [operation("a", "t", -1, 1)],
        [operation("a", "t", 0, float("inf"))],
        [operation("a", "t", 0, float("nan"))],
        ["a"],
        [None],
    ],
    ids=str,
)
def test_operations_that_are_none_cost_the_timeline_alone(broken: Any) -> None:
    """Of a file that somebody edited the decisions are still told."""
    found = read_operations(receipt("01 12:00:00") | {"operations": broken})
    assert found.silence.startswith("the receipt's operations can't be read: ")
    assert (found.path, [row.name for row in found.rows]) == ((), ["group", "pool-system"])
