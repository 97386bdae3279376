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
