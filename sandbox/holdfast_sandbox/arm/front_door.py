"""What happens to a request before and after its handler? The checks that Azure Resource Manager makes for every
provider.

In this order: the fault rules, the token, the route, the api-version, the subscription, the caller's rights (with
`--rbac`), the resource group, the locks, the write that may already be under way, Azure's typical time, then the
handler in one transaction; committed before it is answered.
"""

from __future__ import annotations

import asyncio
import json
import logging
import re
import uuid
from dataclasses import dataclass
from time import perf_counter

from starlette.requests import Request
from starlette.responses import Response

from holdfast_sandbox.arm import exceptions
from holdfast_sandbox.arm.access import Access
from holdfast_sandbox.arm.auth import NOBODY, Caller, Tokens
from holdfast_sandbox.arm.call import Answer, Call, Plane
from holdfast_sandbox.arm.exceptions import ArmError
from holdfast_sandbox.arm.faults import Fault, Faults
from holdfast_sandbox.arm.identity import SUBSCRIPTION_ID
from holdfast_sandbox.arm.locks import refuse_locked
from holdfast_sandbox.arm.login import base_url_of
from holdfast_sandbox.arm.request_log import RequestLog
from holdfast_sandbox.arm.routing import GROUP, Match, normal_location, type_in
from holdfast_sandbox.arm.store import Json

log = logging.getLogger("holdfast.sandbox")

_GUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
_WRITES = {"PUT", "PATCH", "POST", "DELETE"}

# Also without latency a write takes a moment: where Azure refuses overlapping ones, those of a parallel client do
# overlap.
MOMENT = 0.003


@dataclass
class Outcome:
    """What a request came to; `response` None: the connection is reset instead of answered."""

    response: Response | None
    note: str | None = None


@dataclass(frozen=True)
class _Asker:
    """Who asks, and under which address of ours."""

    caller: Caller
    base_url: str


class FrontDoor:
    """Carries out requests, one at a time, and logs them."""

    def __init__(
        self, plane: Plane, tokens: Tokens, faults: Faults, requests: RequestLog, access: Access | None = None
    ) -> None:
        """Without `access` everybody who has a token may do everything."""
        self.access = access
        self.plane = plane
        self.tokens = tokens
        self.faults = faults
        self.requests = requests
        self._writing: set[str] = set()
        plane.within = self.within

    async def __call__(self, request: Request) -> Response | None:
        """The answer to an ARM request; None when the connection is to be reset."""
        started, n = perf_counter(), self.requests.arrive()
        caller, refused = self._authenticate(request)
        content = await request.body()
        fault = self.faults.take(subject(request, caller))
        try:
            outcome = await self._carry_out(request, content, caller, refused, fault)
        except ArmError as error:
            outcome = Outcome(_response(Answer(error.status, error.body(), error.headers)), error.note)
        except Exception:
            log.exception("%s %s failed", request.method, request.url.path)
            bug = exceptions.internal_server_error()
            outcome = Outcome(_response(Answer(bug.status, bug.body())), bug.note)
        note = outcome.note
        if fault is not None:
            note = f"fault {fault.id}"
        elif note is not None:
            log.warning("%s %s: %s, the sandbox does not know it", request.method, request.url.path, note)
        response = outcome.response
        self.requests.add(
            n,
            request.method,
            path_of(request),
            request.query_params.get("api-version"),
            response.status_code if response is not None else None,
            (perf_counter() - started) * 1000,
            caller.oid or None,
            note,
        )
        if fault is not None and fault.hold_answer is not None:
            await self._keep_back(fault, fault.hold_answer)
        if response is not None:
            self._common_headers(request, response)
        return response

    async def _keep_back(self, fault: Fault, seconds: float) -> None:
        """Waits, at most until the rule is taken away: whoever added it decides when the answer may go."""
        end = perf_counter() + seconds
        while (left := end - perf_counter()) > 0 and self.faults.has(fault):  # noqa: ASYNC110 - rules tell nobody
            await asyncio.sleep(min(left, 0.05))

    def _authenticate(self, request: Request) -> tuple[Caller, ArmError | None]:
        try:
            given, base = request.headers.get("authorization"), base_url_of(request)
            return self.tokens.check(given, base, graph=request.url.path.lower().startswith("/graph/")), None
        except ArmError as error:
            return NOBODY, error

    async def _carry_out(
        self, request: Request, content: bytes, caller: Caller, refused: ArmError | None, fault: Fault | None
    ) -> Outcome:
        if fault is not None and fault.status is not None:
            raise fault.answer(request.method, request.url.path, caller.appid, caller.oid)
        if fault is not None and fault.drop:
            return Outcome(None)
        if refused is not None:
            raise refused
        with self.plane.store.transaction():
            self.plane.operations.settle(self.plane)
        call = self._call(request, content, caller)
        if fault is not None:
            call.fail_operation, call.hold_operation = fault.fail_operation, fault.hold_operation or 0.0
        answer = await self._serialised(call, fault)
        if self.access is not None:
            answer = self.access.visible(call, answer)
        if fault is not None and fault.lose_answer:
            return Outcome(None)
        if request.method == "HEAD":
            answer = Answer(answer.status, None, answer.headers)
        return Outcome(_response(answer))

    def within(self, parent: Call, method: str, path: str, version: str, body: Json) -> Answer:
        """A request that a handler makes on behalf of its own caller, with all the checks that a client's would meet.

        It runs in the transaction of that handler: what it writes before it is refused has to be undone there.
        """
        n, status = self.requests.arrive(), 500
        try:
            answer = self._carried_out_within(parent, method, path, version, body)
            status = answer.status
        except ArmError as error:
            status = error.status
            raise
        finally:
            self.requests.add(n, method, path, version, status, 0.0, parent.caller.oid or None, "within")
        return answer

    def _carried_out_within(self, parent: Call, method: str, path: str, version: str, body: Json) -> Answer:
        call = self._checked(method, path, {"api-version": version}, {}, json.dumps(body).encode(), parent)
        key = call.route.exclusive.format(**call.params).lower() if call.route.exclusive else ""
        if key and key in self._writing:
            raise call.route.conflict(call) if call.route.conflict else exceptions.another_operation_in_progress(key)
        return call.route.handler(call)

    def _call(self, request: Request, content: bytes, caller: Caller) -> Call:
        query = {name.lower(): value for name, value in request.query_params.items()}
        headers = {name.lower(): value for name, value in request.headers.items()}
        asked = _Asker(caller, base_url_of(request))
        return self._checked(request.method, request.url.path, query, headers, content, asked)

    def _checked(
        self,
        method: str,
        path: str,
        query: dict[str, str],
        headers: dict[str, str],
        content: bytes,
        asker: _Asker | Call,
    ) -> Call:
        match = self._match(method, path, query.get("api-version"))
        call = Call(
            plane=self.plane,
            route=match.route,
            method=method,
            path="/" + path.strip("/"),
            params=match.params,
            query=query,
            api_version=query.get("api-version", ""),
            headers=headers,
            content=content,
            caller=asker.caller,
            base_url=asker.base_url,
        )
        self._check_api_version(call)
        self._check_subscription(call)
        if self.access is not None:
            self.access.check(call)
        self._check_group(call)
        refuse_locked(call)
        return call

    def _match(self, method: str, path: str, version: str | None) -> Match:
        match, others = self.plane.registry.match(method, path)
        if match is not None:
            return match
        if version is None:
            raise exceptions.missing_api_version()
        namespace, type_name = type_in(path)
        if others:
            raise exceptions.method_not_supported(method, path)
        if namespace and namespace.lower() not in self.plane.registry.namespaces:
            raise exceptions.invalid_resource_namespace(namespace)
        if namespace and f"{namespace}/{type_name}".lower() in self.plane.registry.types:
            raise exceptions.method_not_supported(method, path)
        if namespace:
            raise exceptions.invalid_resource_type(namespace, type_name, version)
        raise exceptions.unknown_path(path)

    def _check_api_version(self, call: Call) -> None:
        kind = call.route.type
        if kind.version_in_path:
            return
        if not call.api_version:
            raise exceptions.missing_api_version()
        if call.api_version in kind.api_versions:
            return
        if kind.front_door:
            raise exceptions.invalid_api_version(call.api_version, kind.api_versions)
        location = call.params.get("location", "")
        if call.method == "PUT" and kind.tracked:
            location = normal_location(call.json().get("location", ""))
        elif (existing := self.plane.store.get(call.id)) is not None:
            location = existing.location
        raise exceptions.no_registered_provider(kind.name, call.api_version, location, kind.api_versions)

    def _check_subscription(self, call: Call) -> None:
        subscription = call.subscription
        if not subscription:
            return
        if not _GUID.fullmatch(subscription):
            raise exceptions.invalid_subscription_id(subscription)
        if subscription.lower() != SUBSCRIPTION_ID:
            raise exceptions.subscription_not_found(subscription)

    def _check_group(self, call: Call) -> None:
        if not call.group or not call.route.needs_group:
            return
        group = self.plane.store.get(GROUP.format(subscriptionId=call.subscription, resourceGroupName=call.group))
        if group is None:
            raise exceptions.resource_group_not_found(call.group)
        deleting = group.body.get("properties", {}).get("provisioningState") == "Deleting"
        if deleting and call.method in {"PUT", "PATCH"}:
            raise exceptions.resource_group_being_deleted(call.group)

    async def _serialised(self, call: Call, fault: Fault | None) -> Answer:
        """Azure's time and the handler; an exclusive write that overlaps with another of the same resource is
        refused.
        """
        route = call.route
        key = route.exclusive.format(**call.params).lower() if route.exclusive else ""
        if key and key in self._writing:
            raise route.conflict(call) if route.conflict else exceptions.another_operation_in_progress(key)
        self._writing.add(key)
        try:
            pause = self.plane.latency.seconds(route.seconds) + ((fault.hold or 0.0) if fault else 0.0)
            if route.conflict is not None:
                pause = max(pause, MOMENT)
            if pause:
                await asyncio.sleep(pause)
            with self.plane.store.transaction():
                answer = route.handler(call)
                if fault is not None and fault.hook is not None:
                    name, _, value = fault.hook.partition("=")
                    answer = self.plane.registry.hooks[name](call, answer, value)
            return answer
        finally:
            if key:
                self._writing.discard(key)

    def _common_headers(self, request: Request, response: Response) -> None:
        answer_id = str(uuid.uuid4())
        response.headers["x-ms-request-id"] = answer_id
        response.headers["x-ms-correlation-request-id"] = request.headers.get("x-ms-correlation-request-id", answer_id)
        response.headers["x-ms-routing-request-id"] = f"SANDBOX:{answer_id}"
        response.headers["Cache-Control"] = "no-cache"
        if request.headers.get("x-ms-return-client-request-id", "").lower() == "true":
            response.headers["x-ms-client-request-id"] = request.headers.get("x-ms-client-request-id", "")
        limit = "writes" if request.method in _WRITES else "reads"
        # 199 and 1199 are what a subscription's first write and read of a bucket show; the sandbox throttles by
        # faults only.
        response.headers[f"x-ms-ratelimit-remaining-subscription-{limit}"] = "199" if limit == "writes" else "1199"


def path_of(request: Request) -> str:
    """The path with its query, the api-version left out: what the log shows and what faults match."""
    rest = "&".join(f"{k}={v}" for k, v in request.query_params.multi_items() if k.lower() != "api-version")
    return request.url.path + (f"?{rest}" if rest else "")


def subject(request: Request, caller: Caller) -> str:
    """What a fault's expression is matched against: `METHOD path?query caller`."""
    query = f"?{request.url.query}" if request.url.query else ""
    return f"{request.method} {request.url.path}{query} {caller.oid}".rstrip()


def _response(answer: Answer) -> Response:
    if answer.body is None:
        return Response(status_code=answer.status, headers=answer.headers)
    content = json.dumps(answer.body, separators=(",", ":"), ensure_ascii=False).encode()
    return Response(content, answer.status, answer.headers, media_type="application/json; charset=utf-8")
