"""Who is behind the object ids of a vault? One question to Microsoft Graph for up to a thousand of them.

Graph is another service than Resource Manager, with an audience and rights of its own (Directory.Read.All for an
application; any person may ask). A login without them still reads and restores vaults: ids are then shown as they are.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from azure.core.credentials import TokenCredential
from azure.core.exceptions import AzureError

from holdfast.arm.client import Answer, ArmClient
from holdfast.arm.cloud import Cloud
from holdfast.model.directory import Directory, Principal

#: Source: learn.microsoft.com/graph/api/directoryobject-getbyids.
MOST_IDS = 1000
#: azure-cli found that `directoryObject` does not stand for all of them (role/custom.py); the last one is a partner's
#: principal, which is no orphan.
TYPES = ("user", "group", "servicePrincipal", "directoryObjectPartnerReference")
#: Names are a comfort: where Graph is out of reach nobody waits for three more tries.
RETRIES = 1

_WORDS = {"servicePrincipal": "service principal", "directoryObjectPartnerReference": "partner"}


class Graph:
    """Microsoft Graph for one login."""

    def __init__(self, cloud: Cloud, credential: TokenCredential) -> None:
        self._credential, self._audience = credential, cloud.graph
        there = replace(cloud, resource_manager=cloud.graph, audience=cloud.graph)
        self._client = ArmClient(there, credential, retries=RETRIES) if cloud.graph else None

    def look_up(self, ids: Iterable[str]) -> Directory:
        """What the directory says of these object ids. Never raises: a refusal is told in `silence`."""
        wanted = sorted({id.lower() for id in ids if id})
        if not wanted:
            return Directory()
        if self._client is None:
            return Directory(silence="this cloud's description names no Microsoft Graph")
        known: dict[str, Principal] = {}
        asked: set[str] = set()
        for start in range(0, len(wanted), MOST_IDS):
            batch = wanted[start : start + MOST_IDS]
            answer = self._client.request(
                "POST", "/v1.0/directoryObjects/getByIds", "", {"ids": batch, "types": list(TYPES)}
            )
            if (
                not answer.readable
                or not isinstance(answer.body.get("value"), list)
                or "@odata.nextLink" in answer.body
            ):
                return Directory(known, frozenset(asked), self._tenant(), _silence(answer))
            asked |= set(batch)
            known |= {row.id: row for row in map(_principal, answer.body["value"])}
        return Directory(known, frozenset(asked), self._tenant())

    def _tenant(self) -> str:
        """Whose directory answers: the tenant that Graph's own token is for; empty where the token does not show it."""
        try:
            token = self._credential.get_token(f"{self._audience}/.default").token
            payload = token.split(".")[1]
            claims = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
            return str(claims["tid"])
        except (AzureError, ValueError, LookupError, TypeError):
            # No token, or one that can't be read: all that is lost is whether an unknown id is an orphan.
            return ""


def _principal(row: dict[str, Any]) -> Principal:
    kind = str(row.get("@odata.type") or "").rpartition(".")[2]
    words = "managed identity" if row.get("servicePrincipalType") == "ManagedIdentity" else _WORDS.get(kind, kind)
    return Principal(str(row.get("id") or "").lower(), words or "principal", str(row.get("displayName") or ""))


def _silence(answer: Answer) -> str:
    if answer.ok:
        return "Microsoft Graph's answer could not be read"
    return f"Microsoft Graph answered {answer.status or 'nothing'} {answer.code}".strip()
