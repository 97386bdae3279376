"""Resources as the engine hands them to a rule, with the proxy that the real analyzer wraps their inputs in."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pytest
from pulumi_policy import PolicyCustomTimeouts, PolicyResourceOptions, ResourceValidationArgs, ResourceValidationPolicy
from pulumi_policy.proxy import unknown_checking_proxy

VAULT = "azure-native:keyvault:Vault"
Judge = Callable[..., list[str]]


@pytest.fixture
def judge() -> Judge:
    """Run a rule over one resource; the messages of its violations."""

    def run(
        rule: ResourceValidationPolicy,
        props: dict[str, Any],
        *,
        resource_type: str = VAULT,
        stack: str = "dev",
        ignore: tuple[str, ...] = (),
        config: Mapping[str, Any] | None = None,
    ) -> list[str]:
        said: list[str] = []

        def report(message: str, urn: str | None = None) -> None:
            said.append(message)

        options = PolicyResourceOptions(False, list(ignore), None, [], PolicyCustomTimeouts(0, 0, 0), [], None)
        urn = f"urn:pulumi:{stack}::holdfast::{resource_type}::it"
        args = ResourceValidationArgs(resource_type, unknown_checking_proxy(props), urn, "it", options, None, config)
        rule.validate(args, report)
        return said

    return run
