"""A pipeline deploys a template that knows Key Vault by an old API version.

It still works: Key Vault's API versions before 2026-02-01 end on 27 February 2027. Then the pipeline fails; and with
the new version alone its new vaults count roles and no policies.
"""

from collections.abc import Iterator

from holdfast_sandbox.scenarios.stage import DEPLOYMENTS, VAULTS, Stage, not_shown

SYMPTOMS = ("vault-api-retiring",)
HARMLESS = True


def play(stage: Stage) -> Iterator[str]:
    yield stage.provision()
    live = stage.request("GET", stage.ids["vault"], VAULTS).json()
    properties = {
        "tenantId": stage.stranger.tenant,
        "sku": {"family": "A", "name": "standard"},
        "accessPolicies": [],
        "enableRbacAuthorization": False,
    }
    vault = {
        "type": "Microsoft.KeyVault/vaults",
        "apiVersion": VAULTS,
        "name": "kv-of-a-template",
        "location": live["location"],
        "properties": properties,
    }
    stage.template("nightly", vault).raise_for_status()
    path = f"{stage.ids['group']}/providers/Microsoft.Resources/deployments/nightly"
    state = stage.request("GET", path, DEPLOYMENTS).json()["properties"]["provisioningState"]
    if state != "Succeeded":
        raise not_shown("a deployment that succeeds", state)
    yield f"template deployment nightly makes kv-of-a-template with API version {VAULTS}: {state}"
