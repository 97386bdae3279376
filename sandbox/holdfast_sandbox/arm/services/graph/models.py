"""What is asked of the directory, and what does one of its objects look like? Pure: JSON in, JSON out.

Shapes: learn.microsoft.com/graph/api/directoryobject-getbyids and the resources `user`, `group`, `servicePrincipal`.
"""

from __future__ import annotations

import re

from holdfast_sandbox.arm.exceptions import invalid_request_content
from holdfast_sandbox.arm.services.graph import exceptions
from holdfast_sandbox.arm.store import Json

MAX_IDS = 1000  # "You can specify up to 1000 IDs."
KINDS = ("user", "group", "servicePrincipal")
#: Besides `KINDS`: types that may be asked for, of which nobody is here.
_EMPTY = ("device", "directoryObjectPartnerReference")

GUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)


def checked_question(body: Json) -> tuple[list[str], tuple[str, ...]]:
    """The ids in lower case, each once, and the types that are searched (none given: all)."""
    ids, types = body.get("ids"), body.get("types")
    if not isinstance(ids, list) or not all(isinstance(one, str) for one in ids):
        raise exceptions.bad_request("The property 'ids' must be a collection of strings.")
    if len(ids) > MAX_IDS:
        raise exceptions.too_many_ids(len(ids), MAX_IDS)
    for one in ids:
        if not GUID.fullmatch(one):
            raise exceptions.bad_request(f"Invalid GUID:{one}")
    if types is None:
        return list(dict.fromkeys(one.lower() for one in ids)), KINDS
    known = {kind.lower(): kind for kind in (*KINDS, *_EMPTY)}
    if not isinstance(types, list) or not all(str(one).lower() in known for one in types):
        raise exceptions.bad_request(f"The sandbox searches {', '.join(known.values())}.")
    return list(dict.fromkeys(one.lower() for one in ids)), tuple(known[str(one).lower()] for one in types)


def checked_principal(given: Json) -> Json:
    """A principal that the control interface makes known: `{"id", "kind", "name"}`."""
    id, kind, name = given.get("id"), given.get("kind", "user"), given.get("name")
    if not isinstance(id, str) or not GUID.fullmatch(id):
        raise invalid_request_content("id must be a GUID")
    if kind not in KINDS:
        raise invalid_request_content(f"kind must be one of {', '.join(KINDS)}")
    if not isinstance(name, str) or not name:
        raise invalid_request_content("name must be a text")
    return {"id": id.lower(), "kind": kind, "name": name}


def directory_object(id: str, kind: str, name: str) -> Json:
    """An object as the answer has it; few of its properties are here."""
    shown: Json = {"@odata.type": f"#microsoft.graph.{kind}", "id": id, "displayName": name}
    if kind == "user":
        shown["userPrincipalName"] = f"{re.sub(r'[^a-z0-9]+', '.', name.lower()).strip('.')}@sandbox.invalid"
    if kind == "servicePrincipal":
        shown["servicePrincipalType"] = "Application"
    return shown


def managed_identity(id: str, name: str, resource_id: str, *, explicit: bool) -> Json:
    """The service principal of a managed identity; `explicit`: it is user-assigned."""
    names = [f"isExplicit={explicit}", resource_id]
    shown = directory_object(id, "servicePrincipal", name)
    return {**shown, "servicePrincipalType": "ManagedIdentity", "alternativeNames": names}
