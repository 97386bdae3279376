"""How does Holdfast say that something is wrong?"""

from __future__ import annotations

import pytest

from holdfast.model.errors import Blame, Fault, HoldfastError

OWNED = Fault(
    "vault-owned-elsewhere",
    "Key Vault `kv-ml-prod` belongs to stack `platform/prod`, but stack `prod` wants to manage it",
    (
        ("found", "Microsoft.KeyVault/vaults/kv-ml-prod in rg-shared, tag holdfast-stack=platform/prod"),
        ("decided", "refuse; a vault has one owner"),
    ),
    "set `vault.whenExists: refer` in stacks/Pulumi.prod.yaml to use it without managing it",
)


def test_a_fault_reads_like_the_designs_example() -> None:
    """Reference, message, evidence in one column, hint: the text of docs/architecture.md, to the letter."""
    assert str(OWNED) == (
        "error: vault-owned-elsewhere\n"
        "\n"
        "Key Vault `kv-ml-prod` belongs to stack `platform/prod`, but stack `prod` wants to manage it\n"
        "  found:   Microsoft.KeyVault/vaults/kv-ml-prod in rg-shared, tag holdfast-stack=platform/prod\n"
        "  decided: refuse; a vault has one owner\n"
        "\n"
        "hint: set `vault.whenExists: refer` in stacks/Pulumi.prod.yaml to use it without managing it"
    )


def test_a_fault_without_evidence_or_hint_has_no_empty_lines_for_them() -> None:
    """What is not known is left out."""
    assert str(Fault("odd", "Odd.")) == "error: odd\n\nOdd."
    assert str(Fault("odd", "Odd.", hint="even")) == "error: odd\n\nOdd.\n\nhint: even"
    assert str(Fault("odd", "Odd.", (("said", "x"),))) == "error: odd\n\nOdd.\n  said: x"


def test_an_error_shows_all_of_its_faults() -> None:
    """One after the other, with a line between them."""
    error = HoldfastError(iter([OWNED, Fault("odd", "Odd.")]))
    assert str(error) == f"{OWNED}\n\nerror: odd\n\nOdd."
    assert error.faults == (OWNED, Fault("odd", "Odd."))


@pytest.mark.parametrize(
    ("blames", "code"),
    [
        ([Blame.USER], 2),
        ([Blame.AZURE], 3),
        ([Blame.OURS], 1),
        ([Blame.USER, Blame.AZURE], 3),
        ([Blame.AZURE, Blame.OURS, Blame.USER], 1),
        ([], 1),
    ],
)
def test_the_exit_code_says_whose_fault_it_is(blames: list[Blame], code: int) -> None:
    """Ours before Azure's before the user's; an error without a fault is a bug of ours."""
    assert HoldfastError(Fault("odd", "Odd.", blame=blame) for blame in blames).exit_code == code


def test_a_fault_is_the_users_unless_somebody_says_otherwise() -> None:
    """Most of what goes wrong is in a file that a person wrote."""
    assert OWNED.blame is Blame.USER
