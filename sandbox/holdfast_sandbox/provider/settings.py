"""Where does the stand-in send its requests?

Provider configuration first (`azure-native:<name>`), then the environment, as the real provider does (`getConfig`).
The endpoints come from `GET https://<metadataHost>/metadata/endpoints?api-version=2022-09-01`
(provider/pkg/azure/cloud/metadata). The stand-in speaks to loopback hosts only: its semantics are emulated, and a
subscription of someone's is no place to try them.
"""

from __future__ import annotations

import ipaddress
import os
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from holdfast_sandbox.provider.transport import Transport, TransportError

METADATA_API_VERSION = "2022-09-01"
# Ours: the real provider waits for ever for a host that took the connection and then says nothing.
METADATA_SECONDS = 30.0
_PREFIX = "azure-native:config:"


class ConfigurationError(Exception):
    """The provider cannot be configured; the message says what is missing."""


class Settings:
    """Configuration values by their Pulumi name, with the environment variable as the second place to look."""

    def __init__(self, variables: Mapping[str, str], environment: Mapping[str, str] | None = None) -> None:
        self._config = {name.removeprefix(_PREFIX): value for name, value in variables.items()}
        self._environment = os.environ if environment is None else environment

    def get(self, name: str, variable: str = "") -> str:
        """The value or an empty string."""
        return self._config[name] if name in self._config else self._environment.get(variable, "")

    def flag(self, name: str, variable: str) -> bool:
        """Whether the value is exactly `true`."""
        return self.get(name, variable) == "true"


@dataclass(frozen=True)
class Cloud:
    """The endpoints of one Azure. URLs without a trailing slash; `vault_suffix` without a leading dot."""

    name: str
    resource_manager: str
    audience: str
    login: str
    graph: str
    vault_suffix: str
    storage_suffix: str


def read_cloud(settings: Settings, transport: Transport) -> Cloud:
    """Ask the metadata host; ConfigurationError when none is named, none answers, or it is not on this machine."""
    host = settings.get("metadataHost", "ARM_METADATA_HOSTNAME")
    if not host:
        raise ConfigurationError(
            "the sandbox's stand-in for pulumi-resource-azure-native needs a metadata host: neither "
            "azure-native:metadataHost nor ARM_METADATA_HOSTNAME is set. Run the command under "
            "`holdfast sandbox run --`, or install the real plugin to deploy to Azure"
        )
    endpoint = (host if "://" in host else f"https://{host}").rstrip("/")
    _require_loopback(endpoint)
    url = f"{endpoint}/metadata/endpoints?api-version={METADATA_API_VERSION}"
    try:
        answer = transport.send("GET", url, {"Accept": "application/json"}, seconds=METADATA_SECONDS)
        if answer.status != 200:
            raise ConfigurationError(f"performing request: expected 200 OK but got {answer.status} {answer.reason}")
        document: Any = answer.json()
        cloud = Cloud(
            name=str(document.get("name", "")),
            resource_manager=str(document["resourceManager"]).rstrip("/"),
            audience=str(document["authentication"]["audiences"][0]),
            login=str(document["authentication"]["loginEndpoint"]).rstrip("/"),
            graph=str(document.get("microsoftGraphResourceId", "")),
            vault_suffix=str(document.get("suffixes", {}).get("keyVaultDns", "")).lstrip("."),
            storage_suffix=str(document.get("suffixes", {}).get("storage", "")),
        )
    except TransportError as error:
        raise ConfigurationError(
            f"failed to get Azure environment metadata from {endpoint}: performing request: {error}"
        ) from None
    except ConfigurationError as error:
        raise ConfigurationError(f"failed to get Azure environment metadata from {endpoint}: {error}") from None
    except (KeyError, IndexError, TypeError, ValueError, AttributeError) as error:
        raise ConfigurationError(
            f"failed to get Azure environment metadata from {endpoint}: unmarshaling response: {error!r}"
        ) from None
    _require_loopback(cloud.resource_manager)
    _require_loopback(cloud.login)
    return cloud


def _require_loopback(url: str) -> None:
    host = urlsplit(url).hostname or ""
    if urlsplit(url).scheme != "https":
        raise ConfigurationError(f"{url}: HTTPS only")
    if host == "localhost" or host.endswith(".localhost"):
        return
    try:
        if ipaddress.ip_address(host).is_loopback:
            return
    except ValueError:
        pass
    raise ConfigurationError(
        f"{url} is not on this machine: the sandbox's stand-in for pulumi-resource-azure-native deploys to the "
        "sandbox only. Install the real plugin to deploy elsewhere"
    )
