"""Do resource groups behave, for a client that nobody here wrote?"""

from __future__ import annotations

import uuid

import pytest
from azure.core.exceptions import ResourceNotFoundError


@pytest.mark.source("learn.microsoft.com/rest/api/resources/resource-groups")
def test_a_group_is_created_read_patched_listed_and_deleted(server) -> None:
    """A group passes through its whole life in azure-mgmt-resource."""
    client, name = server.resources(), f"RG-{uuid.uuid4().hex[:8]}"
    made = client.resource_groups.create_or_update(name, {"location": "West Europe", "tags": {"a": "1"}})
    assert (made.name, made.location, made.tags, made.properties.provisioning_state) == (
        name,
        "westeurope",
        {"a": "1"},
        "Succeeded",
    )
    assert client.resource_groups.check_existence(name)
    assert client.resource_groups.get(name.lower()).id == made.id
    assert client.resource_groups.update(name, {"tags": {"b": "2"}}).tags == {"b": "2"}
    assert name in [group.name for group in client.resource_groups.list()]
    assert [group.name for group in client.resource_groups.list(filter="tagName eq 'b' and tagValue eq '2'")] == [name]
    client.resource_groups.begin_delete(name).result()
    assert not client.resource_groups.check_existence(name)
    with pytest.raises(ResourceNotFoundError) as error:
        client.resource_groups.get(name)
    assert error.value.error.code == "ResourceGroupNotFound"
    assert error.value.error.message == f"Resource group '{name}' could not be found."


def refused(answer) -> tuple[int, str]:
    return answer.status_code, answer.json()["error"]["code"]


@pytest.mark.source("learn.microsoft.com/azure/azure-resource-manager/management/resource-name-rules")
@pytest.mark.parametrize("name", ["ends.", "with space", "semi;colon", "a" * 91])
def test_bad_group_names_are_refused(server, name) -> None:
    """Letters, digits, `_-.()`, no final period, at most 90 characters."""
    status, code = refused(server.request("PUT", f"resourceGroups/{name}", {"location": "westeurope"}))
    assert status == 400
    assert code in {"InvalidResourceGroup", "ResourceGroupNameInvalid"}


@pytest.mark.source("learn.microsoft.com/azure/azure-resource-manager/troubleshooting/common-deployment-errors")
def test_a_group_stays_where_it_is(server, group) -> None:
    """A location must be given and known, and never changes; a PUT in the same place replaces the tags."""
    path = f"resourceGroups/{group}"
    assert refused(server.request("PUT", path, {})) == (400, "LocationRequired")
    assert refused(server.request("PUT", path, {"location": "mars"})) == (400, "LocationNotAvailableForResourceGroup")
    moved = server.request("PUT", path, {"location": "northeurope"})
    assert refused(moved) == (409, "InvalidResourceGroupLocation")
    assert moved.json()["error"]["message"].endswith("The Resource group already exists in location 'westeurope'.")
    assert server.request("PUT", path, {"location": "West Europe", "tags": {"a": "1"}}).status_code == 200
    assert server.request("PUT", path, {"location": "westeurope", "tags": {"b": "2"}}).json()["tags"] == {"b": "2"}


@pytest.mark.source("learn.microsoft.com/rest/api/resources/resource-groups")
def test_a_missing_group_is_missing_for_every_verb(server) -> None:
    """GET, PATCH, DELETE and its resource list answer ResourceGroupNotFound; HEAD answers 404."""
    for method, tail in (("GET", ""), ("PATCH", ""), ("DELETE", ""), ("GET", "/resources")):
        answer = server.request(method, f"resourceGroups/rg-none{tail}", {} if method == "PATCH" else None)
        assert refused(answer) == (404, "ResourceGroupNotFound")
    assert server.request("HEAD", "resourceGroups/rg-none").status_code == 404


@pytest.mark.source("learn.microsoft.com/rest/api/resources/subscriptions")
def test_the_subscription_client_sees_one_subscription(server) -> None:
    """azure-mgmt-resource-subscriptions lists the subscription, its tenant and its locations."""
    from azure.mgmt.resource.subscriptions import SubscriptionClient

    client = SubscriptionClient(server.credential(), base_url=server.url, connection_verify=server.bundle)
    (subscription,) = client.subscriptions.list()
    assert subscription.display_name == "Holdfast sandbox"
    assert client.subscriptions.get(subscription.subscription_id).state == "Enabled"
    assert [tenant.tenant_id for tenant in client.tenants.list()] == [subscription.tenant_id]
    assert "westeurope" in [place.name for place in client.subscriptions.list_locations(subscription.subscription_id)]
