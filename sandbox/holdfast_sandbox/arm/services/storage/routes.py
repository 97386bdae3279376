"""Which paths does Microsoft.Storage serve, and after which documents?"""

from __future__ import annotations

from holdfast_sandbox.arm.routing import GROUP, SUBSCRIPTION, ResourceType, Route, Service
from holdfast_sandbox.arm.services.storage import blobs, exceptions, responses

_VERSIONS = (
    "2026-09-01",
    "2026-04-01",
    "2025-08-01",
    "2025-06-01",
    "2025-01-01",
    "2024-01-01",
    "2023-05-01",
    "2023-04-01",
    "2023-01-01",
    "2022-09-01",
    "2022-05-01",
    "2021-09-01",
    "2021-08-01",
    "2021-06-01",
    "2021-04-01",
    "2021-02-01",
    "2021-01-01",
    "2019-06-01",
    "2019-04-01",
    "2018-11-01",
    "2018-07-01",
    "2018-02-01",
    "2017-10-01",
    "2017-06-01",
)
ACCOUNTS = ResourceType(blobs.ACCOUNT, _VERSIONS, tracked=True, released=blobs.remove, shown=blobs.shown)
NAMES = ResourceType("Microsoft.Storage/checkNameAvailability", _VERSIONS)

_ALL = "/providers/Microsoft.Storage/storageAccounts"
_ONE = f"{GROUP}{_ALL}/{{accountName}}"
_REST = "learn.microsoft.com/rest/api/storagerp/storage-accounts"

SERVICE = Service(
    "Microsoft.Storage",
    types=[ACCOUNTS, NAMES],
    routes=[
        Route(
            "PUT",
            _ONE,
            ACCOUNTS,
            responses.put_account,
            "create or update",
            f"{_REST}/create",
            seconds=1.5,
            exclusive=_ONE,
            conflict=lambda call: exceptions.operation_in_progress(),
        ),
        Route(
            "PATCH",
            _ONE,
            ACCOUNTS,
            responses.patch_account,
            "patch",
            f"{_REST}/update",
            seconds=1.5,
            exclusive=_ONE,
            conflict=lambda call: exceptions.operation_in_progress(),
        ),
        Route("GET", _ONE, ACCOUNTS, responses.get_account, "read", f"{_REST}/get-properties"),
        Route(
            "DELETE",
            _ONE,
            ACCOUNTS,
            responses.delete_account,
            "delete",
            f"{_REST}/delete",
            seconds=2,
            exclusive=_ONE,
            conflict=lambda call: exceptions.operation_in_progress(),
        ),
        Route(
            "GET",
            f"{GROUP}{_ALL}",
            ACCOUNTS,
            responses.list_accounts,
            "list by group",
            f"{_REST}/list-by-resource-group",
        ),
        Route("GET", f"{SUBSCRIPTION}{_ALL}", ACCOUNTS, responses.list_accounts, "list", f"{_REST}/list"),
        Route("POST", f"{_ONE}/listKeys", ACCOUNTS, responses.list_keys, "list keys", f"{_REST}/list-keys"),
        Route(
            "POST",
            f"{_ONE}/regenerateKey",
            ACCOUNTS,
            responses.regenerate_key,
            "regenerate a key",
            f"{_REST}/regenerate-key",
            seconds=1,
        ),
        Route(
            "POST",
            f"{SUBSCRIPTION}/providers/Microsoft.Storage/checkNameAvailability",
            NAMES,
            responses.check_name,
            "check a name",
            f"{_REST}/check-name-availability",
        ),
    ],
    completions={"storage.created": responses.account_created},
)
