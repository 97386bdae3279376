"""May a group pull its images? Asked of the registries that the sandbox itself holds; it knows nothing of others.

An image of such a registry needs credentials for its login server: the admin user, where that is on, or a
user-assigned identity of the group whose roles allow the pull (learn.microsoft.com/azure/container-instances/
using-azure-container-registry-mi). A registry whose roles are by repository asks for another permission, which AcrPull
does not have (container-registry-rbac-abac-repository-permissions). Whether the image is there is not known here.
"""

from __future__ import annotations

from holdfast_sandbox.arm.services.authorization.allowed import may
from holdfast_sandbox.arm.services.containerinstance import exceptions
from holdfast_sandbox.arm.store import Json, Resource, Store

_PULL = "microsoft.containerregistry/registries/pull/read"
_READ = "microsoft.containerregistry/registries/repositories/content/read"
_BY_REPOSITORY = "AbacRepositoryPermissions"


def check(store: Store, group: str, wanted: Json, identity: Json | None) -> None:
    """Refuses credentials by an identity that the group has not, and images that it cannot pull."""
    own = {name.lower(): value for name, value in ((identity or {}).get("userAssignedIdentities") or {}).items()}
    credentials = {item["server"].lower(): item for item in wanted["imageRegistryCredentials"]}
    for item in credentials.values():
        if "identity" in item and item["identity"].lower() not in own:
            raise exceptions.registry_identity_not_found(group)
    registries = {
        str(one.body["properties"].get("loginServer", "")).lower(): one
        for one in store.find("Microsoft.ContainerRegistry/registries")
    }
    for container in wanted["containers"] + wanted["initContainers"]:
        image = container["properties"].get("image", "")
        server = image.partition("/")[0].lower()
        registry = registries.get(server)
        if registry is not None and not _open(store, registry, credentials.get(server), own):
            raise exceptions.inaccessible_image(image, group)


def _open(store: Store, registry: Resource, credential: Json | None, own: Json) -> bool:
    properties = registry.body["properties"]
    if properties.get("anonymousPullEnabled"):
        return True
    if credential is None:
        return False
    if "identity" in credential:
        return may_pull(store, registry, own[credential["identity"].lower()]["principalId"])
    if credential["username"].lower() == registry.name.lower():
        known = registry.private.get("passwords", {}).values()
        return bool(properties.get("adminUserEnabled")) and credential.get("password") in known
    return True  # a service principal or a token: the sandbox has no directory to ask


def may_pull(store: Store, registry: Resource, principal: str) -> bool:
    """Whether one of the principal's roles, at the registry or above it, allows the pull of images."""
    by_repository = registry.body["properties"].get("roleAssignmentMode") == _BY_REPOSITORY
    return may(store, principal, registry, _READ if by_repository else _PULL, data=by_repository)
