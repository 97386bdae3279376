"""What does Azure Resource Manager itself answer when it refuses? One class and a function per error of the front door.

A service adds its own in its `exceptions.py`. The texts are what the real front door answers, as far as it is known
(public issues and documentation); clients match on them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from holdfast_sandbox.arm.rights import Right


class ArmError(Exception):
    """An error answer: `{"error": {"code", "message", "target"?, "details"?}}` with an HTTP status and headers."""

    def __init__(
        self,
        status: int,
        code: str,
        message: str,
        *,
        target: str | None = None,
        details: Sequence[Mapping[str, Any]] = (),
        headers: Mapping[str, str] | None = None,
        note: str | None = None,
    ) -> None:
        super().__init__(f"{status} {code}: {message}")
        self.status = status
        self.code = code
        self.message = message
        self.target = target
        self.details = [dict(detail) for detail in details]
        self.headers = dict(headers or {})
        self.note = note  # what the request log says beside the status, for what the sandbox does not know

    def error(self) -> dict[str, Any]:
        """The object under `error`."""
        error: dict[str, Any] = {"code": self.code, "message": self.message}
        if self.target is not None:
            error["target"] = self.target
        if self.details:
            error["details"] = self.details
        return error

    def body(self) -> dict[str, Any]:
        """The whole answer."""
        return {"error": self.error()}


def missing_api_version() -> ArmError:
    return ArmError(
        400,
        "MissingApiVersionParameter",
        "The api-version query parameter (?api-version=) is required for all requests.",
    )


def invalid_api_version(version: str, supported: Sequence[str]) -> ArmError:
    """For the front door's own types (groups, subscriptions, tags)."""
    return ArmError(
        400,
        "InvalidApiVersionParameter",
        f"The api-version '{version}' is invalid. The supported versions are '{','.join(supported)}'.",
        note="unknown-api-version",
    )


def no_registered_provider(type_name: str, version: str, location: str, versions: Sequence[str]) -> ArmError:
    """For a provider's type that is known, in a version that is not."""
    where = f" for location '{location}'" if location else ""
    return ArmError(
        400,
        "NoRegisteredProviderFound",
        f"No registered resource provider found{where} and API version '{version}' for type "
        f"'{type_name.partition('/')[2]}'. The supported api-versions are '{', '.join(versions)}'.",
        note="unknown-api-version",
    )


def invalid_resource_namespace(namespace: str) -> ArmError:
    return ArmError(
        404,
        "InvalidResourceNamespace",
        f"The resource namespace '{namespace}' is invalid.",
        note="unknown-type",
    )


def invalid_resource_type(namespace: str, type_name: str, version: str) -> ArmError:
    return ArmError(
        404,
        "InvalidResourceType",
        f"The resource type '{type_name}' could not be found in the namespace '{namespace}' for api version "
        f"'{version}'.",
        note="unknown-type",
    )


def method_not_supported(method: str, path: str) -> ArmError:
    return ArmError(
        405,
        "HttpMethodNotSupported",
        f"The HTTP method '{method}' is not supported at scope '{path}'.",
        note="unknown-verb",
    )


def unknown_path(path: str) -> ArmError:
    return ArmError(404, "NotFound", f"The request path '{path}' is not known.", note="unknown-path")


def subscription_not_found(subscription: str) -> ArmError:
    return ArmError(404, "SubscriptionNotFound", f"The subscription '{subscription}' could not be found.")


def invalid_subscription_id(subscription: str) -> ArmError:
    return ArmError(
        400,
        "InvalidSubscriptionId",
        f"The provided subscription identifier '{subscription}' is malformed or invalid.",
    )


def resource_group_not_found(group: str) -> ArmError:
    return ArmError(404, "ResourceGroupNotFound", f"Resource group '{group}' could not be found.")


def resource_group_being_deleted(group: str) -> ArmError:
    return ArmError(
        409,
        "ResourceGroupBeingDeleted",
        f"The resource group '{group}' is in deprovisioning state and cannot perform this operation.",
    )


def resource_not_found(type_name: str, name: str, group: str) -> ArmError:
    """`name` is the full one, parents included (`kv/secret`)."""
    types = type_name.split("/")
    pairs = "/".join(f"{kind}/{part}" for kind, part in zip(types[1:], name.split("/"), strict=False))
    return ArmError(
        404,
        "ResourceNotFound",
        f"The Resource '{types[0]}/{pairs}' under resource group '{group}' was not found. "
        "For more details please go to https://aka.ms/ARMResourceNotFoundFix",
    )


def parent_not_found(type_name: str, name: str, parent_id: str) -> ArmError:
    """A child is asked for whose parent is not there."""
    return ArmError(
        404,
        "ParentResourceNotFound",
        f"Failed to perform 'write' on resource(s) of type '{type_name.partition('/')[2]}', because the parent "
        "resource "
        f"'{parent_id}' could not be found.",
        target=name,
    )


def invalid_request_content(reason: str) -> ArmError:
    return ArmError(
        400,
        "InvalidRequestContent",
        f"The request content was invalid and could not be deserialized: '{reason}'.",
    )


def location_required() -> ArmError:
    return ArmError(400, "LocationRequired", "The location property is required for this definition.")


def location_not_available(location: str, type_name: str, locations: Sequence[str]) -> ArmError:
    return ArmError(
        400,
        "LocationNotAvailableForResourceType",
        f"The provided location '{location}' is not available for resource type '{type_name}'. "
        f"List of available regions for the resource type is '{','.join(locations)}'.",
    )


def invalid_resource_location(name: str, group: str, existing: str, wanted: str) -> ArmError:
    return ArmError(
        409,
        "InvalidResourceLocation",
        f"The resource '{name}' already exists in location '{existing}' in resource group '{group}'. A resource "
        "with the "
        f"same name cannot be created in location '{wanted}'. Please select a new resource name.",
    )


def another_operation_in_progress(resource_id: str) -> ArmError:
    return ArmError(
        409,
        "AnotherOperationInProgress",
        f"Another operation on this or dependent resource is in progress: '{resource_id}'.",
    )


def authorization_failed(client: str, oid: str, action: str, scope: str) -> ArmError:
    return ArmError(
        403,
        "AuthorizationFailed",
        f"The client '{client}' with object id '{oid}' does not have authorization to perform action '{action}' "
        "over scope "
        f"'{scope}' or the scope is invalid. If access was recently granted, please refresh your credentials.",
    )


def linked_authorization_failed(client: str, oid: str, right: Right, linked: Right) -> ArmError:
    """The caller may do `right` itself, and lacks `linked` on what the body refers to.

    Quoted so in github.com/Azure/aad-pod-identity/issues/613.
    """
    return ArmError(
        403,
        "LinkedAuthorizationFailed",
        f"The client '{client}' with object id '{oid}' has permission to perform action '{right.action}' on scope "
        f"'{right.scope}'; however, it does not have permission to perform action '{linked.action}' on the linked "
        f"scope(s) '{linked.scope}' or the linked scope(s) are invalid.",
    )


def internal_server_error() -> ArmError:
    return ArmError(
        500,
        "InternalServerError",
        "The sandbox failed while it answered this request. The traceback is in its server.log.",
        note="sandbox-bug",
    )


def expired_token(expired: datetime, now: datetime) -> ArmError:
    stamp = "%m/%d/%Y %I:%M:%S %p"
    return ArmError(
        401,
        "ExpiredAuthenticationToken",
        f"The access token expiry UTC time '{expired.strftime(stamp)}' is earlier than current UTC time "
        f"'{now.strftime(stamp)}'.",
    )
