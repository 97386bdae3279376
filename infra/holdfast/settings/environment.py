"""What does a stack file ask for, all of it? Everything that is wrong with it is said at once, else it is a `Wanted`.

First every value by itself (`check`), then what the keys say together; nothing here asks Azure.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from holdfast.checkout import project_folder
from holdfast.model.errors import HoldfastError
from holdfast.model.kinds import Kind
from holdfast.model.wanted import RoleAssignments, Wanted
from holdfast.settings.check import check_section
from holdfast.settings.cluster import want_cluster_parts
from holdfast.settings.diagnostics import want_diagnostics
from holdfast.settings.faults import Faults
from holdfast.settings.keys import Bad
from holdfast.settings.kubernetes import find_kubernetes_faults
from holdfast.settings.locations import read_location
from holdfast.settings.locks import want_locks
from holdfast.settings.naming import short_hash
from holdfast.settings.network import closes_the_vault, find_network_faults, want_endpoints
from holdfast.settings.parts import kind_settings, want_parts
from holdfast.settings.principals import read_guid
from holdfast.settings.resources import want_resources
from holdfast.settings.roles import want_roles
from holdfast.settings.sections import Environment
from holdfast.settings.service_endpoints import want_service_endpoints
from holdfast.settings.service_groups import with_service_groups
from holdfast.settings.services import want_services
from holdfast.settings.tags import check_tags
from holdfast.settings.vault import want_vault

#: Where the settings stand in a stack file's `config`.
KEY = "holdfast:environment"
LOCATION_KEY = "azure-native:location"
SUBSCRIPTION_KEY = "azure-native:subscriptionId"


def load(
    raw: Mapping[str, object] | None,
    *,
    project: str,
    stack: str,
    file: str,
    subscription: str,
    location: str | None,
    lines: Mapping[str, int] | None = None,
    cloud: str = "public",
    folder: Path | None = None,
) -> Wanted:
    """Read the value of `holdfast:environment` into what is wanted.

    `file` as messages name it; `subscription` and `location` are Pulumi's own settings of the Azure provider (or the
    login's). `lines` tells the line of a key path, where the file itself was read; `cloud` is the provider's
    `environment`, for the names of private DNS zones; `folder` the project's, which paths start from
    (where none is given, the nearest one above the working directory). Raises `HoldfastError` with every fault of the
    file.
    """
    faults = Faults(file, lines)
    place = _location(location, faults)
    _subscription(subscription, faults)
    environment = _environment(raw, faults)
    if environment is None:
        raise HoldfastError(faults)
    resources = want_resources(
        environment,
        faults,
        project=project,
        stack=stack,
        subscription=subscription,
        # A location that is wrong is said once; the names that would hold it are checked with any other.
        location=place or "westeurope",
    )
    root = folder or project_folder()
    services = want_services(environment, resources, root, faults)
    environment = with_service_groups(environment, services, resources.get(Kind.REGISTRY))
    find_network_faults(environment, faults)
    hash = short_hash(subscription, resources[Kind.GROUP].name, project, stack)
    wanted = Wanted(
        project=project,
        stack=stack,
        file=file,
        subscription=subscription,
        location=place,
        resource_group=resources[Kind.GROUP].name,
        resources=resources,
        vault=replace(want_vault(environment.vault, faults), closed=closes_the_vault(environment)),
        settings=kind_settings(environment, faults),
        parts=(
            *want_parts(environment, faults),
            *want_cluster_parts(environment, hash, faults),
            *want_service_endpoints(environment, services, hash),
            *want_endpoints(environment, resources, cloud),
            *want_diagnostics(environment, resources, project, stack),
            *want_locks(environment, resources, project, stack, faults),
        ),
        roles=want_roles(environment, resources, faults),
        role_assignments=environment.role_assignments or RoleAssignments.MANAGE,
        retain=environment.retain is not False,
        receipts=environment.receipts.container if environment.receipts else None,
        services=services,
        folder=str(root) if services else "",
        tags=check_tags(environment.tags, faults, own_storage=environment.storage.id is None),
    )
    find_kubernetes_faults(environment, resources, subscription, faults)
    if faults:
        raise HoldfastError(faults)
    return wanted


def _environment(raw: object, faults: Faults) -> Environment | None:
    allowed = "a map with at least `resourceGroup`"
    if raw is None:
        hint = "write `config: {holdfast:environment: {resourceGroup: rg-ml-dev}}`"
        faults.add("settings-missing", KEY, "is missing", allowed=allowed, hint=hint)
    elif isinstance(raw, Mapping):
        return check_section(Environment, raw, faults)
    else:
        faults.add("settings-wrong-type", KEY, "is no map", value=raw, allowed=allowed)
    return None


def _location(location: object, faults: Faults) -> str:
    if not location:
        hint = "`pulumi config set azure-native:location westeurope`"
        faults.add("settings-missing-key", LOCATION_KEY, "is missing", allowed="a location of Azure", hint=hint)
    elif not isinstance(location, str):
        faults.add("settings-wrong-type", LOCATION_KEY, "is no text", value=location, allowed="a location of Azure")
    else:
        try:
            return read_location(location)
        except Bad as bad:
            faults.add(bad.fault, LOCATION_KEY, bad.says, value=location, allowed=bad.allowed, hint=bad.hint)
    return ""


def _subscription(subscription: object, faults: Faults) -> None:
    try:
        read_guid(str(subscription))
    except Bad as bad:
        faults.add(bad.fault, SUBSCRIPTION_KEY, bad.says, value=subscription, allowed=bad.allowed)
