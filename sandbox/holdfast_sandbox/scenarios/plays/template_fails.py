"""A template deployment fails, and its error is two envelopes deep.

It wants to make a vault whose name a deleted one still holds. What its pipeline prints is that a resource failed.
"""

from collections.abc import Iterator

from holdfast_sandbox.scenarios.stage import DEPLOYMENTS, VAULTS, Stage

SYMPTOMS = ("vault-soft-deleted",)
HARMLESS = True
_NAME = "kv-of-another-team"


def play(stage: Stage) -> Iterator[str]:
    yield stage.provision()
    live = stage.request("GET", stage.ids["vault"], VAULTS).json()
    where = f"{stage.ids['vault'].rpartition('/')[0]}/{_NAME}"
    properties = {"tenantId": stage.stranger.tenant, "sku": {"family": "A", "name": "standard"}, "accessPolicies": []}
    body = {"location": live["location"], "properties": {**properties, "enableRbacAuthorization": False}}
    stage.request("PUT", where, VAULTS, body)
    stage.request("DELETE", where, VAULTS)
    yield f"the vault {_NAME} is deleted, and keeps its name"
    vault = {"type": "Microsoft.KeyVault/vaults", "apiVersion": "2026-02-01", "name": _NAME, **body}
    told = stage.ends_badly(stage.template("other-team", vault), DEPLOYMENTS)
    yield f"template deployment other-team makes it anew: {told}"
