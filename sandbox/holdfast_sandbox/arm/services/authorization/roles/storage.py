"""Which roles for storage accounts are built in?

After learn.microsoft.com/azure/role-based-access-control/built-in-roles/storage.
"""

from __future__ import annotations

from holdfast_sandbox.arm.services.authorization.roles.model import USUAL, BuiltInRole

_BLOBS = "Microsoft.Storage/storageAccounts/blobServices"
_FILES = "Microsoft.Storage/storageAccounts/fileServices"
_QUEUES = "Microsoft.Storage/storageAccounts/queueServices"
_TABLES = "Microsoft.Storage/storageAccounts/tableServices"

ROLES = (
    BuiltInRole(
        "ba92f5b4-2d11-453d-a403-e96b0029c9fe",
        "Storage Blob Data Contributor",
        "Reads and writes blobs.",
        (
            f"{_BLOBS}/containers/delete",
            f"{_BLOBS}/containers/read",
            f"{_BLOBS}/containers/write",
            f"{_BLOBS}/generateUserDelegationKey/action",
        ),
        data_actions=tuple(
            f"{_BLOBS}/containers/blobs/{verb}" for verb in ("delete", "read", "write", "move/action", "add/action")
        ),
    ),
    BuiltInRole(
        "b7e6dc6d-f1e8-4753-8033-0f276bb0955b",
        "Storage Blob Data Owner",
        "Blobs and who may reach them.",
        (f"{_BLOBS}/containers/*", f"{_BLOBS}/generateUserDelegationKey/action"),
        data_actions=(f"{_BLOBS}/containers/blobs/*",),
    ),
    BuiltInRole(
        "2a2b9908-6ea1-4ae2-8e65-a410df84e7d1",
        "Storage Blob Data Reader",
        "Reads blobs.",
        (f"{_BLOBS}/containers/read", f"{_BLOBS}/generateUserDelegationKey/action"),
        data_actions=(f"{_BLOBS}/containers/blobs/read",),
    ),
    BuiltInRole(
        "db58b8e5-c6ad-4a2a-8342-4190687cbf4a",
        "Storage Blob Delegator",
        "Gets keys for shared access signatures.",
        (f"{_BLOBS}/generateUserDelegationKey/action",),
    ),
    BuiltInRole(
        "69566ab7-960f-475b-8e7c-b3118f30c6bd",
        "Storage File Data Privileged Contributor",
        "Reads and writes files whatever their own access lists say.",
        data_actions=(f"{_FILES}/fileshares/files/*",),
    ),
    BuiltInRole(
        "0c867c2a-1d8c-454a-a3db-ab2ea1bdc8bb",
        "Storage File Data SMB Share Contributor",
        "Reads and writes files of a share.",
        data_actions=tuple(f"{_FILES}/fileshares/files/{verb}" for verb in ("read", "write", "delete")),
    ),
    BuiltInRole(
        "974c5e8b-45b9-4653-ba55-5f855dd0fb88",
        "Storage Queue Data Contributor",
        "Reads and writes queues.",
        tuple(f"{_QUEUES}/queues/{verb}" for verb in ("delete", "read", "write")),
        data_actions=tuple(
            f"{_QUEUES}/queues/messages/{verb}" for verb in ("delete", "read", "write", "process/action")
        ),
    ),
    BuiltInRole(
        "0a9a7e1f-b9d0-4cc4-a60d-0319b160aaa3",
        "Storage Table Data Contributor",
        "Reads and writes tables.",
        tuple(f"{_TABLES}/tables/{verb}" for verb in ("read", "write", "delete")),
        data_actions=(f"{_TABLES}/tables/entities/*",),
    ),
    BuiltInRole(
        "17d1049b-9a84-46fb-8f53-869881c3d3ab",
        "Storage Account Contributor",
        "Accounts and their keys.",
        (*USUAL, "Microsoft.Storage/storageAccounts/*"),
    ),
)
