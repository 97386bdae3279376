"""What does the sandbox know, and where is each behaviour documented? A page out of the route table, so that it can't
lie.

`holdfast docs` writes it to `sandbox/COVERAGE.md` and checks that the file is what the table says.
"""

from __future__ import annotations

from itertools import groupby

from holdfast_sandbox.arm.routing import Registry, Route
from holdfast_sandbox.arm.services import services

_INTRODUCTION = """\
# What the sandbox serves

Generated out of the route table by `holdfast docs`; do not edit.

Each operation names the public document that its behaviour follows, or is *unverified*: built from what is known, with
no reference or recording to show for it. A type, api-version or verb that is not here is refused with the error that
Azure Resource Manager gives, and the request log says that the sandbox does not know it.
"""


def render() -> str:
    """The page as Markdown: one table a resource type, one row an operation."""
    routes = sorted(Registry(services()).routes, key=lambda route: route.type.name.lower())
    unverified = sum(route.source is None for route in routes)
    parts = [
        _INTRODUCTION,
        f"{len(routes)} operations of {len({route.type.name for route in routes})} types; {unverified} unverified.\n",
    ]
    for name, found in groupby(routes, key=lambda route: route.type.name):
        parts.append(_table(name, list(found)))
    return "\n".join(parts)


def _table(name: str, routes: list[Route]) -> str:
    versions = list(routes[0].type.api_versions)
    lines = [
        f"## {name}",
        "",
        f"api-versions: {versions[0]}" + (f" back to {versions[-1]} ({len(versions)})" if len(versions) > 1 else ""),
        "",
        "| operation | request | source |",
        "|---|---|---|",
    ]
    lines += [f"| {route.operation} | `{route.method} {_short(route.path)}` | {_source(route)} |" for route in routes]
    return "\n".join(lines) + "\n"


def _short(path: str) -> str:
    """From the provider on, or from the subscription where there is none."""
    _, found, rest = path.rpartition("/providers/Microsoft.")
    return f"…/Microsoft.{rest}" if found else path.replace("/subscriptions/{subscriptionId}", "…") or path


def _source(route: Route) -> str:
    if route.source is None:
        return "*unverified*"
    return f"[{route.source}](https://{route.source})" if route.source.startswith("learn.") else route.source
