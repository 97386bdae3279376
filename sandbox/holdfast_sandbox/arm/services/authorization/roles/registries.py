"""Which roles for container registries are built in? All whose name begins with Acr.

After learn.microsoft.com/azure/role-based-access-control/built-in-roles/containers.
"""

from __future__ import annotations

from holdfast_sandbox.arm.services.authorization.roles.model import BuiltInRole

_R = "Microsoft.ContainerRegistry/registries"

ROLES = (
    BuiltInRole("7f951dda-4ed3-4680-a7ca-43fe172d538d", "AcrPull", "Pulls images.", (f"{_R}/pull/read",)),
    BuiltInRole(
        "8311e382-0749-4cb8-b61a-304f252e45ec",
        "AcrPush",
        "Pushes and pulls images.",
        (f"{_R}/pull/read", f"{_R}/push/write"),
    ),
    BuiltInRole("c2f4ef07-c644-48eb-af81-4b1b4947fb11", "AcrDelete", "Deletes images.", (f"{_R}/artifacts/delete",)),
    BuiltInRole(
        "6cef56e8-d556-48e5-a04f-b8e64114680f",
        "AcrImageSigner",
        "Signs images for content trust.",
        (f"{_R}/sign/write",),
        data_actions=(f"{_R}/trustedCollections/write",),
    ),
    BuiltInRole(
        "cdda3590-29a3-44f6-95f2-9f980659eb04",
        "AcrQuarantineReader",
        "Pulls images in quarantine.",
        (f"{_R}/quarantine/read",),
        data_actions=(f"{_R}/quarantinedArtifacts/read",),
    ),
    BuiltInRole(
        "c8d4ff99-41c3-41a8-9f60-21dfdad59608",
        "AcrQuarantineWriter",
        "Puts images into quarantine and takes them out.",
        (f"{_R}/quarantine/read", f"{_R}/quarantine/write"),
        data_actions=(f"{_R}/quarantinedArtifacts/read", f"{_R}/quarantinedArtifacts/write"),
    ),
)
