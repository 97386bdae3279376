"""Which Azure is it? The public cloud, a sovereign one, or whatever `ARM_METADATA_HOSTNAME` describes.

The same rules as the provider's (azure-native's documented settings `environment` and `metadataHost`), so that the
program and the provider always ask the same endpoint.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import requests
from requests.adapters import HTTPAdapter
from urllib3.util.retry import Retry

from holdfast.model.errors import Blame, Fault, HoldfastError

#: Seconds to wait for the description of a cloud: it is one small document from a host that should be near.
METADATA_TIMEOUT = 10.0
#: What is asked before there is a token is asked again like what is asked with one (`client.py`): as often, and after
#: the same answers.
RETRY = Retry(
    total=3,
    status_forcelist=(408, 429, 500, 502, 503, 504),
    allowed_methods=("GET",),
    backoff_factor=0.5,
    retry_after_max=20,
    raise_on_status=False,
)


def patiently() -> requests.Session:
    """A session for what needs no token of Azure's; to be closed."""
    session = requests.Session()
    session.mount("https://", HTTPAdapter(max_retries=RETRY))
    return session


@dataclass(frozen=True, slots=True)
class Cloud:
    """Where to ask, whom to log in with, and for which audience. URLs without a slash at the end.

    `graph` is where Microsoft Graph is, and its audience; empty where the cloud's description names none.
    """

    resource_manager: str
    login: str
    audience: str
    custom: bool = False
    graph: str = ""


#: Where Graph is: "National cloud deployments" (learn.microsoft.com/graph/deployments).
_KNOWN = {
    "public": Cloud(
        "https://management.azure.com",
        "https://login.microsoftonline.com",
        "https://management.core.windows.net",
        graph="https://graph.microsoft.com",
    ),
    "usgovernment": Cloud(
        "https://management.usgovcloudapi.net",
        "https://login.microsoftonline.us",
        "https://management.core.usgovcloudapi.net",
        graph="https://graph.microsoft.us",
    ),
    "china": Cloud(
        "https://management.chinacloudapi.cn",
        "https://login.chinacloudapi.cn",
        "https://management.core.chinacloudapi.cn",
        graph="https://microsoftgraph.chinacloudapi.cn",
    ),
}


def find_cloud(environ: Mapping[str, str], environment: str | None = None, metadata_host: str | None = None) -> Cloud:
    """The cloud that the provider would use; `environment` and `metadata_host` are its settings where they are set.

    Raises HoldfastError `cloud-unknown` for a name nobody knows, `arm-unreachable` where the metadata host is silent.
    """
    host = metadata_host or environ.get("ARM_METADATA_HOSTNAME")
    if host:
        return _described(host)
    name = (environment or environ.get("ARM_ENVIRONMENT") or "public").lower()
    if name in _KNOWN:
        return _KNOWN[name]
    raise HoldfastError(
        [
            Fault(
                "cloud-unknown",
                f"`azure-native:environment` is `{name}`, which is no Azure cloud",
                (("allowed", ", ".join(_KNOWN)),),
                "for another cloud set ARM_METADATA_HOSTNAME to its metadata host",
            )
        ]
    )


def _described(host: str) -> Cloud:
    url = f"https://{host}/metadata/endpoints?api-version=2022-09-01"
    try:
        with patiently() as session:
            answer = session.get(url, timeout=METADATA_TIMEOUT)
        answer.raise_for_status()
        body = answer.json()
        login = body["authentication"]
        return Cloud(
            str(body["resourceManager"]).rstrip("/"),
            str(login["loginEndpoint"]).rstrip("/"),
            str(login["audiences"][0]).rstrip("/"),
            custom=True,
            graph=str(body.get("microsoftGraphResourceId") or "").rstrip("/"),
        )
    except (requests.RequestException, ValueError, KeyError, IndexError, TypeError) as error:
        raise HoldfastError(
            [
                Fault(
                    "arm-unreachable",
                    f"the cloud's metadata host `{host}` does not describe its endpoints",
                    (("asked", url), ("answer", type(error).__name__)),
                    "check ARM_METADATA_HOSTNAME and the network; on the sandbox: `holdfast sandbox status`",
                    Blame.AZURE,
                )
            ]
        ) from error
