"""Do container groups go into the subnets that the sandbox serves, and only into those that are delegated to them?"""

from __future__ import annotations

from typing import Any

import pytest
import requests

VERSION = "2024-05-01-preview"


def refused(answer: requests.Response) -> tuple[int, str, str]:
    body = answer.json()["error"]
    return answer.status_code, body["code"], body["message"]


@pytest.mark.source("github.com/Azure/dev-box-images/issues/8")
def test_a_subnet_must_be_there_and_be_delegated(sandbox, group, unique) -> None:
    """SubnetMissingRequiredDelegation; with the delegation the group gets a private address."""
    network = f"{sandbox.subscription}/resourceGroups/{group}/providers/Microsoft.Network/virtualNetworks/net"
    subnets = [
        {"name": "plain", "properties": {"addressPrefix": "10.0.0.0/24"}},
        {
            "name": "aci",
            "properties": {
                "addressPrefix": "10.0.1.0/24",
                "delegations": [
                    {"name": "aci", "properties": {"serviceName": "Microsoft.ContainerInstance/containerGroups"}}
                ],
            },
        },
    ]
    space = {"addressSpace": {"addressPrefixes": ["10.0.0.0/16"]}, "subnets": subnets}
    made_network = sandbox.request("PUT", network, "2024-05-01", {"location": "westeurope", "properties": space})
    assert made_network.status_code in (200, 201), made_network.text
    name = unique("cg")
    where = f"{sandbox.subscription}/resourceGroups/{group}"
    path = f"{where}/providers/Microsoft.ContainerInstance/containerGroups/{name}"

    def put(**more: Any) -> requests.Response:
        resources = {"requests": {"cpu": 1, "memoryInGB": 1}}
        containers = [{"name": "app", "properties": {"image": "nginx", "resources": resources}}]
        properties = {"containers": containers, "osType": "Linux", **more}
        return sandbox.request("PUT", path, VERSION, {"location": "westeurope", "properties": properties})

    def put_into(subnet: str) -> requests.Response:
        address = {"type": "Private", "ports": [{"port": 80}]}
        return put(ipAddress=address, subnetIds=[{"id": f"{network}/subnets/{subnet}"}])

    assert refused(put_into("nowhere"))[:2] == (400, "ResourceNotFound")
    assert refused(put_into("plain")) == (
        400,
        "SubnetMissingRequiredDelegation",
        f"Subnet missing required delegation 'Microsoft.ContainerInstance' for container group '{name}'.",
    )
    assert put_into("aci").json()["properties"]["ipAddress"]["ip"].startswith("10.0.1.")
    assert refused(put())[1] == "InvalidContainerGroupUpdate"
