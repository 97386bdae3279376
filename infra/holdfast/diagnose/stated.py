"""How does what Azure answers become evidence? One sentence a fact, in words that the symptoms read.

So state and logs are judged by the same patterns, and a fact that a pasted log repeats is the same finding.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any


def lost_policy(vault: str, principal: str, what: str, since: str = "") -> str:
    """That an identity's access policy, or a part of it, is not in the vault any more."""
    seen = f", which it held {since}" if since else ""
    return f"ERROR Key Vault `{vault}`: the access policy of identity {principal} is gone or lacks {what}{seen}"


def no_policy(vault: str, principal: str, workspace: str) -> str:
    """That a workspace's identity is on no access policy of its vault."""
    told = f"the identity {principal} of workspace {workspace} was not found on any access policy"
    return f"ERROR Key Vault `{vault}`: {told}"


def deleted_vault(name: str, deleted: str, purged_on: str) -> str:
    """That a vault is soft-deleted."""
    when = f"since {deleted}, and holds the name until {purged_on}"
    return f"ERROR vault `{name}` is in deleted state {when}; recover or purge it"


def deleted_workspace(name: str) -> str:
    """That a workspace is soft-deleted."""
    return f"ERROR workspace `{name}` exists in soft-deleted state; recover it"


def no_admin(registry: str) -> str:
    """That a registry's admin user is off, and somebody reads its password."""
    return f"ERROR the workspace gets no credentials of registries/{registry}: admin user is disabled"


def part(row: Mapping[str, Any]) -> str:
    """A container or a deployment of a service, as a line of `name: value`."""
    return ", ".join(f"{name}: {value}" for name, value in row.items() if value not in (None, ""))


def events(rows: Iterable[Mapping[str, Any]]) -> list[str]:
    """What Azure noted, oldest first, as kubectl shows it."""
    return [f"{row.get('type') or 'Normal'}  {row.get('name')}  {row.get('message')}" for row in rows]
