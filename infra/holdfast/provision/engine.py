"""What does the engine know before anything is registered? Our own last checkpoint, and the provider's login.

Reading with the provider's own token means that what can be read and what will be written are one identity's.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pulumi

from holdfast.arm import ArmClient, StaticToken, find_cloud
from holdfast.model.errors import Blame, Fault, HoldfastError
from holdfast.provision.native import plugin_version


@dataclass(frozen=True, slots=True)
class Session:
    """A login: who (`identity`, its object id where Azure tells), where, and a client that asks as the provider does.
    `cloud` is what other processes need."""

    subscription: str
    tenant: str
    client: ArmClient
    cloud: dict[str, str]
    identity: str | None = None


def own_state() -> Mapping[str, Any]:
    """`{urn: outputs}` of this stack's last checkpoint; empty on a first run. Asks Azure nothing."""
    answer = pulumi.runtime.invoke("pulumi:pulumi:readStackResourceOutputs", {"stackName": pulumi.get_stack()})
    found: Mapping[str, Any] = (answer.value or {}).get("outputs") or {}
    return {urn: (entry or {}).get("outputs") or {} for urn, entry in found.items()}


def log_in(native: pulumi.Config) -> Session:
    """The provider's login.

    Raises HoldfastError: `no-credentials`, `login-refused`, `arm-unreachable`, `login-for-another-subscription`.
    """
    who = _ask("azure-native:authorization:getClientConfig")
    asked, login = native.get("subscriptionId"), os.environ.get("ARM_SUBSCRIPTION_ID")
    if asked and login and asked.lower() != login.lower():
        raise HoldfastError(
            [
                Fault(
                    "login-for-another-subscription",
                    f"the stack is for subscription {asked}, and this login is for {login}",
                    (
                        ("settings", f"azure-native:subscriptionId = {asked}"),
                        ("login", f"ARM_SUBSCRIPTION_ID = {login}"),
                    ),
                    "log in for the stack's subscription, or run the stack that belongs to this one",
                )
            ]
        )
    cloud = {key: value for key in ("environment", "metadataHost") if (value := native.get(key))}
    token = str(_ask("azure-native:authorization:getClientToken")["token"])
    client = ArmClient(find_cloud(os.environ, cloud.get("environment"), cloud.get("metadataHost")), StaticToken(token))
    identity = str(who.get("objectId") or "") or None
    return Session(str(asked or who["subscriptionId"]), str(who["tenantId"]), client, cloud, identity)


def _ask(function: str) -> Mapping[str, Any]:
    options = pulumi.InvokeOptions(version=plugin_version())
    try:
        answer: Mapping[str, Any] = pulumi.runtime.invoke(function, {}, options).value
    except Exception as error:  # the engine has one exception type for whatever a provider answers
        raise HoldfastError([_explain(str(error))]) from None
    return answer


def _explain(said: str) -> Fault:
    """The provider's answer to a login, sorted by whose fault it is."""
    lines = [line.strip() for line in said.splitlines() if line.strip()]
    evidence = (("said", " ".join(lines)[:600]),)
    lowered = said.lower()
    if any(mark in lowered for mark in ("invalid_client", "aadsts", "401", "unauthorized")):
        return Fault(
            "login-refused",
            "the login was refused",
            evidence,
            "check ARM_TENANT_ID, ARM_CLIENT_ID and the secret, certificate or token that goes with them",
        )
    if any(
        mark in lowered for mark in ("connection", "no such host", "timed out", "timeout", "refused", "unreachable")
    ):
        return Fault(
            "arm-unreachable",
            "Azure does not answer",
            evidence,
            "check the network and ARM_METADATA_HOSTNAME; on the sandbox: `holdfast sandbox status`",
            Blame.AZURE,
        )
    return Fault(
        "no-credentials",
        "nobody is logged in",
        evidence,
        "set ARM_TENANT_ID, ARM_CLIENT_ID and ARM_CLIENT_SECRET, use OIDC or a managed identity, or run `az login`;"
        " without an account: `holdfast sandbox run -- pulumi up`",
    )
