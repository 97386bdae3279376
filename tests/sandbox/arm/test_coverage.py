"""Does the coverage page tell the whole truth?"""

from __future__ import annotations

from holdfast_sandbox.arm.coverage import render
from holdfast_sandbox.arm.linked import ASSIGN, LINKS
from holdfast_sandbox.arm.routing import Registry
from holdfast_sandbox.arm.services import services


def test_the_page_has_a_row_for_each_route() -> None:
    """Every route is a row; every row without a source says unverified, and the count is their number."""
    page, routes = render(), Registry(services()).routes
    operations = page.partition("\n## Microsoft.")[2]  # behind the table of the linked rights
    rows = [line for line in operations.splitlines() if line.startswith("| ") and not line.startswith("| operation")]
    assert len(rows) == len(routes)
    unverified = [route for route in routes if route.source is None]
    assert page.count("*unverified* |") == len(unverified)
    assert f"{len(routes)} operations of " in page
    assert f"types; {len(unverified)} unverified." in page


def test_the_page_names_each_linked_right_with_its_source() -> None:
    """Every right that is asked for on what a body refers to is a row, and a type that it is asked of is served."""
    page, registry = render(), Registry(services())
    for name, links in {**LINKS, "any type": (ASSIGN,)}.items():
        assert name == "any type" or name.lower() in registry.types
        for link in links:
            assert f"| {name} | `{link.where}` | `{link.action}` |" in page
            assert link.source in page


def test_each_route_is_of_a_type_that_its_service_declares() -> None:
    """A route's type is in its service's list, or its namespace would be unknown to the front door."""
    for service in services():
        assert {route.type for route in service.routes} <= set(service.types), service.namespace


def test_each_exclusive_path_is_a_prefix_of_its_route() -> None:
    """The resource that a write is exclusive on is named by the route's own parameters."""
    for route in Registry(services()).routes:
        assert route.path.startswith(route.exclusive)
