"""Does what is written about kinds and parts arrive, and nothing that is left out?"""

from __future__ import annotations

from typing import Any

import pytest

from holdfast.model.errors import HoldfastError
from holdfast.model.kinds import Kind
from holdfast.model.sorts import SORTS, Sort
from holdfast.model.wanted import WhenExists
from holdfast.settings.parts import LISTS

GROUP = "/subscriptions/5a4db0c5-5b5c-4000-8000-000000000002/resourceGroups/shared"


def test_only_what_is_written_about_a_kind_is_a_setting(load: Any) -> None:
    """`false` and 0 are written, a key without a value is not; name and `whenExists` say which one, not what of it."""
    registry = {"name": "crmldev", "whenExists": "adopt", "sku": "Premium", "admin": False, "retentionDays": 0}
    wanted = load(
        {"resourceGroup": "rg", "registry": {**registry, "publicAccess": None}, "workspace": {"name": "mlw-ml"}}
    )
    assert wanted.settings == {Kind.REGISTRY: {"sku": "Premium", "admin": False, "retentionDays": 0}}
    assert wanted.resources[Kind.REGISTRY].name == "crmldev"
    assert wanted.resources[Kind.REGISTRY].when_exists is WhenExists.ADOPT


def test_a_silent_file_has_no_settings_and_no_parts(load: Any) -> None:
    """So nothing live is ever changed by a default."""
    wanted = load({"resourceGroup": "rg", "computes": []})
    assert (wanted.settings, wanted.parts) == ({}, ())


def test_a_kind_that_is_named_by_id_has_no_settings_and_no_fault(load: Any) -> None:
    """As long as none is written."""
    id = f"{GROUP}/providers/Microsoft.ContainerRegistry/registries/crshared"
    wanted = load({"resourceGroup": "rg", "registry": {"id": id}})
    assert wanted.settings == {}
    assert wanted.resources[Kind.REGISTRY].id == id


def test_there_is_no_cluster_without_its_key(load: Any) -> None:
    """It costs money by the hour; with the key there is one, and with nothing behind the key none."""
    assert Kind.CLUSTER not in load({"resourceGroup": "rg"}).resources
    assert Kind.CLUSTER not in load({"resourceGroup": "rg", "cluster": None}).resources
    wanted = load({"resourceGroup": "rg", "cluster": {}})
    assert wanted.resources[Kind.CLUSTER].name.startswith("holdfast-aks-dev-")
    assert list(wanted.resources) == list(Kind)


def test_a_cluster_can_be_somebodys(load: Any) -> None:
    """Named by its id, and only used."""
    id = f"{GROUP}/providers/Microsoft.ContainerService/managedClusters/aks-shared"
    assert load({"resourceGroup": "rg", "cluster": {"id": id}}).resources[Kind.CLUSTER].id == id


def test_every_item_of_a_list_is_a_part_with_what_is_written_of_it(load: Any) -> None:
    """By the stack file's own keys, with where it stands, for messages."""
    computes = [
        {"name": "cpu", "size": "Standard_DS3_v2", "min": 0, "max": 2},
        {"name": "Mine", "kind": "instance", "size": "S", "idleMinutes": 60, "whenExists": "adopt", "max": None},
    ]
    cpu, mine = load({"resourceGroup": "rg", "computes": computes}).parts
    assert (cpu.sort, cpu.name, cpu.parent, cpu.key) == (Sort.COMPUTE, "cpu", "workspace", "computes[0]")
    assert cpu.settings == {"kind": "cluster", "size": "Standard_DS3_v2", "min": 0, "max": 2}
    assert (cpu.id, cpu.when_exists) == (None, WhenExists.REFUSE)
    assert (mine.name, mine.logical, mine.when_exists) == ("Mine", "compute-mine", WhenExists.ADOPT)
    assert mine.settings == {"kind": "instance", "size": "S", "idleMinutes": 60}


def test_one_name_is_taken_once_in_each_list(load: Any) -> None:
    """A compute and a container group may have the same: they are of two types."""
    group = {"name": "score", "image": "nginx:1"}
    wanted = load({"resourceGroup": "rg", "computes": [{"name": "score", "size": "S"}], "containerGroups": [group]})
    assert {part.logical for part in wanted.parts} == {"compute-score", "container-score"}


def test_a_map_in_an_item_holds_only_what_is_written(load: Any) -> None:
    """Sections within sections as well; an empty list or map asks for nothing."""
    group = {"name": "score", "image": "nginx:1", "ports": [80], "env": {}, "liveness": {"path": "/", "period": 5}}
    (part,) = load({"resourceGroup": "rg", "containerGroups": [group]}).parts
    assert part.settings["liveness"] == {"path": "/", "period": 5}
    assert part.settings["ports"] == [80]
    assert "env" not in part.settings
    assert "readiness" not in part.settings


def test_a_list_has_its_longest(load: Any) -> None:
    """A workspace has its limits, and a slip of a loop is no environment."""
    many = [{"name": f"cpu{n}", "size": "S"} for n in range(201)]
    with pytest.raises(HoldfastError) as caught:
        load({"resourceGroup": "rg", "computes": many})
    assert [fault.id for fault in caught.value.faults] == ["too-many-parts"]
    assert len(load({"resourceGroup": "rg", "computes": many[:200]}).parts) == 200


def test_every_list_is_of_a_sort_that_has_a_row() -> None:
    """And its parent is a kind, or a sort of its own."""
    assert set(LISTS) <= set(SORTS)
    assert {SORTS[sort].parent for sort in LISTS} <= set(Kind)
