"""Which symptoms does no scenario show, and why can the sandbox not produce them?

Together with the scenarios' own `SYMPTOMS` these are all that `holdfast doctor` knows; a test holds that.
"""

from __future__ import annotations

from collections.abc import Mapping

#: The doctor's ids, each with what the sandbox lacks.
UNPLAYED: Mapping[str, str] = {
    "cluster-identity-broken": (
        "It is the extension's agent within the cluster that asks Microsoft Entra ID for tokens; the sandbox installs "
        "the extension and runs no agent."
    ),
    "image-missing": (
        "Resource Manager words a missing image as one that may not be pulled, which is another symptom; what tells "
        "them apart is the registry's own answer, and the sandbox serves no registry's data plane."
    ),
    "namespace-not-found": (
        "Namespaces are made with kubectl, and the sandbox has no Kubernetes API: it takes every namespace for one "
        "that is there."
    ),
    "registry-unreachable": (
        "A firewall before a registry shows where images are pulled through its data plane, which the sandbox does not "
        "serve; its containers start from what it built itself."
    ),
    "scoring-fe-unhealthy": (
        "The front end is a part of the sandbox's own process and no pod of the cluster: it is there as long as the "
        "sandbox is."
    ),
    "scoring-validation-failed": (
        "Azure asks a deployment's scoring route once before it lets it serve; the sandbox lets one serve whose "
        "readiness probe succeeds."
    ),
    "secrets-injection-failed": (
        "The sandbox has no connections of a workspace, and hands variables on as they are written: it resolves no "
        "reference to a secret."
    ),
}
