"""What does a managed cluster look like? Validation, defaults, and what it keeps for life; no state.

The shape is that of learn.microsoft.com/rest/api/aks/managed-clusters; the defaults are those that the real provider's
recorded cluster shows. What a PUT leaves out stays as it is; tags, labels and taints go. Endpoints lie under
`.invalid`: no client of the sandbox may reach a real cluster.
"""

from __future__ import annotations

import hashlib
import ipaddress
import re
import uuid
from typing import Any

from holdfast_sandbox.arm.exceptions import invalid_request_content
from holdfast_sandbox.arm.identity import TENANT_ID
from holdfast_sandbox.arm.services.containerservice import exceptions, versions
from holdfast_sandbox.arm.services.containerservice.values import chosen, refuse_what_is_not_served, same, typed
from holdfast_sandbox.arm.store import Json

# The patterns of the specification (resourceName) and of its dnsPrefix.
NAME = re.compile(r"[a-zA-Z0-9]|[a-zA-Z0-9][-_a-zA-Z0-9]{0,61}[a-zA-Z0-9]")
_DNS_PREFIX = re.compile(r"[a-zA-Z0-9]([a-zA-Z0-9-]{0,52}[a-zA-Z0-9])?")
_HOST = "azmk8s.sandbox.invalid"
MAX_NODE_GROUP = 80  # learn.microsoft.com/azure/aks/faq, the node resource group's name
MAX_RANGES = 200  # learn.microsoft.com/azure/aks/api-server-authorized-ip-ranges

_OBJECTS = (
    *("addonProfiles", "autoScalerProfile", "metricsProfile", "nodeResourceGroupProfile", "securityProfile"),
    *("storageProfile", "upgradeSettings", "workloadAutoScalerProfile"),
)
_NOT_SERVED = (
    *("aiToolchainOperatorProfile", "azureMonitorProfile", "bootstrapProfile", "diskEncryptionSetID"),
    *("fqdnSubdomain", "httpProxyConfig", "ingressProfile", "nodeProvisioningProfile", "podIdentityProfile"),
    *("serviceMeshProfile", "windowsProfile"),
)
_API_SERVER = (
    *("disableRunCommand", "enablePrivateCluster", "enablePrivateClusterPublicFQDN", "enableVnetIntegration"),
)
_UPGRADES: dict[str, tuple[str, ...]] = {
    "upgradeChannel": ("none", "patch", "stable", "rapid", "node-image"),
    "nodeOSUpgradeChannel": ("None", "Unmanaged", "NodeImage", "SecurityPatch"),
}
# Add-ons that need nothing the sandbox lacks; others only turned off.
_ADDONS = {"azurepolicy", "azurekeyvaultsecretsprovider", "omsagent"}


def checked_name(name: str) -> str:
    if not NAME.fullmatch(name):
        raise exceptions.invalid_parameter("resourceName")
    return name


def checked_sku(body: Json, before: Json | None) -> Json:
    """Free unless said otherwise; Automatic clusters are not served."""
    given = body.get("sku")
    if not isinstance(given, dict):
        return before or {"name": "Base", "tier": "Free"}
    if str(given.get("name") or "Base").lower() == "automatic":
        raise exceptions.not_served("sku.name")
    names = {"name": ("Base", "Basic")}
    chosen(given, names, "sku")
    tier = chosen(given, {"tier": ("Free", "Standard", "Premium")}, "sku").get("tier")
    return {"name": "Base", "tier": tier or (before or {}).get("tier", "Free")}


def properties_of(body: Json) -> Json:
    given = body.get("properties") or {}
    if not isinstance(given, dict):
        raise invalid_request_content("properties must be an object")
    return given


def born(name: str, group: str, location: str, given: Json) -> Json:
    """What a cluster has from its first day on."""
    refuse_what_is_not_served(given, ("fqdnSubdomain",), "")
    prefix = given.get("dnsPrefix")
    if not prefix:
        raise exceptions.missing_parameter("dnsPrefix")
    if not isinstance(prefix, str) or not _DNS_PREFIX.fullmatch(prefix):
        raise exceptions.invalid_parameter("dnsPrefix")
    return {
        "powerState": {"code": "Running"},
        "dnsPrefix": prefix,
        "enableRBAC": True,
        "nodeResourceGroup": _node_group(name, group, location, given),
        "maxAgentPools": 100,
        "resourceUID": hashlib.sha256(uuid.uuid4().bytes).hexdigest()[:24],
        "servicePrincipalProfile": {"clientId": "msi"},
        "supportPlan": versions.OFFICIAL,
        "autoUpgradeProfile": {"nodeOSUpgradeChannel": "NodeImage"},
        "oidcIssuerProfile": {"enabled": False},
        "securityProfile": {},
        "storageProfile": {
            name: {"enabled": True} for name in ("diskCSIDriver", "fileCSIDriver", "snapshotController")
        },
        "workloadAutoScalerProfile": {},
    }


def wanted(given: Json, before: Json, location: str, new: bool) -> Json:
    """`before` with what the request sets: all but version, network, pools and identities."""
    refuse_what_is_not_served(given, _NOT_SERVED, "")
    _check_principal(given)
    _refuse_fixed(given, before, new)
    after = {**before, **typed(given, ("disableLocalAccounts",), bool, "properties")}
    if new:
        after |= typed(given, ("enableRBAC",), bool, "properties")
        after |= typed(given, ("linuxProfile",), dict, "properties")
    after |= chosen(
        given,
        {"supportPlan": (versions.OFFICIAL, versions.LTS), "publicNetworkAccess": ("Enabled", "Disabled")},
        "properties",
    )
    for key, value in typed(given, _OBJECTS, dict, "properties").items():
        after[key] = {**after.get(key, {}), **value}
    _check_objects(after)
    after["autoUpgradeProfile"] = {
        **before["autoUpgradeProfile"],
        **chosen(_object(given, "autoUpgradeProfile"), _UPGRADES, "autoUpgradeProfile"),
    }
    after["oidcIssuerProfile"] = _oidc(_object(given, "oidcIssuerProfile"), before["oidcIssuerProfile"], location)
    for key, profile in (
        ("aadProfile", _aad(_object(given, "aadProfile"), before.get("aadProfile"))),
        ("apiServerAccessProfile", _api_server(_object(given, "apiServerAccessProfile"), before, new)),
    ):
        if profile is not None:
            after[key] = profile
    return after | _hosts(after, location)


def kubelet_wanted(given: Json) -> str | None:
    """The id of the identity that the request has for the kubelet; None: Azure's own choice, or as it is."""
    profile = _object(given, "identityProfile")
    named = next((value for key, value in profile.items() if key.lower() == "kubeletidentity"), None)
    if set(map(str.lower, profile)) - {"kubeletidentity"}:
        raise exceptions.not_served("identityProfile")
    if named is None:
        return None
    if not isinstance(named, dict) or not isinstance(named.get("resourceId"), str):
        raise exceptions.invalid_parameter("identityProfile.kubeletidentity.resourceId")
    return str(named["resourceId"])


def _node_group(name: str, group: str, location: str, given: Json) -> str:
    asked = given.get("nodeResourceGroup")
    if asked is None or asked == "":
        return f"MC_{group}_{name}_{location}"[:MAX_NODE_GROUP]
    if not isinstance(asked, str) or len(asked) > MAX_NODE_GROUP or not re.fullmatch(r"[\w.()-]*[\w()-]", asked):
        raise exceptions.invalid_parameter("nodeResourceGroup")
    return asked


def _check_principal(given: Json) -> None:
    """Clusters have managed identities here; a service principal's secret is nothing the sandbox wants."""
    client = _object(given, "servicePrincipalProfile").get("clientId")
    if client not in (None, "", "msi"):
        raise exceptions.not_served("servicePrincipalProfile.clientId")


def _refuse_fixed(given: Json, before: Json, new: bool) -> None:
    if new:
        return
    for name in ("dnsPrefix", "nodeResourceGroup", "enableRBAC"):
        if given.get(name) not in (None, "") and not same(given[name], before.get(name)):
            raise exceptions.property_change_not_allowed(name)
    linux = given.get("linuxProfile")
    if linux is not None and linux != before.get("linuxProfile"):
        # github.com/Azure/AKS/issues/57
        raise exceptions.property_change_not_allowed("linuxProfile.ssh.publicKeys.keyData")


def _check_objects(after: Json) -> None:
    for name, addon in (after.get("addonProfiles") or {}).items():
        if isinstance(addon, dict) and addon.get("enabled") and name.lower() not in _ADDONS:
            raise exceptions.not_served(f"addonProfiles.{name}")
    refuse_what_is_not_served(after["securityProfile"], ("azureKeyVaultKms", "defender"), "securityProfile")
    workload = after["securityProfile"].get("workloadIdentity")
    if workload is not None and not isinstance(workload, dict):
        raise invalid_request_content("securityProfile.workloadIdentity must be an object")


def _oidc(given: Json, before: Json, location: str) -> Json:
    enabled = given.get("enabled")
    if enabled is False and before["enabled"]:
        raise exceptions.oidc_issuer_stays()
    if not enabled or before["enabled"]:
        return before
    issuer = f"https://{location}.oic.{_HOST}/{TENANT_ID}/{uuid.uuid4()}/"
    return {"enabled": True, "issuerURL": issuer}


def _aad(given: Json, before: Json | None) -> Json | None:
    """Entra integration, managed by Azure; once on, it stays (learn.microsoft.com/azure/aks/enable-authentication)."""
    if not given:
        return before
    refuse_what_is_not_served(given, ("clientAppID", "serverAppID", "serverAppSecret"), "aadProfile")
    if not given.get("managed") and before is None:
        raise exceptions.invalid_parameter("aadProfile.managed")
    groups = typed(given, ("adminGroupObjectIDs",), list, "aadProfile").get("adminGroupObjectIDs")
    known = before or {"adminGroupObjectIDs": None, "enableAzureRBAC": False, "tenantID": TENANT_ID}
    after = {**known, "managed": True, **typed(given, ("enableAzureRBAC",), bool, "aadProfile")}
    if groups is not None:
        after["adminGroupObjectIDs"] = groups
    if given.get("tenantID"):
        after["tenantID"] = given["tenantID"]
    return after


def _api_server(given: Json, before: Json, new: bool) -> Json | None:
    known: Json | None = before.get("apiServerAccessProfile")
    if not given:
        return known
    refuse_what_is_not_served(given, ("enableVnetIntegration", "subnetId"), "apiServerAccessProfile")
    zone = given.get("privateDNSZone")
    if zone is not None and str(zone).lower() not in ("system", "none", ""):
        raise exceptions.not_served("apiServerAccessProfile.privateDNSZone")
    asked = typed(given, _API_SERVER, bool, "apiServerAccessProfile")
    private = bool((known or {}).get("enablePrivateCluster"))
    if not new and asked.get("enablePrivateCluster", private) != private:
        raise exceptions.property_change_not_allowed("apiServerAccessProfile.enablePrivateCluster")
    after = {**(known or {}), **asked}
    if "authorizedIPRanges" in given:
        after["authorizedIPRanges"] = [_range(text) for text in given["authorizedIPRanges"] or []]
    if zone:
        after["privateDNSZone"] = zone
    ranges = after.get("authorizedIPRanges") or []
    if len(ranges) > MAX_RANGES or (ranges and after.get("enablePrivateCluster")):
        raise exceptions.invalid_parameter("apiServerAccessProfile.authorizedIPRanges")
    if after.get("enablePrivateCluster"):
        after.setdefault("privateDNSZone", "system")
        after.setdefault("enablePrivateClusterPublicFQDN", True)
    return after


def _range(text: Any) -> str:
    """A range as Azure shows it: an address alone is a /32."""
    try:
        return str(ipaddress.IPv4Network(str(text)))
    except ValueError:
        raise exceptions.invalid_parameter("apiServerAccessProfile.authorizedIPRanges") from None


def _hosts(cluster: Json, location: str) -> Json:
    """The API server's names: one that all resolve, one for the private network, or both."""
    mark = hashlib.sha256(cluster["resourceUID"].encode()).hexdigest()[:8]
    stem = f"{cluster['dnsPrefix'].lower()}-{mark}"
    access = cluster.get("apiServerAccessProfile") or {}
    private = f"{stem}.{uuid.uuid5(uuid.UUID(TENANT_ID), stem)}.privatelink.{location}.{_HOST}"
    hosts: Json = {"azurePortalFQDN": f"{stem}.portal.hcp.{location}.{_HOST}"}
    if access.get("enablePrivateCluster"):
        hosts["privateFQDN"] = private
    if not access.get("enablePrivateCluster") or access.get("enablePrivateClusterPublicFQDN"):
        hosts["fqdn"] = f"{stem}.hcp.{location}.{_HOST}"
    return hosts


def _object(given: Json, name: str) -> Json:
    value = given.get(name)
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise invalid_request_content(f"properties.{name} must be an object")
    return value
