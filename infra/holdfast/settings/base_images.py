"""Is that an image that a service can stand on? What Azure Machine Learning publishes, or any whose registry is named.

Nobody asks a registry here: a check of settings needs no network. What Microsoft publishes below
`mcr.microsoft.com/azureml` is known by name, so that a slip of the pen is told before a build of minutes; a new one
that is not listed yet is taken with its digest. Sources: github.com/Azure/AzureML-Containers (images), "Prebuilt Docker
images for inference" and "Azure Machine Learning base images" (Microsoft Learn).
"""

from __future__ import annotations

import re

from holdfast.settings.containers import image_server
from holdfast.settings.faults import Faults
from holdfast.settings.suggestions import did_you_mean

HOST = "mcr.microsoft.com/azureml/"
KNOWN = (
    "openmpi4.1.0-ubuntu20.04",
    "openmpi4.1.0-ubuntu22.04",
    "openmpi5.0-ubuntu24.04",
    "openmpi4.1.0-cuda11.1-cudnn8-ubuntu20.04",
    "openmpi4.1.0-cuda11.2-cudnn8-ubuntu20.04",
    "openmpi4.1.0-cuda11.3-cudnn8-ubuntu20.04",
    "openmpi4.1.0-cuda11.6-cudnn8-ubuntu20.04",
    "openmpi4.1.0-cuda11.8-cudnn8-ubuntu22.04",
    "openmpi5.0-cuda12.4-ubuntu22.04",
    "openmpi5.0-cuda12.5-ubuntu22.04",
    "openmpi5.0-cuda12.6-ubuntu24.04",
    "minimal-ubuntu20.04-py38-cpu-inference",
    "minimal-ubuntu22.04-py39-cpu-inference",
    "minimal-ubuntu22.04-py39-cuda11.8-gpu-inference",
    "minimal-py311-inference",
    "minimal-py312-inference",
    "mlflow-ubuntu20.04-py38-cpu-inference",
)
#: Built by Azure for its curated environments, in great number.
_CURATED = "curated/"
_PART = r"[a-z0-9]+(?:(?:\.|_{1,2}|-+)[a-z0-9]+)*"
_IMAGE = re.compile(
    rf"(?:[a-zA-Z0-9.-]+(?::\d+)?/)?{_PART}(?:/{_PART})*(?::[A-Za-z0-9_][\w.-]{{0,127}})?(?:@sha256:[0-9a-f]{{64}})?"
)


def find_base_image_fault(at: str, image: str, faults: Faults) -> bool:
    """Whether the image can be one; what is wrong is noted in `faults`."""
    says, hint = "", ""
    if not _IMAGE.fullmatch(image):
        says = "is no file of an environment, and no image"
    elif not image_server(image):
        says, hint = "names no registry", f"write its host: `docker.io/{image}` is Docker Hub's"
    elif image.startswith(HOST) and "@" not in image:
        name = image.removeprefix(HOST).partition(":")[0]
        if name not in KNOWN and not name.startswith(_CURATED):
            says = "is no image of Azure Machine Learning that is known here"
            hint = did_you_mean(name, KNOWN) or f"one that is new is taken with its digest: `{image}@sha256:...`"
    if says:
        allowed = f"{HOST}{KNOWN[1]}, another of Azure Machine Learning's, or one with its registry's host"
        faults.add("unknown-base-image", at, says, value=image, allowed=allowed, hint=hint)
    return not says
