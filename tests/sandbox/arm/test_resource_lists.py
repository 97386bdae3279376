"""Do the lists of resources, and the tags of anything, behave?"""

from __future__ import annotations

import time
import uuid

import pytest

from holdfast_sandbox.arm import identity

LIST = "learn.microsoft.com/rest/api/resources/resources/list-by-resource-group"
TAGS = "learn.microsoft.com/rest/api/resources/tags"


def make_vault(server, group: str, name: str | None = None, tags: dict[str, str] | None = None) -> str:
    """A vault; its id."""
    name = name or f"kv-{uuid.uuid4().hex[:12]}"
    body = {
        "location": "westeurope",
        "tags": tags or {},
        "properties": {
            "tenantId": identity.TENANT_ID,
            "sku": {"family": "A", "name": "standard"},
            "accessPolicies": [],
        },
    }
    path = f"resourceGroups/{group}/providers/Microsoft.KeyVault/vaults/{name}"
    answer = server.request("PUT", path, body, version="2024-11-01")
    assert answer.status_code == 200, answer.text
    return str(answer.json()["id"])


def listed(server, group: str, **params: str) -> list[dict[str, object]]:
    answer = server.request("GET", f"resourceGroups/{group}/resources", params=params)
    assert answer.status_code == 200, answer.text
    return list(answer.json()["value"])


@pytest.mark.source(LIST)
def test_a_group_lists_what_is_tracked(server, group) -> None:
    """The list has the vault with its tags, not the secret in it, and nothing of another group."""
    vault = make_vault(server, group, tags={"team": "ml"})
    server.request("PUT", f"{vault}/secrets/s", {"properties": {"value": "v"}}, version="2024-11-01")
    (row,) = listed(server, group)
    assert row == {
        "id": vault,
        "name": vault.rpartition("/")[2],
        "type": "Microsoft.KeyVault/vaults",
        "location": "westeurope",
        "tags": {"team": "ml"},
    }
    (row,) = listed(server, group, **{"$expand": "createdTime,provisioningState"})
    assert row["provisioningState"] == "Succeeded"
    assert "createdTime" in row
    assert "changedTime" not in row
    client = server.resources()
    assert vault in [one.id for one in client.resources.list_by_resource_group(group)]
    assert vault in [one.id for one in client.resources.list(filter="resourceType eq 'Microsoft.KeyVault/vaults'")]


@pytest.mark.source(LIST)
def test_filters_choose(server, group) -> None:
    """By type, name, location, tag; joined by and / or; a wrong filter is refused."""
    one = make_vault(server, group, tags={"Env": "dev"})
    two = make_vault(server, group, tags={"env": "prod"})
    name = one.rpartition("/")[2]

    def ids(text: str) -> set[object]:
        return {row["id"] for row in listed(server, group, **{"$filter": text})}

    assert ids("resourceType eq 'microsoft.keyvault/VAULTS'") == {one, two}
    assert ids("resourceType eq 'Microsoft.Storage/storageAccounts'") == set()
    assert ids(f"name eq '{name.upper()}' and resourceType eq 'Microsoft.KeyVault/vaults'") == {one}
    assert ids(f"name ne '{name}'") == {two}
    assert ids("location eq 'West Europe'") == {one, two}
    assert ids(f"substringof('{name[3:]}', name)") == {one}
    assert ids("tagName eq 'env'") == {one, two}
    assert ids("tagName eq 'env' and tagValue eq 'prod'") == {two}
    assert ids(f"name eq '{name}' or tagName eq 'env' and tagValue eq 'prod'") == {one, two}
    for wrong in ("name", "tagName eq 'env' and name eq 'x'", "tagValue eq 'x'", "colour eq 'red'"):
        answer = server.request("GET", f"resourceGroups/{group}/resources", params={"$filter": wrong})
        assert (answer.status_code, answer.json()["error"]["code"]) == (400, "InvalidFilterInQueryString")


@pytest.mark.source(LIST)
def test_a_list_pages(server, group) -> None:
    """`$top` cuts, `nextLink` goes on with the same filter; nothing is missed or told twice."""
    wanted = sorted(make_vault(server, group) for _ in range(5))
    page = server.request("GET", f"resourceGroups/{group}/resources", params={"$top": "2"}).json()
    seen = [row["id"] for row in page["value"]]
    while "nextLink" in page:
        page = server.request("GET", page["nextLink"].removeprefix(server.url), version=None).json()
        seen += [row["id"] for row in page["value"]]
    assert seen == wanted
    for top in ("0", "x"):
        assert server.request("GET", f"resourceGroups/{group}/resources", params={"$top": top}).status_code == 400


@pytest.mark.unverified
@pytest.mark.slow
def test_the_list_may_lag_and_differ_in_case(own_server) -> None:
    """With the switches on, the list shows a create, a change and a deletion late, and ids in another letter case."""
    server = own_server("--list-lag", "1.5", "--list-recase")
    server.request("PUT", "resourceGroups/rg-lag", {"location": "westeurope"})
    vault = make_vault(server, "rg-lag", tags={"a": "1"})
    assert listed(server, "rg-lag") == []

    def settled() -> list[dict[str, object]]:
        time.sleep(1.6)
        return listed(server, "rg-lag")

    (row,) = settled()
    assert row["id"] != vault
    assert str(row["id"]).lower() == vault.lower()
    assert "/resourceGroups/RG-LAG/" in str(row["id"])
    server.request("PATCH", vault, {"tags": {"a": "2"}}, version="2024-11-01")
    assert listed(server, "rg-lag") == [row]
    assert settled()[0]["tags"] == {"a": "2"}
    server.request("DELETE", vault, version="2024-11-01")
    assert listed(server, "rg-lag")[0]["tags"] == {"a": "2"}
    assert settled() == []


@pytest.mark.source(TAGS)
def test_tags_are_set_at_any_scope(server, group) -> None:
    """PUT, PATCH (Merge, Replace, Delete) and DELETE of the tags of a vault, a group and the subscription."""
    scopes = [make_vault(server, group), f"{server.subscription_path}/resourceGroups/{group}", server.subscription_path]
    for scope in scopes:

        def tags(method: str, body: object = None, scope: str = scope) -> dict[str, str]:
            answer = server.request(
                method, f"{scope}/providers/Microsoft.Resources/tags/default", body, version="2021-04-01"
            )
            assert answer.status_code == 200, answer.text
            return dict(answer.json()["properties"]["tags"]) if answer.content else {}

        def patch(operation: str, **given: str) -> dict[str, str]:
            return tags("PATCH", {"operation": operation, "properties": {"tags": given}})

        assert tags("PUT", {"properties": {"tags": {"a": "1", "b": "2"}}}) == {"a": "1", "b": "2"}
        assert patch("Merge", A="3", c="4") == {"a": "3", "b": "2", "c": "4"}
        assert patch("Delete", a="other", b="2", c="") == {"a": "3"}
        assert patch("Replace", d="5") == {"d": "5"}
        assert tags("GET") == {"d": "5"}
        assert tags("DELETE") == {}
        assert tags("GET") == {}
    refused = server.request(
        "PATCH",
        f"{scopes[0]}/providers/Microsoft.Resources/tags/default",
        {"operation": "Shuffle", "properties": {"tags": {}}},
        version="2021-04-01",
    )
    assert refused.status_code == 400
    gone = f"{scopes[1]}-none/providers/Microsoft.Resources/tags/default"
    assert server.request("GET", gone, version="2021-04-01").json()["error"]["code"] == "ResourceGroupNotFound"


@pytest.mark.source("learn.microsoft.com/rest/api/resources/subscriptions")
def test_subscriptions_tenants_locations_and_providers_answer(server) -> None:
    """What the CLI and the SDKs ask first: the one subscription and tenant, the regions, the registered providers."""
    (subscription,) = server.request("GET", "/subscriptions", version="2022-12-01").json()["value"]
    assert (subscription["subscriptionId"], subscription["displayName"], subscription["state"]) == (
        identity.SUBSCRIPTION_ID,
        "Holdfast sandbox",
        "Enabled",
    )
    assert server.request("GET", server.subscription_path, version="2022-12-01").json() == subscription
    assert server.request("GET", "/tenants", version="2022-12-01").json()["value"][0]["tenantId"] == identity.TENANT_ID
    regions = server.request("GET", "locations", version="2022-12-01").json()["value"]
    assert "westeurope" in [region["name"] for region in regions]
    providers = {one.namespace: one for one in server.resources().providers.list()}
    assert providers["Microsoft.KeyVault"].registration_state == "Registered"
    assert "vaults" in [kind.resource_type for kind in providers["Microsoft.KeyVault"].resource_types]
    assert server.resources().providers.register("microsoft.keyvault").namespace == "Microsoft.KeyVault"
    assert server.request("GET", "providers/Microsoft.Nothing").status_code == 404
