"""How does one log in to a cluster? The kubeconfigs that the credential actions answer, in base64.

Nothing in them opens anything: the server's name never resolves, and certificate, key and token are made up with the
cluster. With Entra integration the user's kubeconfig has no credential at all: kubelogin fetches a token
(learn.microsoft.com/azure/aks/control-kubeconfig-access, /kubelogin-authentication).
"""

from __future__ import annotations

import base64
import json
import uuid

from holdfast_sandbox.arm.identity import TENANT_ID
from holdfast_sandbox.arm.services.containerservice import exceptions
from holdfast_sandbox.arm.store import Json, Resource

# The application that stands for all AKS API servers in Entra (learn.microsoft.com/azure/aks/kubelogin-authentication).
_SERVER_APPLICATION = "6dae42f8-4368-4678-94ff-3960e28e3630"
# kubelogin's own client.
_CLIENT_APPLICATION = "80faf920-1908-4b52-b5ef-a8e7bedfc67a"


def secrets() -> Json:
    """What a new cluster keeps for its local accounts."""
    return {name: uuid.uuid4().hex for name in ("authority", "admin", "user", "token")}


def admin(cluster: Resource) -> Json:
    """The local administrator's; refused where local accounts are off."""
    if cluster.body["properties"].get("disableLocalAccounts"):
        raise exceptions.static_credential_not_allowed()
    who = f"clusterAdmin_{cluster.group}_{cluster.name}"
    return _answer("clusterAdmin", _config(cluster, who, _local(cluster, "admin"), f"{cluster.name}-admin"))


def user(cluster: Resource, how: str) -> Json:
    """The user's: by Entra where the cluster has it (`how`: `exec` or `azure`), a local account otherwise."""
    properties = cluster.body["properties"]
    who = f"clusterUser_{cluster.group}_{cluster.name}"
    if properties.get("aadProfile"):
        if how.lower() == "azure":
            raise exceptions.not_served("format")
        return _answer("clusterUser", _config(cluster, who, {"exec": _kubelogin()}, cluster.name))
    if properties.get("disableLocalAccounts"):
        raise exceptions.static_credential_not_allowed()
    return _answer("clusterUser", _config(cluster, who, _local(cluster, "user"), cluster.name))


def _local(cluster: Resource, who: str) -> Json:
    kept = cluster.private["secrets"]
    return {
        "client-certificate-data": _base64(f"sandbox certificate {kept[who]}"),
        "client-key-data": _base64(f"sandbox key {kept[who]}"),
        "token": kept["token"],
    }


def _kubelogin() -> Json:
    arguments = [
        *("get-token", "--environment", "AzurePublicCloud", "--server-id", _SERVER_APPLICATION),
        *("--client-id", _CLIENT_APPLICATION, "--tenant-id", TENANT_ID, "--login", "devicecode"),
    ]
    return {
        "apiVersion": "client.authentication.k8s.io/v1beta1",
        "command": "kubelogin",
        "args": arguments,
        "env": None,
        "provideClusterInfo": False,
    }


def _config(cluster: Resource, who: str, credential: Json, context: str) -> Json:
    properties = cluster.body["properties"]
    host = properties.get("privateFQDN") or properties["fqdn"]
    authority = _base64(f"sandbox authority {cluster.private['secrets']['authority']}")
    return {
        "apiVersion": "v1",
        "kind": "Config",
        "clusters": [
            {
                "name": cluster.name,
                "cluster": {"certificate-authority-data": authority, "server": f"https://{host}:443"},
            }
        ],
        "contexts": [{"name": context, "context": {"cluster": cluster.name, "user": who}}],
        "current-context": context,
        "preferences": {},
        "users": [{"name": who, "user": credential}],
    }


def _answer(name: str, config: Json) -> Json:
    # JSON is YAML: what reads a kubeconfig reads this.
    return {"kubeconfigs": [{"name": name, "value": _base64(json.dumps(config, indent=2))}]}


def _base64(text: str) -> str:
    return base64.b64encode(text.encode()).decode()
