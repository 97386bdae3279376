"""A template that made vaults with access policies makes them with Azure RBAC, since its API version is 2026-02-01.

From that version on a new vault that says nothing of its permission model asks for roles. The policies that the
template lists are stored all the same, and count for nothing. A vault that is there keeps its model.
"""

from collections.abc import Iterator

from holdfast_sandbox.scenarios.stage import Stage, not_shown

SYMPTOMS = ("vault-role-missing",)
HARMLESS = True
_BEFORE, _SINCE = "2023-07-01", "2026-02-01"


def play(stage: Stage) -> Iterator[str]:
    yield stage.provision()
    live = stage.request("GET", stage.ids["vault"], _BEFORE).json()
    principal = stage.stranger.principal(1)
    policy = {"tenantId": stage.stranger.tenant, "objectId": principal, "permissions": {"secrets": ["get", "list"]}}
    properties = {
        "tenantId": stage.stranger.tenant,
        "sku": {"family": "A", "name": "standard"},
        "accessPolicies": [policy],
    }
    body = {"location": live["location"], "properties": properties}
    models = {}
    for version, name in ((_BEFORE, "kv-template-before"), (_SINCE, "kv-template-since")):
        where = f"{stage.ids['vault'].rpartition('/')[0]}/{name}"
        stage.request("PUT", where, version, body).raise_for_status()
        models[version] = stage.request("GET", where, _SINCE).json()["properties"]["enableRbacAuthorization"]
        model = "Azure RBAC" if models[version] else "access policies"
        yield f"a template with API version {version} makes {name}, with one policy: it goes by {model}"
    if models != {_BEFORE: False, _SINCE: True}:
        raise not_shown("two permission models", str(models))
