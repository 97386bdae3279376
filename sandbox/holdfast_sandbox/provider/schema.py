"""The grammar of the tables in `types/`: how is a resource type described, once, for all operations?

A table maps property names (as the program writes them) to one line of words:

    "vaultUri": "str readonly"                     only in Azure's answers
    "createMode": "str writeonly"                  only in requests
    "enableNfsV3": "bool wire=isNfsV3Enabled"      another name in the request body
    "accessPolicies": "[AccessPolicyEntry] sub ids=tenantId,objectId,permissions"

Types: `str int num bool any`, an object of the service's `objects` by its name, `[T]` a list, `{T}` a map, `A|B` one
of several objects (told apart by a property with `const=`), `ids:T` a list of resource ids that is `{id: {}}` in
requests and `{id: T}` in answers. Words: `required`, `readonly`, `writeonly`, `replace` (cannot change in place),
`sub` (a list that may also be managed as resources of their own: `[]` on create, kept on update when the program
leaves it unset), `default=JSON` (a space in it is `\\u0020`), `const=`, `wire=`, `under=` (a layer of the wire that
the program does not see), `ids=` (the properties that tell list items apart: the order is no difference), `min= max=
minlen= maxlen= pattern=`. They stand for the metadata that the real provider compiles from Azure's REST
specifications (provider/pkg/resources/resources.go).
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache, cached_property
from typing import Any

Table = Mapping[str, str]
Objects = Mapping[str, Table]

_BASIC = {"str": "string", "int": "integer", "num": "number", "bool": "boolean"}


@dataclass(frozen=True)
class Kind:
    """The type of a property. `name`: string, integer, number, boolean, any, array, map, object, union or ids."""

    name: str
    item: Kind | None = None
    refs: tuple[str, ...] = ()


@dataclass(frozen=True)
class Prop:
    """One property of a table; `containers` are the layers that the SDK leaves out (`("properties",)` when
    flattened).
    """

    name: str
    kind: Kind
    wire: str
    containers: tuple[str, ...] = ()
    required: bool = False
    readonly: bool = False
    writeonly: bool = False
    replace: bool = False
    sub: bool = False
    ids: tuple[str, ...] = ()
    const: str | None = None
    default: Any = None
    minimum: float | None = None
    maximum: float | None = None
    min_length: int | None = None
    max_length: int | None = None
    pattern: str | None = None


def parse_kind(text: str) -> Kind:
    """A `Kind` from its notation in a table."""
    if text.startswith("[") and text.endswith("]"):
        return Kind("array", item=parse_kind(text[1:-1]))
    if text.startswith("{") and text.endswith("}"):
        return Kind("map", item=parse_kind(text[1:-1]))
    if text.startswith("ids:"):
        return Kind("ids", item=parse_kind(text[4:]))
    if text in _BASIC:
        return Kind(_BASIC[text])
    if text == "any":
        return Kind("any")
    if "|" in text:
        return Kind("union", refs=tuple(text.split("|")))
    return Kind("object", refs=(text,))


def parse(name: str, text: str, containers: tuple[str, ...] = ()) -> Prop:
    """A `Prop` from a line of a table; ValueError on a word that the grammar does not have."""
    words = text.split()
    flags = {word for word in words[1:] if "=" not in word}
    given = dict(word.split("=", 1) for word in words[1:] if "=" in word)
    unknown = (flags - {"required", "readonly", "writeonly", "replace", "sub"}) | (
        given.keys() - {"wire", "under", "ids", "const", "default", "min", "max", "minlen", "maxlen", "pattern"}
    )
    if unknown:
        raise ValueError(f"{name}: no such word in the grammar of tables: {', '.join(sorted(unknown))}")
    return Prop(
        name=name,
        kind=parse_kind(words[0]),
        wire=given.get("wire", name),
        containers=(*containers, given["under"]) if "under" in given else containers,
        required="required" in flags,
        readonly="readonly" in flags,
        writeonly="writeonly" in flags,
        replace="replace" in flags,
        sub="sub" in flags,
        ids=tuple(given["ids"].split(",")) if "ids" in given else (),
        const=given.get("const"),
        default=json.loads(given["default"]) if "default" in given else None,
        minimum=float(given["min"]) if "min" in given else None,
        maximum=float(given["max"]) if "max" in given else None,
        min_length=int(given["minlen"]) if "minlen" in given else None,
        max_length=int(given["maxlen"]) if "maxlen" in given else None,
        pattern=given.get("pattern"),
    )


class Shapes:
    """The named objects of one service, parsed when first asked for."""

    def __init__(self, objects: Objects) -> None:
        self._objects = objects
        self._parsed: dict[str, tuple[Prop, ...]] = {}

    def __getitem__(self, name: str) -> tuple[Prop, ...]:
        if name not in self._parsed:
            self._parsed[name] = tuple(parse(key, text) for key, text in self._objects[name].items())
        return self._parsed[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._objects)


@cache
def _parameter_names(path: str) -> tuple[str, ...]:
    return tuple(re.findall(r"{([^}]+)}", path))


@dataclass(frozen=True)
class Endpoint:
    """A path of Azure Resource Manager with what may stand in its braces and after its question mark."""

    token: str
    path: str
    api_version: str
    parameters: Table = field(default_factory=dict)
    query: Table = field(default_factory=dict)

    @cached_property
    def path_parameters(self) -> tuple[Prop, ...]:
        """Those that the program gives (`subscriptionId` is the provider's own), in the path's order; strings all."""
        return tuple(
            parse(name, self.parameters.get(name, "str"))
            for name in _parameter_names(self.path)
            if name != "subscriptionId"
        )

    @cached_property
    def query_parameters(self) -> tuple[Prop, ...]:
        return tuple(parse(name, text) for name, text in self.query.items())


@dataclass(frozen=True)
class ResourceType(Endpoint):
    """One resource type. `root` sits at the body's top, `flattened` under `properties` although the program sees it
    at the top.

    `query`: inputs that a PUT carries after the question mark. `put_lro` / `delete_lro`: the specification marks the
    operation as long-running. `custom`: the name of the hand-written behaviour (see `custom.py`). `versioned`: has an
    API version of its own to report. `unsupported`: inputs of the SDK that are refused.
    """

    root: Table = field(default_factory=dict)
    flattened: Table = field(default_factory=dict)
    objects: Objects = field(default_factory=dict)
    put_lro: bool = False
    delete_lro: bool = False
    custom: str = ""
    versioned: bool = True
    unsupported: tuple[str, ...] = ()

    @cached_property
    def shapes(self) -> Shapes:
        return Shapes(self.objects)

    @cached_property
    def properties(self) -> tuple[Prop, ...]:
        """Everything in the body, requests and answers."""
        return (
            *(parse(name, text) for name, text in self.root.items()),
            *(parse(name, text, ("properties",)) for name, text in self.flattened.items()),
        )

    @cached_property
    def inputs(self) -> tuple[Prop, ...]:
        return tuple(prop for prop in self.properties if not prop.readonly)

    @cached_property
    def outputs(self) -> tuple[Prop, ...]:
        """What an answer may hold; every type of Azure's own has an `id` in it (the recorded exchanges show it)."""
        own = tuple(prop for prop in self.properties if not prop.writeonly)
        return (*own, parse("id", "str readonly")) if self.versioned else own

    @cached_property
    def name_parameter(self) -> str | None:
        """The path parameter that may be named automatically: the last segment of the path."""
        names = _parameter_names(self.path)
        return names[-1] if names and self.path.endswith("{" + names[-1] + "}") else None


@dataclass(frozen=True)
class Invoke(Endpoint):
    """A function: `getX` (GET) or `listX` (POST `{}`). `getter` adds `azureApiVersion` to the answer."""

    method: str = "GET"
    response: tuple[Prop, ...] = ()
    shapes: Shapes = field(default_factory=lambda: Shapes({}))
    getter: bool = False


def getter(of: ResourceType, token: str, **more: str) -> Invoke:
    """The `getX` of a resource type: the same path and answer; `more` are query parameters."""
    return Invoke(
        token, of.path, of.api_version, of.parameters, query=more, response=of.outputs, shapes=of.shapes, getter=True
    )


def lister(of: ResourceType, token: str, action: str, response: Table, objects: Objects, **more: str) -> Invoke:
    """A `listX` of a resource type: POST to an action under its path; `more` are query parameters."""
    return Invoke(
        token,
        f"{of.path}/{action}",
        of.api_version,
        of.parameters,
        query=more,
        method="POST",
        response=tuple(parse(name, text) for name, text in response.items()),
        shapes=Shapes(objects),
    )
