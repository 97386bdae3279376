"""Which resource is it, and can an update of it ever be sent? Asked by several rules.

A token may carry an API version (`azure-native:keyvault/v20230701:Vault`), or the name of a generated package of one
(`azure-native_keyvault_v20230701:keyvault:Vault`): a rule that knew the plain one alone would be walked around.
"""

from __future__ import annotations

import re

from pulumi_policy import ResourceValidationArgs

#: The dynamic resource that changes the settings of a vault that exists.
SETTINGS_TYPE = "pulumi-python:dynamic/holdfast:VaultSettings"


def is_vault(args: ResourceValidationArgs) -> bool:
    """A Key Vault of azure-native."""
    return _is_native(args, "Vault")


def is_access_policy(args: ResourceValidationArgs) -> bool:
    """azure-native's resource for one access policy."""
    return _is_native(args, "AccessPolicy")


def is_frozen(args: ResourceValidationArgs) -> bool:
    """Whether every input of a vault that can change is ignored, so that the provider never sends a whole PUT of it.

    Its names are path parameters: a change of them is another vault, and no update of this one.
    """
    ignored = set(args.opts.ignore_changes)
    return "*" in ignored or ignored >= {"location", "properties", "tags"}


def stack_of(args: ResourceValidationArgs) -> str:
    """The stack's name, out of `urn:pulumi:STACK::PROJECT::TYPE::NAME`."""
    return args.urn.split("::")[0].rpartition(":")[2]


def _is_native(args: ResourceValidationArgs, name: str) -> bool:
    return re.fullmatch(rf"azure-native[^:]*:keyvault(/\w+)?:{name}", args.resource_type) is not None
