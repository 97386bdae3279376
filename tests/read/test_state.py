"""Is an export of the CLI read as the engine would tell it, and no secret with it?"""

from __future__ import annotations

from holdfast.read.state import parse_checkpoint, parse_state

URN = "urn:pulumi:dev::holdfast::holdfast:index:Environment$azure-native:keyvault:Vault::vault"
SECRET = {"4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", "ciphertext": "v1:abc"}


def test_an_export_holds_what_the_engine_answers() -> None:
    """The same resources by the same names, with their ids, and which of them are retained."""
    outputs = {"name": "kv-ml", "properties": {"publicNetworkAccess": "Disabled"}}
    row = {"urn": URN, "custom": True, "id": "/kv", "outputs": outputs, "retainOnDelete": True}
    bare = {"urn": URN.replace("::vault", "::half-made"), "custom": True}
    found = parse_checkpoint({"deployment": {"resources": [row, bare]}})
    assert found.recorded == parse_state({URN: outputs, bare["urn"]: {}})
    assert (found.ids, found.retained) == ({"vault": "/kv", "half-made": ""}, {"vault"})


def test_what_is_no_resource_of_azures_or_waits_for_its_deletion_is_left_out() -> None:
    """A component has no outputs of its own; the old one of a replacement is not the resource."""
    rows = [
        {"urn": URN, "custom": True, "delete": True, "outputs": {"name": "old"}},
        {"urn": "urn:pulumi:dev::holdfast::holdfast:index:Environment::environment", "outputs": {}},
        {"urn": "no urn", "custom": True},
        "no row",
    ]
    assert not parse_checkpoint({"deployment": {"resources": rows}}).recorded
    assert not parse_checkpoint({"deployment": None}).recorded
    assert not parse_checkpoint({}).recorded


def test_secrets_stay_where_they_are() -> None:
    """Neither a value nor its ciphertext gets out, however deep."""
    outputs = {"name": "c", "__provider": SECRET, "env": [{"name": "A", "secureValue": SECRET}, SECRET], "n": 1}
    found = parse_checkpoint({"deployment": {"resources": [{"urn": URN, "custom": True, "outputs": outputs}]}})
    assert found.recorded["vault"].outputs == {"name": "c", "env": [{"name": "A"}], "n": 1}
