"""Which environment variables point a program at the sandbox? Nothing else about the program changes.

One set for each family of clients: the azure-native and azurerm providers (`ARM_*`), azure-identity and the SDKs
(`AZURE_*`), TLS libraries (`SSL_CERT_FILE`, `REQUESTS_CA_BUNDLE`), and the Pulumi CLI, whose backend must not be the
user's own.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path

from holdfast_sandbox.arm.identity import CLIENT_ID, CLIENT_SECRET, SUBSCRIPTION_ID, TENANT_ID
from holdfast_sandbox.home import BUNDLE, pulumi_dir


def variables(url: str, state: Path, path_entries: Sequence[str], base: Mapping[str, str]) -> dict[str, str]:
    """What to set, on top of `base`, for the sandbox at `url`; makes the Pulumi backend's folder."""
    host = url.removeprefix("https://")
    pulumi = pulumi_dir(state)
    backend = pulumi / "backend"
    backend.mkdir(parents=True, exist_ok=True)
    bundle = str(state / BUNDLE)
    chosen = {
        "ARM_METADATA_HOSTNAME": host,
        "ARM_TENANT_ID": TENANT_ID,
        "ARM_SUBSCRIPTION_ID": SUBSCRIPTION_ID,
        "ARM_CLIENT_ID": CLIENT_ID,
        "ARM_CLIENT_SECRET": CLIENT_SECRET,
        "AZURE_AUTHORITY_HOST": url,
        "AZURE_TENANT_ID": TENANT_ID,
        "AZURE_CLIENT_ID": CLIENT_ID,
        "AZURE_CLIENT_SECRET": CLIENT_SECRET,
        "AZURE_SUBSCRIPTION_ID": SUBSCRIPTION_ID,
        "SSL_CERT_FILE": bundle,
        "REQUESTS_CA_BUNDLE": bundle,
        "PULUMI_HOME": str(pulumi),
        "PULUMI_BACKEND_URL": backend.as_uri(),
        # Without these each run waits for hosts that a machine without internet cannot reach.
        "PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION": "true",
        "PULUMI_SKIP_UPDATE_CHECK": "true",
    }
    if "PULUMI_CONFIG_PASSPHRASE" not in base and "PULUMI_CONFIG_PASSPHRASE_FILE" not in base:
        chosen["PULUMI_CONFIG_PASSPHRASE"] = ""
    if path_entries:
        rest = [entry for entry in base.get("PATH", "").split(os.pathsep) if entry and entry not in path_entries]
        chosen["PATH"] = os.pathsep.join([*path_entries, *rest])
    if any(name.lower() in {"http_proxy", "https_proxy", "all_proxy"} for name in base):
        for name in ("NO_PROXY", "no_proxy"):
            chosen[name] = ",".join(filter(None, [base.get(name), "localhost", "127.0.0.1"]))
    return chosen
