"""Receipts of a stack on this machine, as runs leave them: of as many services as a test wants, and over a week."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from .chromium import Chromium

VAULT = "/subscriptions/s/resourceGroups/rg/providers/Microsoft.KeyVault/vaults/kv-ml"
OURS, WORKSPACE = "c1c1c1c1-0000-4000-8000-000000000001", "99999999-0000-4000-8000-000000000001"
GET, ALL = {"secrets": ["get"]}, {"keys": ["get", "list"], "secrets": ["get", "list", "set"]}
Body = dict[str, Any]


def stranger(number: int) -> str:
    return f"b0b0b0b0-0000-4000-8000-{number:012}"


def operation(name: str, type: str, start: float, seconds: float, *needs: str, did: str = "create") -> Body:
    return {"name": name, "type": type, "operation": did, "start": start, "seconds": seconds, "needs": list(needs)}


def operations(services: int) -> list[Body]:
    """What `pulumi up` asks for: the group, what the workspace stands on, and four of each service."""
    native, ours = "azure-native:x:", "pulumi-python:dynamic/holdfast:"
    rows = [
        operation("group", f"{native}ResourceGroup", 0.8, 0.4),
        operation("vault", f"{native}Vault", 1.2, 0.5, "group"),
        operation("registry", f"{native}Registry", 1.2, 0.1, "group"),
        operation("workspace", f"{native}Workspace", 1.7, 2.0, "group", "registry", "vault"),
        operation("vault-grants", f"{ours}VaultGrants", 3.7, 0.6, "vault", "workspace", did="update"),
        operation("resource-tags", f"{ours}ResourceTags", 0.8, 0.1, did="same"),
    ]
    for number in range(services):
        name = f"wine-{number:03}"
        build, wait = 5 + number % 7, 2 + number % 3
        did = ("create", "update", "same")[number % 3]
        rows += [
            operation(f"model-{name}", f"{ours}ServiceModel", 3.7, 1.0, "workspace", did=did),
            operation(
                f"image-{name}", f"{ours}ServiceImage", 4.7, build, f"model-{name}", "registry", "workspace", did=did
            ),
            operation(
                f"container-{name}", f"{native}ContainerGroup", 4.7 + build, 0.5, "group", f"image-{name}", did=did
            ),
            operation(
                f"service-{name}",
                f"{ours}ServiceStart",
                5.2 + build,
                wait,
                f"container-{name}",
                f"image-{name}",
                did=did,
            ),
        ]
    return sorted(rows, key=lambda row: (row["start"], row["name"]))


def row(principal: str, before: Body, after: Body | None, state: str = "kept", whose: str = "theirs") -> Body:
    return {"principal": principal, "whose": whose, "before": before, "after": after, "state": state}


def receipt(time: str, *policies: Body, services: int = 2, stack: str = "prod", **more: Any) -> Body:
    """A receipt of the third shape. `time` is `DD HH:MM:SS` of January 2026."""
    rows = operations(services)
    took = max(one["start"] + one["seconds"] for one in rows) + 0.3
    return {
        "schema": 3,
        "time": f"2026-01-{time.replace(' ', 'T')}+00:00",
        "project": "holdfast",
        "stack": stack,
        "identity": "eeeeeeee-0000-4000-8000-000000000001",
        "commit": {"id": "ab" * 20, "dirty": False},
        "versions": {"holdfast": "0.1.0", "pulumi": "3.272.0", "pulumi-azure-native": "3.29.0"},
        "vault": {"id": VAULT, "authorization": "access-policies", "apiVersion": "2024-11-01"},
        "neverRestore": [],
        "decisions": [
            {
                "name": "group",
                "kind": "group",
                "type": "x/groups",
                "decision": "create",
                "reason": "absent",
                "id": "/g",
            },
            {
                "name": "pool-system",
                "kind": "pool",
                "type": "x/c/pools",
                "decision": "within",
                "reason": "w",
                "id": "/p",
            },
        ],
        "writes": [],
        "notes": [],
        "vaultChanges": {"settings": {}, "tags": {}},
        "duration": {
            "began": "2026-01-01T00:00:00.000+00:00",
            "seconds": round(took, 3),
            "stages": [
                {"name": "login", "ended": 0.4},
                {"name": "read", "ended": 0.7},
                {"name": "decide", "ended": 0.8},
            ],
        },
        "operations": rows,
        "policies": list(policies),
        "lost": [],
        "putBack": [],
        "missing": [],
        "dropped": [],
        "applications": [],
        **more,
    }


def week() -> list[Body]:
    """A first run, 40 strangers who appear, a template that wipes the vault, and the run that puts ours back."""
    strangers = [stranger(number) for number in range(40)]
    grant = {"write": "grant", "id": VAULT, "principal": OURS, "says": "is given", "permissions": GET}
    lost = [{"objectId": who, "permissions": GET, "tenantId": ""} for who in (*strangers, OURS)]
    first = [row(OURS, {}, GET, "added", "ours"), row(WORKSPACE, {}, ALL, "added", "workspace")]
    kept = [row(OURS, GET, GET, "kept", "ours"), row(WORKSPACE, ALL, ALL, "kept", "workspace")]
    wiped = [row(OURS, {}, GET, "put-back", "ours"), row(WORKSPACE, ALL, ALL, "kept", "workspace")]
    return [
        receipt("01 12:00:00", *first, writes=[grant]),
        receipt("02 12:00:00", *kept, *(row(who, GET, GET) for who in strangers)),
        receipt("03 12:00:00", *kept, *(row(who, GET, GET) for who in strangers)),
        receipt(
            "04 12:00:00",
            *wiped,
            *(row(who, {}, {}, "still-lost") for who in strangers),
            writes=[grant],
            lost=lost,
            putBack=lost[-1:],
            notes=[{"id": "grant-lost", "message": f"{OURS} lost secrets: get"}],
        ),
    ]


@pytest.fixture
def keep(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., list[Path]]:
    """Leaves receipts where runs leave them; the paths."""
    monkeypatch.setenv("HOLDFAST_HOME", str(tmp_path / "home"))
    monkeypatch.delenv("PULUMI_STACK", raising=False)
    monkeypatch.chdir(tmp_path)

    def leave(*bodies: Body) -> list[Path]:
        paths = []
        for number, body in enumerate(bodies):
            folder = tmp_path / "home" / "receipts" / "holdfast" / str(body["stack"])
            folder.mkdir(parents=True, exist_ok=True)
            digits = str(body["time"])[:19].replace("-", "").replace(":", "")
            paths.append(folder / f"receipt-{digits}{number:06}-{number:08x}.json")
            paths[-1].write_text(json.dumps(body), encoding="utf-8")
        return paths

    return leave


@pytest.fixture(scope="session")
def chromium() -> Iterator[Chromium]:
    """One browser for all tests of a worker."""
    browser = Chromium()
    yield browser
    browser.close()
