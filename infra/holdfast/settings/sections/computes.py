"""Which keys are there under `computes`?

The text beside a key is what the page for people and the editors show: its unit, its default, and why.
"""

# ruff: noqa: RUF009 - `key` declares a field, as `dataclasses.field` does, which the rule knows by name alone

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from holdfast.model.kinds import Kind
from holdfast.model.wanted import WhenExists
from holdfast.settings.keys import Choice, Items, Number, Section, Text, Words, key
from holdfast.settings.sections.named import example_id, part_name_key, part_when_exists_key

#: Kubernetes' own notation (kubernetes.io/docs/reference/kubernetes-api/common-definitions/quantity).
_CPU = r"^\d+(?:\.\d+)?$|^\d+m$"
_MEMORY = r"^\d+(?:\.\d+)?(?:[KMGT]i?|k)?$"
_COMPUTE = f"{example_id(Kind.WORKSPACE)}/computes/NAME"


@dataclass(frozen=True, slots=True)
class InstanceType:
    """One item of `instanceTypes`. `at` is where it stands, for messages."""

    name: str = key(
        Text(
            "1 to 63 lower-case letters, digits and hyphens, no hyphen first or last",
            pattern="^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$",
            example="small",
        ),
        "What a job names it by.",
        required=True,
        empty="",
    )
    cpu: str = key(
        Text("an amount of cores in quotes, such as '2' or '500m'", pattern=_CPU, example="2"),
        "Cores of a pod: asked for, and its limit.",
        required=True,
        empty="",
    )
    memory: str = key(
        Text("an amount of memory such as 8Gi", pattern=_MEMORY, example="8Gi"),
        "Memory of a pod: asked for, and its limit.",
        required=True,
        empty="",
    )
    gpu: int | None = key(Number(1, 64), "GPUs of a pod (`nvidia.com/gpu`).", default="none")
    node_selector: Mapping[str, str] = key(
        Words(), "Labels of the nodes that its pods may run on.", default="any node", make=dict
    )
    at: str = ""


@dataclass(frozen=True, slots=True)
class Compute:
    """One item of `computes`. `at` is where it stands, for messages."""

    name: str = part_name_key(
        # azure-rest-api-specs, machinelearningservices 2025-12-01, the pattern of computeName
        "3 to 24 letters, digits and hyphens, a letter first, no number behind a last hyphen",
        r"^[A-Za-z](?![A-Za-z0-9-]*-[0-9]+$)[A-Za-z0-9-]{2,23}$",
        "cpu",
    )
    id: str | None = key(
        Text("an id of a compute of a workspace", example=_COMPUTE),
        "The id of one that is there, of whatever kind (an AKS cluster that was attached the old way, too): used, never"
        " managed.",
    )
    when_exists: WhenExists | None = part_when_exists_key()
    kind: str = key(
        Choice(
            ("cluster", "instance", "kubernetes"),
            "kind of compute",
            not_taken={
                "aks": "the old way of attaching a cluster breaks what is attached so already: `kind: kubernetes`, or"
                " the `id` of the one that is there"
            },
        ),
        "`cluster` is a cluster of virtual machines that comes and goes with its jobs (AmlCompute), `instance` one"
        " person's machine (ComputeInstance), `kubernetes` a namespace of an AKS cluster.",
        empty="cluster",
        default="cluster",
    )
    size: str | None = key(
        Text("a size of virtual machines", example="Standard_DS3_v2"),
        "The size of its machines. Azure fixes it at creation. All but `kubernetes` need it.",
    )
    min: int | None = key(
        Number(0, 100),
        "Nodes of a cluster that always run, and are always paid.",
        default="0 for a new cluster",
    )
    max: int | None = key(Number(1, 1000), "Nodes of a cluster at the most.", default="4 for a new cluster")
    idle_minutes: int | None = key(
        Number(1, 10080),
        "Minutes after which an idle node is let go, or an idle instance is shut down (15 to 4320 for an instance).",
        default="15 for a new cluster, 60 for a new instance",
    )
    cluster: str | None = key(
        Text("an id of an AKS cluster", example=example_id(Kind.CLUSTER)),
        "Of kind `kubernetes`: the AKS cluster, another one than the environment's. The extension is installed there"
        " already.",
        default="the environment's `cluster`",
    )
    namespace: str | None = key(
        Text(
            "1 to 63 lower-case letters, digits and hyphens, no hyphen first or last",
            pattern="^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$",
            example="ml-team",
        ),
        "Of kind `kubernetes`: the namespace that its jobs and models run in. Azure fixes it at creation.",
        default="default",
    )
    instance_types: tuple[InstanceType, ...] = key(
        Items(Section(InstanceType), 100),
        "Of kind `kubernetes`: what a job can ask for, one item each. One that falls out of the list stays.",
        default="Azure's own, `defaultinstancetype`",
        empty=(),
    )
    default_instance_type: str | None = key(
        Text("a name of `instanceTypes`", example="small"),
        "Of kind `kubernetes`: what a job gets that asks for nothing.",
        default="`defaultinstancetype`",
    )
    at: str = ""
