"""A template is deployed again, and takes the access policies of the vault with it.

A pipeline of somebody else PUTs the vault with the short list of policies that its template knows. The workspace's own
identity is not on it: from then on the workspace reads no secret, and the next image build that it is asked for answers
500 and says nothing of a vault.
"""

from collections.abc import Iterator

from holdfast_sandbox.scenarios.stage import VAULTS, Stage, not_shown

SYMPTOMS = ("vault-policy-wiped", "image-build-failed")


def play(stage: Stage) -> Iterator[str]:
    yield stage.provision()
    vault, stranger = stage.ids["vault"], stage.stranger
    before = len(stranger.policies(vault))
    built = stage.image_build()
    if built.status_code != 201:
        raise not_shown("an image build that is taken", f"{built.status_code} {built.text}")
    yield f"the vault has {before} access policies; the workspace takes an image build"
    live = stage.request("GET", vault, VAULTS).json()
    entry = {"tenantId": stranger.tenant, "objectId": stranger.principal(0), "permissions": {"secrets": ["get"]}}
    kept = ("tenantId", "sku", "enablePurgeProtection", "publicNetworkAccess")
    properties = {name: live["properties"][name] for name in kept if name in live["properties"]}
    template = {
        "type": "Microsoft.KeyVault/vaults",
        "apiVersion": "2026-02-01",
        "name": vault.rpartition("/")[2],
        "location": live["location"],
        "tags": {"deployed-by": "template"},
        "properties": {**properties, "enableRbacAuthorization": False, "accessPolicies": [entry]},
    }
    stage.template("platform", template).raise_for_status()
    left = len(stranger.policies(vault))
    yield f"template deployment platform PUTs the vault with a list of its own: {left} policy is left"
    refused = stage.image_build()
    if refused.status_code != 500:
        raise not_shown("an image build that answers 500", f"{refused.status_code} {refused.text}")
    yield f"the next image build: {stage.refused(refused)}"
