"""May a write go on? `If-Match` and `If-None-Match` against the eTag of a cluster or an agent pool.

The table and the refusals are those of learn.microsoft.com/azure/aks/use-etags; the headers came with API 2024-09-01
and mean nothing before.
"""

from __future__ import annotations

from holdfast_sandbox.arm.call import Call
from holdfast_sandbox.arm.services.containerservice import exceptions

SINCE = "2024-09-01"


def known_to(api_version: str) -> bool:
    """Whether that version has eTags."""
    return api_version >= SINCE


def check(call: Call, etag: str | None) -> None:
    """`etag`: what the resource has now, None when it is not there. A PATCH or DELETE of nothing is none's business."""
    if not known_to(call.api_version):
        return
    match, none_match = _value(call, "if-match"), _value(call, "if-none-match")
    if none_match not in ("", "*"):
        raise exceptions.bad_etag_headers("The If-None-Match header can only be empty or '*'.")
    if match and none_match:
        raise exceptions.bad_etag_headers("The If-Match and If-None-Match headers cannot be used at the same time.")
    if none_match and etag is not None and call.method == "PUT":
        raise exceptions.precondition_failed("The If-None-Match header is '*' and the resource already exists.")
    if not match:
        return
    if etag is None:
        if call.method == "PUT":
            # github.com/Azure/azure-cli/pull/30309
            raise exceptions.precondition_failed(
                "Resource not found but ETag header is provided. If this is a request to create, please do not provide "
                "ETag."
            )
        return
    if match not in ("*", etag):
        raise exceptions.precondition_failed(
            "The eTag in the If-Match header does not match the latest eTag of the resource."
        )


def _value(call: Call, header: str) -> str:
    """The header as the CLI (bare) or an SDK (in quotes) sends it."""
    return call.headers.get(header, "").strip().removeprefix("W/").strip('"')
