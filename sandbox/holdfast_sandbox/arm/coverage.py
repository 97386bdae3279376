"""What does the sandbox know, and where is each behaviour documented? A page out of the route table, so that it can't
lie.

`holdfast docs` writes it to `sandbox/COVERAGE.md` and checks that the file is what the table says.
"""

from __future__ import annotations

from itertools import groupby

from holdfast_sandbox.arm.linked import ASSIGN, LINKS
from holdfast_sandbox.arm.routing import Registry, Route
from holdfast_sandbox.arm.services import services

_INTRODUCTION = """\
# What the sandbox serves

Generated out of the route table by `holdfast docs`; do not edit.

Each operation names the public document that its behaviour follows, or is *unverified*: built from what is known, with
no reference or recording to show for it. A type, api-version or verb that is not here is refused with the error that
Azure Resource Manager gives, and the request log says that the sandbox does not know it.
"""

_RIGHTS = """\
## Rights, with `--rbac`

Every request is checked against the role assignments that hold at its scope, own and inherited, for the principal of
its token; [the right is the operation that Azure publishes for
it](https://learn.microsoft.com/azure/role-based-access-control/resource-provider-operations), and a lack of it is
Azure's 403 `AuthorizationFailed`. The default login is Owner of the subscription. A list of the subscription leaves out
what its reader may not see (github.com/Azure/azure-cli/issues/14091); an operation is followed with [a right on the
group](https://learn.microsoft.com/azure/azure-resource-manager/management/async-operations). Not known: members of
groups, deny assignments, and conditions (an assignment with one grants nothing). New assignments hold at once, where
Azure takes minutes. Built-in roles other than the general ones, those for Key Vault and those for registries may be
shorter here than in Azure.

What a body refers to needs a right of its own, or the answer is 403 `LinkedAuthorizationFailed`:

| written | where the other's id stands | right on it | source |
|---|---|---|---|
"""


_BLOBS = """\
## Blobs

`primaryEndpoints.blob` of a storage account is an address on this machine, `https://127.0.0.1:PORT/ACCOUNT/`, where
[Azurite](https://learn.microsoft.com/azure/storage/common/storage-use-azurite) answers, Microsoft's own emulator,
started by the first connection. It takes the account's keys as `listKeys` shows them, a regenerated one at once,
signatures of the account and of a blob, and the sandbox's tokens for storage. The containers of a workspace's own
datastores are there. What it does not do as Azure: a token opens every account whatever roles its principal holds;
firewalls, private endpoints and `allowSharedKeyAccess` shut nobody out; a wrong key may be answered with 400; the
request log does not show its requests. Queues, tables, files, data lakes and web sites are not served: their names
lie under `.invalid` and resolve nowhere.
"""

_BUILDS = """\
## Image builds

A run of a `DockerBuildRequest` really builds, in a process of its own, as many at once as the machine has cores. Files
are copied. Packages are resolved and installed by uv into an environment of `HOLDFAST_HOME/environments`, made once
for all that install the same: `RUN pip install`, `uv pip install`, `conda env create|update`, `conda install` and the
same of mamba and micromamba. What uv refuses fails the build, with its text in the log. Other commands of a RUN are
not run, and the log says so of each (*recorded, not run here*); a line that would install packages in a way that is not
followed (a pipe, a substitution, another tool) fails. Of conda's packages those are taken that the package index has
under the same name; one that is not there, or is something else there (`pytorch`, `cudatoolkit`), fails as conda's
solver does. A Python that this machine lacks is replaced by the nearest, which the log names.

`python:3.x`, Azure ML's own images and images of the sandbox's registries can be built upon. Any other base image is
recorded: the image is listed, and no container runs it. Carried out are FROM with stages, ARG, ENV, WORKDIR, COPY (also
from a stage, of what it copied), ADD of local files, RUN, USER, EXPOSE, ENTRYPOINT, CMD and LABEL; the rest is refused
by name and line. A context is an uploaded one or an https address of this machine.
Tasks with triggers, agent pools, multi-step tasks (`EncodedTaskRunRequest`, `FileTaskRunRequest`, `TaskRunRequest`),
Windows and arm64 are not served.
"""


def render() -> str:
    """The page as Markdown: one table a resource type, one row an operation."""
    routes = sorted(Registry(services()).routes, key=lambda route: route.type.name.lower())
    unverified = sum(route.source is None for route in routes)
    parts = [
        _INTRODUCTION,
        f"{len(routes)} operations of {len({route.type.name for route in routes})} types; {unverified} unverified.\n",
    ]
    linked = [("any type", ASSIGN), *((name, link) for name, links in LINKS.items() for link in links)]
    rows = [f"| {name} | `{link.where}` | `{link.action}` | {_linked(link.source)} |" for name, link in linked]
    parts.append(_RIGHTS + "\n".join(rows) + "\n")
    parts += [_BLOBS, _BUILDS]
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
    return "*unverified*" if route.source is None else _linked(route.source)


def _linked(source: str) -> str:
    return f"[{source}](https://{source})" if source.startswith("learn.") else source
