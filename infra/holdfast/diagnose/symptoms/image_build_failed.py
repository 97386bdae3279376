"""Why was an image not built? Of what a builder's log says, the part that names a cause.

Texts: pip, conda, libmamba and uv (their resolvers), Docker's two builders, and ACR Tasks (Azure/acr-builder issue 382;
Azure/MachineLearningNotebooks issue 983 shows a whole log).
"""

from __future__ import annotations

from holdfast.diagnose.symptom import LIKELY, SURE, Says, Symptom
from holdfast.diagnose.vocabulary import BUILD, DENIED

SYMPTOM = Symptom(
    id="image-build-failed",
    title="the image was not built",
    looks_like=(
        "A build ends with `failed to run step`, `returned a non-zero code` or `Image build failed`; deployments after "
        "it wait for an image that never comes."
    ),
    cause="A step of the Dockerfile failed, most often the one that installs what the environment's file lists.",
    remedy="The line in the evidence names what failed. Mend the environment's file, and build again.",
    commands=("holdfast logs build", "holdfast service deploy {service} --only image"),
    source="https://learn.microsoft.com/azure/machine-learning/how-to-troubleshoot-environments",
    subcauses=(
        (
            "dependency-missing",
            "a package, or a version of it, is on no index or channel",
            "correct the name or version of {package}",
        ),
        (
            "dependency-conflict",
            "two packages demand what excludes each other",
            "loosen one of the pins, or let the resolver choose",
        ),
        (
            "pull-denied",
            "the base image could not be pulled",
            "grant AcrPull on its registry, or correct the image's name",
        ),
        (
            "timeout",
            "the build took longer than it may",
            "pin the versions so that the resolver has less to try, or raise the timeout",
        ),
        ("disk-full", "the builder has no room left", "install less: CPU wheels instead of CUDA ones, and no cache"),
    ),
    says=(
        Says(
            (r"No matching distribution found for (?P<package>[\w.\[\]-]+)",),
            confidence=SURE,
            subcause="dependency-missing",
        ),
        Says(
            (r"Could not find a version that satisfies the requirement (?P<package>[\w.\[\]-]+)",),
            confidence=SURE,
            subcause="dependency-missing",
        ),
        Says(
            (
                r"PackagesNotFoundError|PackageNotFoundError: Packages? missing|ResolvePackageNotFound|NoPackagesFoundError",
            ),
            confidence=SURE,
            subcause="dependency-missing",
        ),
        Says(
            (r"nothing provides (?:requested )?(?P<package>[\w.-]+)",), confidence=SURE, subcause="dependency-missing"
        ),
        Says(
            (r"(?P<package>[\w.-]+)\b.{0,40}does not exist \(perhaps a (?:typo|missing channel)",),
            confidence=SURE,
            subcause="dependency-missing",
        ),
        Says(
            (r"Because (?P<package>[\w.\[\]-]+) was not found in the (?:package registry|provided package locations)",),
            confidence=SURE,
            subcause="dependency-missing",
        ),
        Says(
            (r"Because there (?:is|are) no versions? of (?P<package>[\w.\[\]-]+)",),
            confidence=SURE,
            subcause="dependency-missing",
        ),
        Says(
            (r"Because only .{0,80}(?:is|are) available and you require (?P<package>[\w.\[\]-]+)",),
            confidence=SURE,
            subcause="dependency-missing",
        ),
        Says(
            (
                r"no (?:wheels?|solution)\b.{0,60}(?:matching|compatible|usable).{0,60}(?:platform|tag|ABI)|has no usable wheels|is not a supported wheel on this platform",
            ),
            subcause="dependency-missing",
        ),
        Says((r"E: Unable to locate package (?P<package>[\w.-]+)",), subcause="dependency-missing"),
        Says(
            (r"(?:404|not found).{0,60}(?:simple|conda|noarch|linux-64)/(?P<package>[\w.-]+)",),
            near=(BUILD,),
            subcause="dependency-missing",
        ),
        Says(
            (
                r"Could not open requirements file|COPY failed:|failed to compute cache key.{0,60}not found|failed to calculate checksum.{0,80}not found",
            ),
            confidence=SURE,
        ),
        Says(
            (r"ResolutionImpossible|package versions have conflicting dependencies|the conflict is caused by",),
            confidence=SURE,
            subcause="dependency-conflict",
        ),
        Says(
            (r"UnsatisfiableError|LibMambaUnsatisfiableError",),
            unless=(r"nothing provides|does not exist \(perhaps|not available from current channels",),
            confidence=SURE,
            subcause="dependency-conflict",
        ),
        Says(
            (
                r"depends on .{0,200}(?:we can conclude|incompatible|cannot be used)|requirements are unsatisfiable|is incompatible with",
            ),
            near=(r"No solution found|resolv|conda|pip|uv\b|unsatisfiable|installable|specs",),
            unless=(r"was not found in the|there (?:is|are) no versions? of",),
            confidence=LIKELY,
            subcause="dependency-conflict",
        ),
        Says(
            (
                r"(?:found conflicts|conflicting requests|is not installable because (?:it|there)|conflicts with any installable versions)",
            ),
            unless=(r"nothing provides|does not exist \(perhaps|which does not exist",),
            subcause="dependency-conflict",
        ),
        Says((r"SolverProblemError|version solving failed",), confidence=SURE, subcause="dependency-conflict"),
        Says(
            (DENIED,),
            near=(BUILD, r"azurecr\.io|docker\.io|\bFROM\b|manifest|registry|load metadata|pull access"),
            unless=(r"kubelet|key ?vault|\bVault:",),
            within=6,
            subcause="pull-denied",
        ),
        Says(
            (
                r"pull access denied for (?P<image>[\w./:-]+)|failed to (?:resolve source metadata|do request).{0,200}(?:401|403|unauthorized|denied)",
            ),
            near=(BUILD,),
            none=(r"kubelet",),
            unless=(r"kubelet|container group|ErrImagePull|ImagePullBackOff",),
            confidence=SURE,
            subcause="pull-denied",
        ),
        Says(
            (
                r"context deadline exceeded|(?:build|run|task|step)\b.{0,40}(?:timed out|timeout (?:expired|exceeded|reached)|exceeded (?:the|its) (?:time|timeout))",
            ),
            near=(BUILD + r"|acb_|Run ID|ACR",),
            none=(r"Timeout\(sec\)",),
            confidence=SURE,
            subcause="timeout",
        ),
        Says(
            (
                r"(?:image|environment)\b.{0,60}(?:build\b.{0,40})?(?:timed out|timeout while waiting for (?:the )?environment)|timeout while waiting for Environment Image",
            ),
            subcause="timeout",
        ),
        Says(
            (
                r"no space left on device|\[?Errno 28\]?|ENOSPC|disk (?:is )?full|(?:not|n't have) enough (?:free )?(?:disk )?space|insufficient disk space",
            ),
            near=(BUILD + r"|packages|install|layer|docker|conda|pip|write /",),
            none=(r"kubelet|evict",),
            within=8,
            confidence=SURE,
            subcause="disk-full",
        ),
        Says(
            (
                r"(?:failed to run step ID|returned a non-zero code|Container failed during run:|did not complete successfully: exit code|executor failed running)",
            )
        ),
        Says(
            (
                r"(?:image|environment|docker)\W? ?(?:image )?build(?:ing)?\b.{0,60}\b(?:failed|error|unsuccessful|did not succeed)",
            )
        ),
        Says((r"failed (?:to build|building|while building)\b.{0,40}(?:image|environment|container)",)),
        Says((r"Run ID: \w+ failed|build (?:run )?\S+ (?:has )?failed|(?:image|environment) \S+ was not built",)),
        Says(
            (
                r"materiali[sz]\w+ (?:the )?environment.{0,40}fail|unable to (?:build|create) (?:the )?(?:image|environment)|CondaEnvException|CondaValueError: pip returned an error|Pip subprocess error",
            )
        ),
    ),
    codes=(
        "ImageBuildFailure",
        "EnvironmentBuildFailed",
        "ImageBuildFailed",
        "ImageCreationFailed",
        "image-build-failed",
        "image-not-built",
    ),
    explains=("container-not-ready", "resource-not-found", "image-missing"),
    resolved=r"Run ID: \w+ was successful|Successfully tagged|Successfully pushed|image build (?:succeeded|finished successfully)|exporting to image.*done",
)
