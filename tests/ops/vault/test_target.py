"""Which vault is meant, and what is said where Azure does not tell."""

from __future__ import annotations

from typing import Any

import pytest

from holdfast.model.errors import Blame, HoldfastError
from holdfast.ops.vault.target import find_vault

ID = "/subscriptions/S/resourceGroups/rg/providers/Microsoft.KeyVault/vaults/kv-ml"


class Refusing:
    """Azure, to whoever asks: one answer."""

    def __init__(self, status: int, code: str) -> None:
        from holdfast.arm import Answer

        self.answer = Answer(status, {"error": {"code": code, "message": "said so"}})

    def get(self, _path: str, _version: str) -> Any:
        return self.answer

    def pages(self, _path: str, _version: str) -> Any:
        yield self.answer


@pytest.mark.parametrize("given", [ID, "kv-ml"])
@pytest.mark.parametrize(
    ("status", "code", "id", "hint", "blame"),
    [
        (401, "AuthenticationFailed", "login-refused", "az login", Blame.USER),
        (403, "AuthorizationFailed", "vault-unreadable", "Reader", Blame.AZURE),
        (503, "ServerBusy", "vault-unreadable", "once Azure answers", Blame.AZURE),
        (0, "NoAnswer", "vault-unreadable", "once Azure answers", Blame.AZURE),
    ],
)
def test_what_azure_does_not_tell_is_told_with_its_answer(
    given: str, status: int, code: str, id: str, hint: str, blame: Blame
) -> None:
    """By name and by id: who is to do what, and no word of Python's."""
    client: Any = Refusing(status, code)
    with pytest.raises(HoldfastError) as caught:
        find_vault(client, given, "S")
    (fault,) = caught.value.faults
    assert (fault.id, fault.blame) == (id, blame)
    assert hint in fault.hint
    rows = dict(fault.evidence)
    assert rows["answer"] == f"{status or 'no answer'} {code}"
    assert rows["said"] == "said so"
