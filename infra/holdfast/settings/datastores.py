"""Does what the settings say about a datastore go together?

Sources: azure-rest-api-specs, machinelearningservices 2025-12-01 (AzureBlobDatastore and its like); "Naming rules and
restrictions for Azure resources" (Microsoft Learn).
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from holdfast.model.kinds import Kind
from holdfast.settings.faults import Faults
from holdfast.settings.keys import Bad
from holdfast.settings.naming import check_name
from holdfast.settings.sections.datastores import Datastore
from holdfast.settings.sections.named import example_id

#: What each kind stands on.
PLACES = {"blob": "container", "file": "share", "dataLake": "filesystem"}
#: Azure makes them with the workspace, on its own storage account.
AZURES_OWN = ("workspaceblobstore", "workspaceartifactstore", "workspacefilestore", "workspaceworkingdirectory")

_ACCOUNT = re.compile(
    r"/subscriptions/[^/]+/resourceGroups/[^/]+/providers/Microsoft\.Storage/storageAccounts/(?P<name>[^/]+)",
    re.IGNORECASE,
)


def find_datastore_faults(datastore: Datastore, faults: Faults) -> None:
    """Note what contradicts itself in one item of `datastores`."""
    if datastore.name.lower() in AZURES_OWN:
        faults.add(
            "invalid-name",
            f"{datastore.at}.name",
            "is one of the datastores that Azure makes with the workspace",
            value=datastore.name,
            allowed="another name",
        )
    _find_place_faults(datastore, faults)
    if datastore.account is not None:
        _find_account_faults(f"{datastore.at}.account", datastore.account, faults)


def find_default_faults(datastores: Sequence[Datastore], faults: Faults) -> None:
    """Note a second default datastore."""
    first, *rest = [f"{one.at}.default" for one in datastores if one.default] or [""]
    for path in rest:
        says = "makes a second default datastore, and a workspace has one"
        faults.add("setting-does-not-fit", path, says, value=True, allowed="one `default: true`", also=first)


def _find_place_faults(datastore: Datastore, faults: Faults) -> None:
    needed = PLACES[datastore.kind]
    for name in PLACES.values():
        value, path = getattr(datastore, name), f"{datastore.at}.{name}"
        if name == needed and value is None and not faults.touches(path):
            faults.add("settings-missing-key", path, f"is missing: a `{datastore.kind}` datastore stands on one")
        elif name != needed and value is not None:
            faults.add(
                "setting-does-not-fit",
                path,
                f"is for another kind of datastore, and this one is `{datastore.kind}`",
                value=value,
                allowed=f"`{needed}`",
            )


def _find_account_faults(path: str, account: str, faults: Faults) -> None:
    found = _ACCOUNT.fullmatch(account)
    if "/" in account and found is None:
        allowed = f"a name, or an id such as {example_id(Kind.STORAGE)}"
        faults.add("invalid-id", path, "is no id of a storage account", value=account, allowed=allowed)
        return
    try:
        check_name(Kind.STORAGE, found["name"] if found else account)
    except Bad as bad:
        faults.add(bad.fault, path, bad.says, value=account, allowed=bad.allowed, hint=bad.hint)
