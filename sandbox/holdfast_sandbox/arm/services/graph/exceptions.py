"""What does Microsoft Graph refuse? Its errors have Resource Manager's envelope and codes of their own."""

from __future__ import annotations

from holdfast_sandbox.arm.exceptions import ArmError


def bad_request(message: str) -> ArmError:
    return ArmError(400, "Request_BadRequest", message)


def too_many_ids(count: int, most: int) -> ArmError:
    return bad_request(f"Too many ids are given: {count}, and at most {most} are allowed.")
