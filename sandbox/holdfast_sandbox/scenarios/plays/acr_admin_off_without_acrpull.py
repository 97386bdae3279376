"""The registry's admin user is off, and the identity that pulls has no role AcrPull.

A group that is deployed with an image of the registry is refused: nobody whom the registry knows asks for it.
"""

from collections.abc import Iterator

from holdfast_sandbox.scenarios.stage import TRIAL, Stage

SYMPTOMS = ("image-pull-denied",)
_GROUPS, _ROLES = "2023-05-01", "2022-04-01"


def play(stage: Stage) -> Iterator[str]:
    yield stage.provision()
    role = next(id for name, id in stage.ids.items() if name.startswith(f"assignment-identity-id-{TRIAL}-registry"))
    stage.request("DELETE", role, _ROLES).raise_for_status()
    yield "somebody deletes the role AcrPull of the identity that pulls; the registry's admin user is off"
    group = stage.ids[f"container-{TRIAL}"]
    live = stage.request("GET", group, _GROUPS).json()
    container = live["properties"]["containers"][0]
    wanted = {name: container["properties"][name] for name in ("image", "ports", "resources")}
    registries = [
        {name: one[name] for name in ("server", "identity")} for one in live["properties"]["imageRegistryCredentials"]
    ]
    properties = {
        "osType": "Linux",
        "containers": [{"name": "again", "properties": wanted}],
        "imageRegistryCredentials": registries,
    }
    identity = {
        "type": "UserAssigned",
        "userAssignedIdentities": {id: {} for id in live["identity"]["userAssignedIdentities"]},
    }
    body = {"location": live["location"], "identity": identity, "properties": properties}
    refused = stage.request("PUT", f"{group}-again", _GROUPS, body)
    yield f"the image is deployed once more: {stage.refused(refused)}"
