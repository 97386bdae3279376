"""Is the image that is to be pulled in the registry at all?

Texts: Docker Registry API V2 (`MANIFEST_UNKNOWN`, `NAME_UNKNOWN`) and its clients.
"""

from __future__ import annotations

from holdfast.diagnose.symptom import SURE, Says, Symptom

SYMPTOM = Symptom(
    id="image-missing",
    title="the registry has no such image",
    looks_like="A pull ends with `manifest unknown`, `repository name not known` or `not found`; nobody was refused.",
    cause="The tag or the digest was never pushed, or was purged since; or the image's name is not what it was built as.",
    remedy="Build it again, or correct the name.",
    commands=(
        "az acr repository show-tags --name {registry} --repository REPOSITORY --orderby time_desc --output table",
        "holdfast logs build --all",
        "holdfast service deploy {service} --only image",
    ),
    source="https://distribution.github.io/distribution/spec/api/#errors-2",
    says=(
        Says(
            (
                r"manifest unknown|MANIFEST_UNKNOWN|NAME_UNKNOWN|repository name not known|manifest tagged by .{0,60} is not found",
            ),
            confidence=SURE,
        ),
        Says((r"(?:pull|image|reference)\b.{0,200}(?P<registry>[\w-]+)\.azurecr\.io\S*: not found",), confidence=SURE),
        Says((r"the user container image .{0,60}(?:not be found|not found)|unable to download user container image",)),
    ),
    explains=("container-not-ready", "image-pull-denied"),
    resolved=r"Successfully pulled image",
)
