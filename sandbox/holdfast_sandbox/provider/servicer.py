"""The plugin's RPCs: what does the engine ask, and in which message does it get the answer?

Thin: values in, a call of the module that knows, values out. Errors become the status UNKNOWN with the message that
the user reads, as Go's gRPC server makes of a plain error; a partly created resource carries
`ErrorResourceInitFailed`. What is not here (Construct, Call, Parameterize, ...) answers UNIMPLEMENTED, which the
engine takes as "does not have it". Secrets: like the real provider this one does not accept them strongly typed; the
engine marks outputs secret whose inputs were.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from typing import Any, TypeVar

import grpc
from google.protobuf import any_pb2, empty_pb2
from pulumi.runtime.proto import plugin_pb2, provider_pb2, provider_pb2_grpc, status_pb2

from holdfast_sandbox.provider import check, difference, lifecycle, types
from holdfast_sandbox.provider.client import ArmClient, Limit
from holdfast_sandbox.provider.credentials import Account, client_config, sign_in
from holdfast_sandbox.provider.custom import LIFECYCLES
from holdfast_sandbox.provider.errors import PartialFailureError, ProviderError
from holdfast_sandbox.provider.invokes import call
from holdfast_sandbox.provider.schema import ResourceType
from holdfast_sandbox.provider.settings import ConfigurationError, Settings, read_cloud
from holdfast_sandbox.provider.transport import Transport
from holdfast_sandbox.provider.values import Json, from_struct, has_unknowns, to_struct

VERSION = "3.29.0"
_USER_AGENT = f"pulumi-azure-native/{VERSION} (holdfast-sandbox stand-in)"
# The API version with which the real provider looks up a resource group's location (apiVersionResources).
_GROUP_API_VERSION = "2020-10-01"

_log = logging.getLogger(__name__)
_Answer = TypeVar("_Answer")


class Servicer(provider_pb2_grpc.ResourceProviderServicer):
    """One provider. `on_cancel` is told when the engine cancels, so that the process may end soon after."""

    def __init__(self, on_cancel: Callable[[], None] = lambda: None) -> None:
        self._on_cancel = on_cancel
        self._cancelled = threading.Event()
        self._settings = Settings({})
        self._client: ArmClient | None = None
        self._account: Account | None = None
        self._locations: dict[str, str] = {}

    # --- the plugin itself --------------------------------------------------------------------------------------------

    def GetPluginInfo(self, request: Any, context: grpc.ServicerContext) -> Any:
        return plugin_pb2.PluginInfo(version=VERSION)

    def Attach(self, request: Any, context: grpc.ServicerContext) -> Any:
        return empty_pb2.Empty()

    def Cancel(self, request: Any, context: grpc.ServicerContext) -> Any:
        self._cancelled.set()
        self._on_cancel()
        return empty_pb2.Empty()

    def Parameterize(self, request: Any, context: grpc.ServicerContext) -> Any:
        """Local packages of other API versions (`pulumi package add azure-native keyvault 2026-02-01`) have no
        tables.
        """
        asked = " ".join(request.args.args) or request.value.name
        message = (
            f"the sandbox's stand-in provider serves the SDK's default API versions only, no local package: {asked}"
        )
        context.abort(grpc.StatusCode.UNKNOWN, message)

    def CheckConfig(self, request: Any, context: grpc.ServicerContext) -> Any:
        return provider_pb2.CheckResponse(inputs=request.news)

    def DiffConfig(self, request: Any, context: grpc.ServicerContext) -> Any:
        return provider_pb2.DiffResponse()

    def Configure(self, request: Any, context: grpc.ServicerContext) -> Any:
        return self._answer(context, lambda: self._configure(request))

    def _configure(self, request: Any) -> Any:
        if not (request.sends_old_inputs and request.sends_old_inputs_to_delete):
            raise ConfigurationError("Azure Native provider requires Pulumi CLI v3.74.0 or later")
        self._settings = Settings(dict(request.variables))
        transport = Transport()
        cloud = read_cloud(self._settings, transport)
        self._account = sign_in(self._settings, cloud, transport)
        self._client = ArmClient(cloud, self._account.tokens, transport, _USER_AGENT)
        return provider_pb2.ConfigureResponse(supportsPreview=True, supports_autonaming_configuration=True)

    # --- resources ----------------------------------------------------------------------------------------------------

    def Check(self, request: Any, context: grpc.ServicerContext) -> Any:
        return self._answer(context, lambda: self._check(request))

    def _check(self, request: Any) -> Any:
        table = types.resource_type(_type(request.urn))
        autonaming = None
        if request.HasField("autonaming"):
            mode = provider_pb2.CheckRequest.AutonamingOptions.Mode.Name(request.autonaming.mode)
            autonaming = check.Autonaming(mode.lower(), request.autonaming.proposed_name)
        inputs = check.with_defaults(
            table,
            request.urn.split("::")[-1],
            request.randomSeed,
            autonaming,
            from_struct(request.olds),
            from_struct(request.news),
            self._settings.get("location") or None,
            self._group_location,
        )
        failures = [provider_pb2.CheckFailure(reason=reason) for reason in check.failures(table, inputs)]
        return provider_pb2.CheckResponse(inputs=to_struct(inputs), failures=failures)

    def Diff(self, request: Any, context: grpc.ServicerContext) -> Any:
        return self._answer(context, lambda: self._diff(request))

    def _diff(self, request: Any) -> Any:
        table = types.resource_type(_type(request.urn))
        state = from_struct(request.olds)
        olds = _inputs(request, "old_inputs", state)
        found = difference.compare(table, olds or {}, from_struct(request.news), state)
        if not found.details:
            return provider_pb2.DiffResponse(changes=provider_pb2.DiffResponse.DIFF_NONE)
        return provider_pb2.DiffResponse(
            changes=provider_pb2.DiffResponse.DIFF_SOME if found.changes else provider_pb2.DiffResponse.DIFF_NONE,
            replaces=found.replaces,
            diffs=found.changes,
            deleteBeforeReplace=found.delete_before_replace,
            hasDetailedDiff=True,
            detailedDiff={
                path: provider_pb2.PropertyDiff(
                    kind=provider_pb2.PropertyDiff.Kind.Value(kind), inputDiff=path not in found.quiet
                )
                for path, kind in found.details.items()
            },
        )

    def Create(self, request: Any, context: grpc.ServicerContext) -> Any:
        def create() -> Any:
            table = types.resource_type(_type(request.urn))
            inputs = from_struct(request.properties)
            if request.preview:
                return provider_pb2.CreateResponse(properties=to_struct(lifecycle.preview(table, inputs, {})))
            resource_id, state = self._operations(table).create(inputs, self._limit(request.timeout))
            return provider_pb2.CreateResponse(id=resource_id, properties=to_struct(state))

        return self._answer(context, create, sent=request.properties)

    def Update(self, request: Any, context: grpc.ServicerContext) -> Any:
        def update() -> Any:
            table = types.resource_type(_type(request.urn))
            inputs = from_struct(request.news)
            if request.preview:
                state = lifecycle.preview(table, inputs, from_struct(request.olds))
            else:
                state = self._operations(table).update(inputs, self._limit(request.timeout))
            return provider_pb2.UpdateResponse(properties=to_struct(state))

        return self._answer(context, update, sent=request.news)

    def Read(self, request: Any, context: grpc.ServicerContext) -> Any:
        def read() -> Any:
            table = types.resource_type(_type(request.urn))
            state = from_struct(request.properties)
            inputs = _inputs(request, "inputs", state)
            reading = self._operations(table).read(request.id, inputs, state, self._limit(request.timeout))
            if reading is None:
                return provider_pb2.ReadResponse(id="")
            return provider_pb2.ReadResponse(
                id=request.id, properties=to_struct(reading.outputs), inputs=to_struct(reading.inputs)
            )

        return self._answer(context, read)

    def Delete(self, request: Any, context: grpc.ServicerContext) -> Any:
        def delete() -> Any:
            table = types.resource_type(_type(request.urn))
            inputs = _inputs(request, "old_inputs", from_struct(request.properties))
            self._operations(table).delete(request.id, inputs or {}, self._limit(request.timeout))
            return empty_pb2.Empty()

        return self._answer(context, delete)

    # --- functions ----------------------------------------------------------------------------------------------------

    def Invoke(self, request: Any, context: grpc.ServicerContext) -> Any:
        return self._answer(context, lambda: self._invoked(request))

    def _invoked(self, request: Any) -> Any:
        answer = provider_pb2.InvokeResponse()
        getattr(answer, "return").CopyFrom(to_struct(self._invoke(request)))  # a keyword of Python
        return answer

    def _invoke(self, request: Any) -> Json:
        arguments = from_struct(request.args)
        client, account = self._signed_in()
        if request.tok == "azure-native:authorization:getClientConfig":
            return client_config(account, client.cloud)
        if request.tok == "azure-native:authorization:getClientToken":
            endpoint = arguments.get("endpoint") or f"{client.cloud.resource_manager}/"
            return {"token": account.tokens(f"{str(endpoint).rstrip('/')}/.default")}
        function = types.invoke(request.tok)
        if has_unknowns(arguments):
            return {}
        return call(function, arguments, client, account.subscription_id, self._limit(0.0))

    # --- the steps ----------------------------------------------------------------------------------------------------

    def _signed_in(self) -> tuple[ArmClient, Account]:
        if self._client is None or self._account is None:
            raise ProviderError("the provider is not configured yet")
        return self._client, self._account

    def _operations(self, table: ResourceType) -> lifecycle.Lifecycle:
        client, account = self._signed_in()
        skip = self._settings.flag("skipReadOnUpdate", "ARM_SKIP_READ_ON_UPDATE")
        return LIFECYCLES[table.custom](table, client, account.subscription_id, _log.warning, read_after_write=not skip)

    def _limit(self, seconds: float) -> Limit:
        return Limit(self._cancelled, seconds)

    def _group_location(self, group: str) -> str | None:
        """The location of a resource group, asked once; None when it cannot be read."""
        if group not in self._locations:
            client, account = self._signed_in()
            path = f"/subscriptions/{account.subscription_id}/resourceGroups/{group}"
            try:
                location = client.get(path, _GROUP_API_VERSION, self._limit(0.0)).get("location")
            except ProviderError:
                return None
            if not isinstance(location, str):
                return None
            self._locations[group] = location
        return self._locations[group]

    def _answer(self, context: grpc.ServicerContext, work: Callable[[], _Answer], sent: Any = None) -> _Answer:
        try:
            return work()
        except PartialFailureError as error:
            self._abort_partial(context, error, sent)
        except (ProviderError, ConfigurationError, types.NotServedError, ValueError) as error:
            context.abort(grpc.StatusCode.UNKNOWN, str(error))
        except Exception as error:
            _log.exception("a bug in the sandbox's stand-in provider")
            message = f"a bug in the sandbox's stand-in provider: {type(error).__name__}: {error}"
            context.abort(grpc.StatusCode.INTERNAL, message)
        raise AssertionError("abort raises")

    @staticmethod
    def _abort_partial(context: grpc.ServicerContext, error: PartialFailureError, sent: Any) -> None:
        """The status with the resource's last known state in it: the engine saves it as partly created."""
        detail = provider_pb2.ErrorResourceInitFailed(
            id=error.resource_id,
            properties=None if error.state is None else to_struct(error.state),
            reasons=[str(error)],
            inputs=sent,
        )
        packed = any_pb2.Any()
        packed.Pack(detail)
        status = status_pb2.Status(code=grpc.StatusCode.UNKNOWN.value[0], message=str(error), details=[packed])
        context.set_trailing_metadata((("grpc-status-details-bin", status.SerializeToString()),))
        context.abort(grpc.StatusCode.UNKNOWN, str(error))


def _type(urn: str) -> str:
    """The resource's own type token: the last part of the URN's type chain."""
    return urn.split("::")[2].split("$")[-1]


def _inputs(request: Any, field: str, state: Json) -> Json | None:
    """The stored inputs: the request's own, else `__inputs` of a 2.x state; None when there are none (an import)."""
    if request.HasField(field):
        return from_struct(getattr(request, field))
    held = state.get("__inputs")
    return held if isinstance(held, dict) else None
