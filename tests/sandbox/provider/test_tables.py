"""The tables against the SDK: is every input and output of a type in its table, with the SDK's own names and needs?

The judge is `pulumi_azure_native` 3.29 as published: its classes name every property (`pulumi.getter`) and say which
are required.
"""

from __future__ import annotations

import ast
import importlib
import inspect
import re
from functools import cache
from pathlib import Path
from typing import Any

import pulumi_azure_native
import pytest
from pulumi.runtime.proto import provider_pb2

from holdfast_sandbox.provider import types
from holdfast_sandbox.provider.draft import draft
from holdfast_sandbox.provider.schema import Endpoint, Prop, ResourceType, Shapes, parse, parse_kind

pytestmark = pytest.mark.slow

SDK = Path(pulumi_azure_native.__file__).parent
RESOURCES = types.all_resources()
INVOKES = types.all_invokes()

SDK_SOURCE = "pulumi_azure_native 3.29.0: the classes' properties"


@cache
def _module(path: Path) -> dict[str, ast.ClassDef]:
    return {node.name: node for node in ast.parse(path.read_text()).body if isinstance(node, ast.ClassDef)}


def _properties(path: Path, name: str) -> dict[str, str]:
    """Name on Pulumi's wire -> annotation, of one class of the SDK."""
    found: dict[str, str] = {}
    for member in _module(path)[name].body:
        if not isinstance(member, ast.FunctionDef) or member.returns is None:
            continue
        for decorator in member.decorator_list:
            text = ast.unparse(decorator)
            if text == "pulumi.getter":
                found[member.name] = ast.unparse(member.returns)
            elif match := re.fullmatch(r"pulumi\.getter\(name='(\w+)'\)", text):
                found[match[1]] = ast.unparse(member.returns)
    return found


def _file(token: str) -> tuple[Path, Path, str]:
    _, service, name = token.split(":")
    snake = re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower()
    return SDK / service, SDK / service / f"{snake}.py", name


def _arguments(path: Path, name: str) -> str:
    """The class of a resource's arguments: `InitArgs` where `Args` is the name of an object of the service."""
    return f"{name}Args" if f"{name}Args" in _module(path) else f"{name}InitArgs"


def _nested(annotation: str, suffix: str) -> str | None:
    """The class that an annotation names, if it is one of the SDK's objects; an object that only an answer has is
    called after it (`ContainerPropertiesResponseInstanceView`).
    """
    tail = r"\w*" if suffix == "Response" else ""
    match = re.search(rf"'(?:outputs\.)?(\w+{suffix}{tail})'", annotation)
    return match[1] if match else None


def _all_nested(annotation: str, suffix: str) -> list[str]:
    """The classes of a union."""
    return re.findall(rf"'(?:outputs\.)?(\w+{suffix})'", annotation)


# How deep objects lie in objects at most.
_DEPTH = 9


def _compare(
    folder: Path, file: str, suffix: str, sdk: dict[str, str], props: tuple[Prop, ...], shapes: Shapes, at: str
) -> list[str]:
    """Differences between a class of the SDK and a table, at any depth; `suffix` says which side (Args or Response)."""
    if at.count(".") > _DEPTH:  # an error's details are errors again
        return []
    faults: list[str] = []
    table = {prop.name: prop for prop in props if not (prop.readonly if suffix == "Args" else prop.writeonly)}
    faults += [f"{at}.{name}: in the SDK, not in the table" for name in sdk.keys() - table.keys()]
    faults += [f"{at}.{name}: in the table, not in the SDK" for name in table.keys() - sdk.keys()]
    for name in sdk.keys() & table.keys():
        kind = table[name].kind
        if suffix == "Args" and ("Optional[" not in sdk[name]) != table[name].required:
            faults.append(f"{at}.{name}: the SDK says {sdk[name]}, the table required={table[name].required}")
        is_list = "Sequence[" in sdk[name]
        if is_list != (kind.name == "array" or (kind.name == "ids" and suffix == "Args")):
            faults.append(f"{at}.{name}: the SDK says {sdk[name]}, the table {kind}")
        inner = kind.item if kind.name in ("array", "map", "ids") and kind.item else kind
        nested = _nested(sdk[name], suffix)
        if nested is None:
            if inner.name == "object" and not (kind.name == "ids" and suffix == "Args"):
                faults.append(f"{at}.{name}: the SDK has no object here, the table {inner.refs}")
        elif inner.name == "union":
            ours, theirs = {f"{ref}{suffix}" for ref in inner.refs}, set(_all_nested(sdk[name], suffix))
            faults += [f"{at}.{name}: the table and the SDK differ by {one}" for one in sorted(ours ^ theirs)]
            for ref in inner.refs if ours == theirs else ():
                mine, one = _properties(folder / file, ref + suffix), f"{at}.{name}[{ref}]"
                faults += _compare(folder, file, suffix, mine, shapes[ref], shapes, one)
        elif inner.name == "object":
            # Where the versions of a service's types differ, the SDK puts the resource's name behind the object's.
            # An object of a resource's own has `Response` in the middle there (`ExtensionResponseAksAssignedIdentity`).
            ours, resource = inner.refs[0], at.partition(".")[0].removeprefix("get")
            if ours not in (nested, nested.replace("Response", "")) and nested not in (
                ours + suffix,
                ours + resource + suffix,
            ):
                faults.append(f"{at}.{name}: the SDK says {nested}, the table {inner.refs[0]}")
            else:
                faults += _compare(
                    folder,
                    file,
                    suffix,
                    _properties(folder / file, nested),
                    shapes[inner.refs[0]],
                    shapes,
                    f"{at}.{name}",
                )
    return faults


@pytest.mark.source(SDK_SOURCE)
@pytest.mark.parametrize("token", RESOURCES)
def test_every_input_of_the_sdk_is_in_the_table(token: str) -> None:
    """What a program can give is served, or named as unsupported; what is required is the same; nothing is made up."""
    folder, path, name = _file(token)
    table = RESOURCES[token]
    parameters = tuple(prop for prop in table.path_parameters if "." not in prop.name)
    sdk = _properties(path, _arguments(path, name))
    faults = [f"{name}: unsupported but not in the SDK" for name in table.unsupported if sdk.pop(name, None) is None]
    for prop in parameters:
        if prop.name not in sdk:
            faults.append(f"path parameter {prop.name} is no input")
        elif ("Optional[" in sdk[prop.name]) != (prop.name == table.name_parameter):
            faults.append(f"path parameter {prop.name}: the SDK says {sdk[prop.name]}")
        sdk.pop(prop.name, None)
    for prop in table.query_parameters:
        if "Optional[" not in sdk.pop(prop.name, ""):
            faults.append(f"query parameter {prop.name} is no optional input")
    # A location may be left out: Check finds one, and then misses it where the specification requires it.
    inputs = tuple(
        parse(prop.name, "str") if prop.name == "location" and prop.required else prop for prop in table.inputs
    )
    assert faults + _compare(folder, "_inputs.py", "Args", sdk, inputs, table.shapes, name) == []


@pytest.mark.source(SDK_SOURCE)
@pytest.mark.parametrize("token", [token for token, table in RESOURCES.items() if table.versioned])
def test_every_output_of_the_sdk_is_in_the_table(token: str) -> None:
    """What a program can read of a resource is what the table lets through."""
    folder, path, name = _file(token)
    table = RESOURCES[token]
    sdk = _properties(path, name)
    assert sdk.pop("azureApiVersion", None) is not None
    props = tuple(prop for prop in table.outputs if prop.name != "id")
    assert _compare(folder, "outputs.py", "Response", sdk, props, table.shapes, name) == []


@pytest.mark.source(SDK_SOURCE)
@pytest.mark.parametrize("token", RESOURCES)
def test_the_api_version_is_the_sdks(token: str) -> None:
    """The version that requests carry is the one that the SDK's documentation names for the type."""
    _, path, _ = _file(token)
    match = re.search(r"Uses Azure REST API version ([\w-]+)\.", path.read_text())
    if match is None:
        assert not RESOURCES[token].versioned
    else:
        assert RESOURCES[token].api_version == match[1]


@pytest.mark.source(SDK_SOURCE)
@pytest.mark.parametrize("token", INVOKES)
def test_functions_have_the_sdks_arguments_results_and_version(token: str) -> None:
    """A function takes what the SDK sends and answers what the SDK reads."""
    _, service, name = token.split(":")
    snake = re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower()
    path = SDK / service / f"{snake}.py"
    source = path.read_text()
    function = INVOKES[token]
    assert set(re.findall(r"__args__\['(\w+)'\]", source)) == {
        prop.name for prop in (*function.path_parameters, *function.query_parameters)
    }
    results = _properties(path, f"{name[0].upper()}{name[1:]}Result")
    assert (results.pop("azureApiVersion", None) is not None) == function.getter
    faults = _compare(SDK / service, "outputs.py", "Response", results, function.response, function.shapes, name)
    assert faults == []
    assert re.findall(r"Uses Azure REST API version ([\w-]+)\.", source)[0] == function.api_version


@pytest.mark.parametrize("service", types.SERVICES)
def test_every_object_of_a_service_is_used_and_parses(service: str) -> None:
    """No line of a table is dead, and each follows the grammar."""
    module: Any = importlib.import_module(f"holdfast_sandbox.provider.types.{service}")
    for table in (*module.RESOURCES.values(), *module.INVOKES.values()):
        reached: set[str] = set()
        waiting = [*(table.properties if isinstance(table, ResourceType) else table.response)]
        while waiting:
            kind = waiting.pop().kind
            inner = kind.item if kind.item is not None else kind
            for ref in set(inner.refs) - reached:
                reached.add(ref)
                waiting += table.shapes[ref]
        if isinstance(table, ResourceType):
            assert reached == set(table.shapes)


# Wire names from the published azure-mgmt SDKs: another generator over the same specifications, and nobody's here.
WIRE = {
    "azure-native:storage:StorageAccount": ("azure.mgmt.storage.models", "StorageAccountPropertiesCreateParameters"),
    "azure-native:keyvault:Vault": ("azure.mgmt.keyvault.models", "VaultProperties"),
    "azure-native:authorization:RoleAssignment": (
        "azure.mgmt.authorization.v2022_04_01.models",
        "RoleAssignmentCreateParameters",
    ),
    "azure-native:applicationinsights:Component": (
        "azure.mgmt.applicationinsights.v2020_02_02.models",
        "ApplicationInsightsComponent",
    ),
    "azure-native:machinelearningservices:Workspace": ("azure.mgmt.machinelearningservices.models", "Workspace"),
    "azure-native:containerregistry:Registry": ("azure.mgmt.containerregistry.models", "RegistryProperties"),
    "azure-native:operationalinsights:Workspace": ("azure.mgmt.loganalytics.models", "WorkspaceProperties"),
    "azure-native:kubernetesconfiguration:Extension": (
        "azure.mgmt.kubernetesconfiguration.extensions.models",
        "ExtensionProperties",
    ),
}


def _wire_names(module: str, name: str) -> set[str]:
    """Names under `properties` that a model of an azure-mgmt SDK sends."""
    model: Any = getattr(importlib.import_module(module), name)
    if hasattr(model, "_attribute_map"):
        keys = {entry["key"] for entry in model._attribute_map.values()}
        return {key.split(".", 1)[1] for key in keys if key.startswith("properties.")}
    source = inspect.getsource(model)
    names: set[str] = set()
    for attribute, arguments in re.findall(r"^    (\w+): [^\n=]+ = rest_field\((.*?)\n?\s*\)$", source, re.M | re.S):
        match = re.search(r'name="([^"]+)"', arguments)
        names.add(match[1] if match else attribute)
    return names


def _defaults(path: Path, name: str) -> dict[str, str]:
    source = ast.unparse(_module(path)[name])
    return dict(re.findall(r"if (\w+) is None:\n\s+\1 = (.+)", source))


@pytest.mark.source(SDK_SOURCE)
@pytest.mark.parametrize("token", RESOURCES)
def test_defaults_are_the_sdks(token: str) -> None:
    """What the SDK fills in is what counts as no change, at the top and in objects; nothing else is a default."""
    folder, path, name = _file(token)
    table = RESOURCES[token]

    def ours(props: tuple[Prop, ...]) -> dict[str, Any]:
        snake = {re.sub(r"(?<!^)(?=[A-Z])", "_", prop.name).lower(): prop.default for prop in props}
        return {key: value for key, value in snake.items() if value is not None}

    def theirs(file: Path, cls: str) -> dict[str, Any]:
        return {key: ast.literal_eval(value) for key, value in _defaults(file, cls).items()}

    assert ours(table.inputs) == theirs(path, _arguments(path, name))
    # A service whose types have no objects among their inputs has no such file.
    inputs = _module(folder / "_inputs.py") if (folder / "_inputs.py").exists() else {}
    for shape in table.shapes:
        if f"{shape}Args" in inputs and any(not prop.readonly for prop in table.shapes[shape]):
            expected = {
                key: value
                for key, value in theirs(folder / "_inputs.py", f"{shape}Args").items()
                if key in {re.sub(r"(?<!^)(?=[A-Z])", "_", prop.name).lower() for prop in table.shapes[shape]}
            }
            assert ours(table.shapes[shape]) == expected, shape


def test_a_draft_is_a_table_of_the_grammar_that_agrees_with_the_sdk() -> None:
    """The drafting tool's output can be pasted: for a type that is served, it says what its table says."""
    text = draft("azure-native:keyvault:Vault").replace("TODO: from the specification", "/x")
    drafted: ResourceType = eval(text, {"ResourceType": ResourceType})  # the tool prints Python
    served = RESOURCES["azure-native:keyvault:Vault"]
    assert drafted.api_version == served.api_version
    assert set(drafted.shapes) == set(served.shapes)
    for shape in served.shapes:
        assert {prop.name: prop.kind for prop in drafted.shapes[shape]} == {
            prop.name: prop.kind for prop in served.shapes[shape]
        }
    assert "ids:UserAssignedIdentity" in draft("azure-native:storage:StorageAccount")


@pytest.mark.source("azure-mgmt-*: the models' wire names")
@pytest.mark.parametrize("token", WIRE)
def test_wire_names_are_those_of_azures_own_sdk(token: str) -> None:
    """What a request body is made of has the names that Azure's Python SDK sends, where both know the property."""
    table = RESOURCES[token]
    theirs = _wire_names(*WIRE[token])
    assert len(theirs) > 4
    if table.flattened:
        ours = {prop.wire for prop in table.inputs if prop.containers == ("properties",)}
    else:
        ours = {prop.wire for prop in table.shapes["VaultProperties"] if not prop.readonly}
    folded = {name.lower().replace("_", "") for name in theirs}
    wrong = {name for name in ours - theirs if name.lower().replace("_", "") in folded}
    assert wrong == set()
    assert len(ours & theirs) > 3


def test_a_word_that_the_grammar_does_not_have_is_an_error() -> None:
    """A typing mistake in a table cannot pass for a missing property."""
    with pytest.raises(ValueError, match="requierd"):
        parse("x", "str requierd")
    assert parse_kind("{[Sku]}").item == parse_kind("[Sku]")


@pytest.mark.parametrize(
    "token",
    [
        "azure-native:network:NatGateway",
        "azure-native:keyvault:ManagedHsm",
        "azure-native:keyvault/v20230701:Vault",
        "aws:s3:Bucket",
    ],
)
def test_what_is_not_served_is_refused_by_name(provider: Any, token: str) -> None:
    """A type or function without a table is an error that names it."""
    with pytest.raises(Exception, match=re.escape(f"{token} is not served by the sandbox's stand-in provider")):
        provider.check(token, {})
    with pytest.raises(Exception, match=re.escape(f"{token} is not served")):
        provider.read(token, "/subscriptions/x")
    with pytest.raises(Exception, match=re.escape(f"{token} is not served")):
        provider.invoke(token)


def test_a_local_package_of_another_api_version_is_refused_by_name(provider: Any) -> None:
    """`pulumi package add azure-native keyvault 2026-02-01` says what it does not get."""
    arguments = provider_pb2.ParameterizeRequest.ParametersArgs(args=["keyvault", "2026-02-01"])
    with pytest.raises(Exception, match="no local package: keyvault 2026-02-01"):
        provider.stub.Parameterize(provider_pb2.ParameterizeRequest(args=arguments))


def test_paths_begin_where_azure_resource_manager_does() -> None:
    """Each path is absolute, and its parameters are those of the table."""
    endpoints: list[Endpoint] = [*RESOURCES.values(), *INVOKES.values()]
    for endpoint in endpoints:
        assert endpoint.path.startswith(("/subscriptions/{subscriptionId}/", "/{scope}/", "/{resourceUri}/"))
        assert set(endpoint.parameters) <= {prop.name for prop in endpoint.path_parameters}
