"""The rules of the pack, one file each; a rule is a pure function of one resource's inputs."""

from __future__ import annotations

from pulumi_policy import ResourceValidationPolicy

from .service_returns_errors import service_returns_errors
from .vault_authorization_explicit import vault_authorization_explicit
from .vault_inline_policies import vault_inline_policies
from .vault_purge_protection import vault_purge_protection, vault_purge_protection_advice

__all__ = [
    "RULES",
    "service_returns_errors",
    "vault_authorization_explicit",
    "vault_inline_policies",
    "vault_purge_protection",
    "vault_purge_protection_advice",
]

RULES: tuple[ResourceValidationPolicy, ...] = (
    vault_inline_policies,
    vault_authorization_explicit,
    vault_purge_protection,
    vault_purge_protection_advice,
    service_returns_errors,
)
