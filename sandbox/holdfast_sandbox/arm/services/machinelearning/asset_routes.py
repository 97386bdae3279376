"""Which paths of models, environments and codes are served, and after which documents?"""

from __future__ import annotations

from holdfast_sandbox.arm.routing import ResourceType, Route
from holdfast_sandbox.arm.services.machinelearning import assets
from holdfast_sandbox.arm.services.machinelearning.asset_models import KINDS, Kind
from holdfast_sandbox.arm.services.machinelearning.compute_routes import WORKSPACE

_REST = "learn.microsoft.com/rest/api/azureml"


def types(versions: tuple[str, ...]) -> list[ResourceType]:
    """A container and a version of each kind; they came with 2022-05-01."""
    newer = tuple(version for version in versions if version >= "2022-05-01")
    return [ResourceType(name, newer) for name in assets.TYPES]


def routes(known: list[ResourceType]) -> list[Route]:
    """The routes of every kind."""
    by_name = {one.name: one for one in known}
    return [route for kind in KINDS for route in _of(kind, by_name[kind.container], by_name[kind.version])]


def _of(kind: Kind, container: ResourceType, version: ResourceType) -> list[Route]:
    all_of_them, one = f"{WORKSPACE}/{kind.segment}", f"{WORKSPACE}/{kind.segment}/{{name}}"
    versions, exact = f"{one}/versions", f"{one}/versions/{{version}}"
    word = kind.called.lower()
    pages = f"{_REST}/{word}-containers", f"{_REST}/{word}-versions"
    return [
        Route("PUT", one, container, assets.put_container, "create or update", f"{pages[0]}/create-or-update"),
        Route("GET", one, container, assets.get_container, "read", f"{pages[0]}/get"),
        Route("DELETE", one, container, assets.delete_asset, "delete (with its versions)", f"{pages[0]}/delete"),
        Route("GET", all_of_them, container, assets.list_containers, "list", f"{pages[0]}/list"),
        Route("PUT", exact, version, assets.put_version, "create or update", f"{pages[1]}/create-or-update"),
        Route("GET", exact, version, assets.get_asset_version, "read", f"{pages[1]}/get"),
        Route("DELETE", exact, version, assets.delete_asset, "delete", f"{pages[1]}/delete"),
        Route("GET", versions, version, assets.list_versions, "list", f"{pages[1]}/list"),
    ]
