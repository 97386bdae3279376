"""What goes wrong on purpose? Rules that people and tests add to a running server; the first that matches a request
is used.

A rule matches a regular expression against `METHOD path?query caller` (search, case-insensitive). What it does:
- `status` answers that status with an error envelope, nothing carried out;
- `drop` resets the connection, nothing carried out;
- `lose-answer` carries the request out, then resets the connection;
- `hold-answer` carries the request out and logs it, and keeps the answer back for that many seconds, at most
  until the rules are cleared: whoever sent it can be killed after this write and before any other of its own;
- `hold` carries it out after that many seconds, the resource being written all the while (so that others overlap with
  it);
- `fail-operation` lets a long-running operation that the request starts fail with that code;
- `hold-operation` lets it go on for that many seconds more, as one that does not end;
- `hook` calls a switch of a service within the request's transaction (`drop-policy=OBJECTID`).
`skip` lets that many matching requests pass first, `times` says how often a rule applies.
They live in memory: a restart is a healthy server.
"""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass
from typing import Any

from holdfast_sandbox.arm.exceptions import ArmError, authorization_failed
from holdfast_sandbox.arm.rights import right_of

_TEXTS = {
    401: ("InvalidAuthenticationToken", "The access token is invalid."),
    403: ("AuthorizationFailed", ""),
    404: ("ResourceNotFound", "The requested resource was not found."),
    408: ("RequestTimeout", "The request timed out."),
    409: ("Conflict", "The request conflicts with the state of the resource."),
    412: ("PreconditionFailed", "The condition that the request states does not hold."),
    429: (
        "TooManyRequests",
        "The request is being throttled as the limit has been reached for this operation type. "
        "Please wait before trying again.",
    ),
    500: ("InternalServerError", "Encountered internal server error."),
    502: ("BadGateway", "The gateway did not receive a response from the resource provider."),
    503: ("ServerUnavailable", "The server is currently unable to receive requests. Please retry your request."),
    504: ("GatewayTimeout", "The gateway did not receive a response from the resource provider within the given time."),
}


@dataclass
class Fault:
    """One rule; exactly one of `status`, `drop`, `lose_answer`, `hold`, `hold_answer`, `fail_operation`,
    `hold_operation`, `hook` is set."""

    id: int
    match: str
    status: int | None = None
    code: str | None = None
    message: str | None = None
    retry_after: int | None = None
    drop: bool = False
    lose_answer: bool = False
    hold: float | None = None
    hold_answer: float | None = None
    fail_operation: str | None = None
    hold_operation: float | None = None
    hook: str | None = None
    times: int | None = None  # how often it still applies; None: always
    skip: int = 0  # how many matching requests it still lets pass
    hits: int = 0

    def answer(self, method: str, path: str, client: str, oid: str) -> ArmError:
        """The error that a `status` rule answers, worded as Azure words that status."""
        status = self.status or 500
        code, message = _TEXTS.get(status, ("Error", "The request failed."))
        code = self.code or code
        headers = {} if self.retry_after is None else {"Retry-After": str(self.retry_after)}
        if code == "AuthorizationFailed":
            right = right_of(method, path)
            error = authorization_failed(client, oid, right.action, right.scope)
            error.status, error.headers = status, headers
            error.message = self.message or error.message
            return error
        if code == "RequestDisallowedByPolicy":
            name = path.rstrip("/").rpartition("/")[2]
            message = f"Resource '{name}' was disallowed by policy."
        return ArmError(status, code, self.message or message, headers=headers)


class Faults:
    """The rules of one server, oldest first."""

    def __init__(self) -> None:
        self._rules: list[Fault] = []
        self._next = 1

    def add(self, match: str, **what: Any) -> Fault:
        """Adds a rule; ValueError when the expression is wrong or not exactly one effect is given."""
        try:
            re.compile(match)
        except re.error as error:
            raise ValueError(f"{match!r} is no regular expression: {error}") from None
        fault = Fault(id=self._next, match=match, **what)
        effects = [
            fault.status,
            fault.hold,
            fault.hold_answer,
            fault.fail_operation,
            fault.hold_operation,
            fault.hook,
            fault.drop or None,
            fault.lose_answer or None,
        ]
        if sum(effect is not None for effect in effects) != 1:
            raise ValueError(
                "a fault has exactly one effect: status, drop, lose-answer, hold, hold-answer, fail-operation,"
                " hold-operation or hook"
            )
        if fault.status is not None and not 400 <= fault.status <= 599:
            raise ValueError(f"{fault.status} is no error status (400 to 599)")
        self._next += 1
        self._rules.append(fault)
        return fault

    def take(self, subject: str) -> Fault | None:
        """The rule for the request described by `subject`, counted as used; None when none matches."""
        for rule in self._rules:
            if rule.times != 0 and re.search(rule.match, subject, re.IGNORECASE):
                if rule.skip > 0:
                    rule.skip -= 1
                    continue
                rule.hits += 1
                if rule.times is not None:
                    rule.times -= 1
                return rule
        return None

    def has(self, fault: Fault) -> bool:
        """Whether the rule is still there, used up or not."""
        return any(rule is fault for rule in self._rules)

    def clear(self) -> None:
        self._rules.clear()

    def describe(self) -> list[dict[str, Any]]:
        """The rules as JSON, what is unset left out."""
        return [
            {k: v for k, v in asdict(rule).items() if v is not None and v is not False and (k, v) != ("skip", 0)}
            for rule in self._rules
        ]
