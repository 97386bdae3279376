"""Every fault of a file at once: its id, its full key path, its value, what is allowed, what was meant.

The cases are data (cases/*.yaml): an environment, and exactly the faults that it has.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from holdfast.model.errors import Blame, HoldfastError

CASES = [
    pytest.param(case, id=f"{path.stem}: {case['says']}")
    for path in sorted((Path(__file__).parent / "cases").glob("*.yaml"))
    for case in yaml.safe_load(path.read_text(encoding="utf-8"))
]


@pytest.mark.parametrize("case", CASES)
def test_a_bad_file_has_exactly_these_faults(load: Any, case: dict[str, Any]) -> None:
    """Nothing that is wrong is left unsaid, and nothing is said twice or of what is right."""
    environment = case["environment"]
    if "tags" in case:
        environment = environment | {"tags": {f"tag{index}": "x" for index in range(case["tags"])}}
    with pytest.raises(HoldfastError) as caught:
        load(environment)
    found = {(fault.id, dict(fault.evidence)["key"]): fault for fault in caught.value.faults}
    assert sorted(found) == sorted((want["id"], want["key"]) for want in case["faults"])
    assert len(found) == len(caught.value.faults)
    for want in case["faults"]:
        fault = found[want["id"], want["key"]]
        evidence = dict(fault.evidence)
        assert evidence["file"] == "stacks/Pulumi.dev.yaml"
        assert want["key"] in fault.message
        assert fault.blame is Blame.USER
        for label in ("value", "allowed", "and"):
            assert want.get(label, "") in evidence.get(label, "")
        assert want.get("hint", "") in fault.hint


@pytest.mark.parametrize(
    ("raw", "id"), [(None, "settings-missing"), ("rg", "settings-wrong-type"), ([], "settings-wrong-type")]
)
def test_an_environment_that_is_no_map_is_one_fault(load: Any, raw: Any, id: str) -> None:
    """A stack without settings, or with a text in their place, hears of that and of nothing that follows from it."""
    with pytest.raises(HoldfastError) as caught:
        load(raw)
    (fault,) = caught.value.faults
    assert (fault.id, dict(fault.evidence)["key"]) == (id, "holdfast:environment")
    assert caught.value.exit_code == 2


@pytest.mark.parametrize(
    ("location", "id", "hint"),
    [
        ("westeurop", "unknown-location", "`westeurope`"),
        ("West Euorpe", "unknown-location", "`westeurope`"),
        ("europe", "unknown-location", ""),
        ("moon", "unknown-location", "az account list-locations"),
        (None, "settings-missing-key", "pulumi config set"),
        ("", "settings-missing-key", "pulumi config set"),
        (7, "settings-wrong-type", ""),
    ],
)
def test_a_bad_location_is_named_with_what_was_meant(load: Any, location: Any, id: str, hint: str) -> None:
    """It is Pulumi's own key, and judged together with the rest of the file."""
    with pytest.raises(HoldfastError) as caught:
        load({"resourceGroup": "rg", "prefx": "x"}, location=location)
    found = {fault.id: fault for fault in caught.value.faults}
    assert set(found) == {id, "settings-unknown-key"}
    assert "azure-native:location" in found[id].message
    assert hint in found[id].hint


def test_a_bad_subscription_is_named(load: Any) -> None:
    """It is Pulumi's own key too, and a GUID."""
    with pytest.raises(HoldfastError) as caught:
        load({"resourceGroup": "rg"}, subscription="mine")
    (fault,) = caught.value.faults
    assert fault.id == "invalid-guid"
    assert "azure-native:subscriptionId" in fault.message


def test_more_grants_than_a_vault_holds_are_one_fault(load: Any) -> None:
    """1024 is Azure's limit of access policies in a vault; 1024 pass, 1025 do not."""

    def grants(count: int) -> dict[str, Any]:
        rows = [{"principal": f"c1c1c1c1-0000-4000-8000-{index:012x}", "secrets": ["get"]} for index in range(count)]
        return {"resourceGroup": "rg", "vault": {"grants": rows}}

    assert len(load(grants(1024)).vault.grants) == 1024
    with pytest.raises(HoldfastError) as caught:
        load(grants(1025))
    (fault,) = caught.value.faults
    assert (fault.id, dict(fault.evidence)["key"]) == ("too-many-grants", "vault.grants")
    assert "1025" in fault.message


@pytest.mark.parametrize(
    ("name", "value", "environment", "good"),
    [
        (128, 256, {}, True),
        (129, 1, {}, False),
        (1, 257, {}, False),
        (512, 1, {"storage": {"id": "ID"}}, True),
        (513, 1, {"storage": {"id": "ID"}}, False),
    ],
)
def test_tags_have_the_length_that_every_managed_resource_takes(
    load: Any, name: int, value: int, environment: dict[str, Any], good: bool
) -> None:
    """A storage account takes names of 128 characters, everything else 512; one that is not managed has no say."""
    scope = "/subscriptions/5a4db0c5-5b5c-4000-8000-000000000002/resourceGroups/rg"
    if environment:
        environment = {"storage": {"id": f"{scope}/providers/Microsoft.Storage/storageAccounts/stml"}}
    raw = {"resourceGroup": "rg", "tags": {"n" * name: "v" * value}} | environment
    if good:
        assert load(raw).tags == raw["tags"]
    else:
        with pytest.raises(HoldfastError) as caught:
            load(raw)
        assert [fault.id for fault in caught.value.faults] == ["invalid-tag"]


def test_a_fault_reads_like_this(load: Any) -> None:
    """Reference, message, evidence, hint: the shape that people meet."""
    with pytest.raises(HoldfastError) as caught:
        load({"resourceGroup": "rg", "vault": {"grants": [{"principal": "ada", "secrets": ["get"]}]}})
    assert str(caught.value) == (
        "error: invalid-principal\n"
        "\n"
        "`vault.grants[0].principal` is no GUID\n"
        "  file:    stacks/Pulumi.dev.yaml\n"
        "  key:     vault.grants[0].principal\n"
        '  value:   "ada"\n'
        "  allowed: an object id such as c1c1c1c1-0000-4000-8000-000000000001\n"
        "\n"
        "hint: `az ad sp show --id <appId> --query id` (or `az ad user|group show`) tells it"
    )


def test_a_long_value_is_cut(load: Any) -> None:
    """A message stays readable whatever was pasted into the file."""
    with pytest.raises(HoldfastError) as caught:
        load({"resourceGroup": "rg", "vault": {"name": "x" * 5000}})
    assert len(str(caught.value)) < 600
