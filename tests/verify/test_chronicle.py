"""Is every change between two looks told once, and by whom? Cases, and a replay of whatever was told."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from holdfast.model.permissions import Permissions
from holdfast.verify.chronicle import Change, Look, Span, tell
from holdfast.verify.records import Record, by_principal

VAULT = "/subscriptions/s/resourceGroups/rg/providers/Microsoft.KeyVault/vaults/kv"


def held(text: str) -> dict[str, Permissions]:
    """`a: get list; b: set` as permissions on secrets."""
    pairs = [part.split(":") for part in text.split(";") if part.strip()]
    return {who.strip(): Permissions(secrets=frozenset(words.split())) for who, words in pairs}


def record(time: int, before: str, after: str | None, **more: Any) -> Record:
    """A run's record; `after` None: nobody could see the vault afterwards."""
    now = held(before if after is None else after)
    by = more.pop("by", "p/dev")
    return Record(
        str(time),
        more.pop("kind", "run"),
        by,
        f"file-{time}",
        held(before),
        {(who, ""): permissions for who, permissions in now.items()},
        after is None,
        **more,
    )


def said(changes: tuple[Change, ...]) -> list[str]:
    return [
        f"{one.principal} {one.what} {one.permissions} {'ours' if one.ours else 'theirs'} {one.why}".strip()
        for one in changes
    ]


def last(*looks: Look) -> Span:
    return tell(looks)[-1]


def test_what_changed_between_two_looks_was_somebody_else() -> None:
    """Appeared, widened, narrowed and vanished; one that gained and lost is told twice."""
    span = last(
        Look(record(2, "b: get list; c: get; d: set", "b: get list; c: get; d: set")),
        Look(record(1, "", "a: get; b: get; c: get list; d: get")),
    )
    assert span.since is not None
    assert (span.since.time, span.look.record.time, span.held) == ("1", "2", 3)
    assert said(span.others) == [
        "a vanished secrets: get theirs",
        "b widened secrets: list theirs",
        "c narrowed secrets: list theirs",
        "d widened secrets: set theirs",
        "d narrowed secrets: get theirs",
    ]
    assert span.own == ()


def test_before_the_first_look_only_what_its_state_remembered_is_known() -> None:
    """Whoever is there is no arrival: nobody saw the vault before."""
    lost = {(who, ""): permissions for who, permissions in held("a: get; b: list").items()}
    span = last(Look(record(1, "b: get; x: get", "b: get; x: get", lost=lost)))
    assert span.since is None
    assert said(span.others) == ["a vanished secrets: get theirs", "b narrowed secrets: list theirs"]


@pytest.mark.parametrize(
    ("state", "whose", "writes", "expected"),
    [
        ("added", "ours", [{"write": "grant", "principal": "A"}], "ours granted, as the settings say"),
        ("put-back", "ours", [{"write": "grant", "principal": "a"}], "ours put back, after it was lost"),
        ("put-back", "theirs", [{"write": "recover", "id": VAULT.upper()}], "ours came back with the vault, which it"),
        ("put-back", "workspace", [{"write": "recover", "id": "/workspaces/w"}], "ours put back, after it was lost"),
        ("added", "workspace", [], "ours the workspace's own, given as it was made"),
        ("added", "theirs", [], "theirs while it was under way"),
    ],
)
def test_who_gave_is_told_by_what_the_run_wrote(
    state: str, whose: str, writes: list[dict[str, Any]], expected: str
) -> None:
    """A grant, a recovery, a workspace's own entry; what the run did not write was somebody else's."""
    one = record(1, "", "a: get", states={"a": state}, whose={"a": whose})
    (line,) = said(last(Look(one, tuple(writes))).own)
    assert line.startswith(f"a appeared secrets: get {expected}")


def test_what_came_back_in_part_was_put_back() -> None:
    """A row whose other permissions are lost still has the state of that."""
    back = {("a", ""): held("a: get")["a"]}
    one = record(1, "", "a: get", states={"a": "still-lost"}, put_back=back)
    span = last(Look(one, ({"write": "grant", "principal": "a"},)))
    assert said(span.own) == ["a appeared secrets: get ours put back, after it was lost"]


def test_what_a_command_gave_back_it_gave() -> None:
    """Its record has no list of writes: the state of the row tells."""
    states = {"a": "put-back", "b": "added"}
    span = last(Look(record(1, "", "a: get; b: get", kind="command", by="holdfast vault restore", states=states)))
    assert said(span.own) == [
        "a appeared secrets: get ours put back, after it was lost",
        "b appeared secrets: get theirs while it was under way",
    ]


def test_who_took_is_told_by_the_state() -> None:
    """What was revoked the run took; what is gone somebody else did."""
    states = {"a": "revoked", "b": "revoked", "c": "gone"}
    span = last(Look(record(1, "a: get list; b: get; c: get", "a: get", states=states)))
    assert said(span.own) == [
        "a narrowed secrets: list ours revoked, as it was told to",
        "b vanished secrets: get ours revoked, as it was told to",
        "c vanished secrets: get theirs while it was under way",
    ]


def test_a_vault_that_was_deleted_took_all_its_entries_along() -> None:
    """The run that recovered it says so."""
    writes = ({"write": "recover", "id": VAULT},)
    span = last(Look(record(1, "", "a: get")), Look(record(2, "", "a: get"), writes))
    assert said(span.others) == ["a vanished secrets: get theirs went with the vault, which somebody deleted"]
    assert said(span.own) == ["a appeared secrets: get ours came back with the vault, which it recovered"]


def test_an_unread_vault_shows_no_changes_of_the_run() -> None:
    """What it held before is what is known."""
    span = last(Look(record(1, "a: get", None)))
    assert (span.own, span.held) == ((), 1)


def test_a_tripwire_is_no_look_at_the_vault() -> None:
    """It tells what went and what was put back, and the next run compares with the look before it."""
    gone = {("a", ""): held("a: get")["a"]}
    incident = Record("2", "incident", "the PATCH", "f", lost=gone, put_back=gone)
    first, tripped, after = tell(
        [Look(record(1, "a: get", "a: get")), Look(incident), Look(record(3, "a: get", "a: get"))]
    )
    assert said(tripped.own) == [
        "a vanished secrets: get theirs while the PATCH was under way",
        "a appeared secrets: get ours put back at once by the tripwire",
    ]
    assert (after.since, after.others) == (first.look.record, ())


PRINCIPALS = st.dictionaries(
    st.sampled_from("abc"), st.frozensets(st.sampled_from(["get", "list", "set"]), min_size=1), max_size=3
)


@given(st.lists(st.tuples(PRINCIPALS, PRINCIPALS), min_size=2, max_size=5))
def test_whatever_is_told_leads_from_one_look_to_the_next(looks: list[tuple[Any, Any]]) -> None:
    """Added to what the last look held, the changes make what this one holds: nothing is left out or told twice."""
    records = []
    for time, (before, after) in enumerate(looks):
        texts = ["; ".join(f"{who}: {' '.join(words)}" for who, words in one.items()) for one in (before, after)]
        records.append(record(time, *texts))
    spans = tell([Look(one) for one in records])
    for span in spans[1:]:
        assert span.since is not None
        now = dict(by_principal(span.since.after))
        for change in (*span.others, *span.own):
            had = now.get(change.principal, Permissions())
            gained = change.what in ("appeared", "widened")
            now[change.principal] = had | change.permissions if gained else change.permissions.lacks(had)
            assert change.permissions
            assert (change.what in ("appeared", "vanished")) == (not had if gained else not now[change.principal])
        assert {who: some for who, some in now.items() if some} == by_principal(span.look.record.after)
