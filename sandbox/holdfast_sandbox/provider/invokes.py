"""Functions: what does `getX` or `listX` send, and what of the answer does the program see?

`getX` is a GET, `listX` a POST of `{}`; a missing resource is an error (`Invoke` in provider/pkg/provider/provider.go).
"""

from __future__ import annotations

from holdfast_sandbox.provider import shapes
from holdfast_sandbox.provider.client import ArmClient, Limit
from holdfast_sandbox.provider.errors import AzureError, ProviderError
from holdfast_sandbox.provider.lifecycle import identifier
from holdfast_sandbox.provider.schema import Invoke
from holdfast_sandbox.provider.values import Json


def call(function: Invoke, arguments: Json, client: ArmClient, subscription_id: str, limit: Limit) -> Json:
    """The function's result; ProviderError when an argument is missing or not known, or Azure refuses."""
    known = {prop.name for prop in (*function.path_parameters, *function.query_parameters)}
    for name in sorted(arguments.keys() - known):
        raise ProviderError(
            f"'{name}' is not an argument of {function.token} that the sandbox's stand-in provider serves"
        )
    for prop in function.path_parameters:
        if prop.name not in arguments:
            raise ProviderError(f"missing required property '{prop.name}'")
    path = identifier(function, arguments, subscription_id)
    query = {prop.wire: str(arguments[prop.name]) for prop in function.query_parameters if prop.name in arguments}
    try:
        if function.method == "POST":
            body = client.post(path, function.api_version, {}, limit, query)
        else:
            body = client.get(path, function.api_version, limit, query)
    except AzureError as error:
        raise AzureError(error.status, error.code, f"request failed {path}: {error}") from None
    except ProviderError as error:
        raise ProviderError(f"request failed {path}: {error}") from None
    if not isinstance(body, dict):
        return {"value": body}
    seen = shapes.outputs(function.response, body, function.shapes)
    if function.getter:
        seen["azureApiVersion"] = function.api_version
    return seen
