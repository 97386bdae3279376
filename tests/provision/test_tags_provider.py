"""Are lacking tags merged in, and nothing else written?"""

from __future__ import annotations

from typing import Any

import pytest

from holdfast.arm import Answer
from holdfast.model.errors import HoldfastError
from holdfast.provision import tags_provider
from holdfast.provision.tags_provider import ResourceTagsProvider

ROWS = [{"id": "/a", "tags": {"holdfast-stack": "prod"}}, {"id": "/b", "tags": {"holdfast-project": "p"}}]


class FakeTags:
    def __init__(self, *answers: Answer) -> None:
        self.answers = list(answers)
        self.sent: list[tuple[str, str, str, Any]] = []

    def request(self, *request: Any) -> Answer:
        self.sent.append(request)
        return self.answers.pop(0)


def with_answers(monkeypatch: pytest.MonkeyPatch, *answers: Answer) -> FakeTags:
    fake = FakeTags(*answers)
    monkeypatch.setattr(tags_provider, "client_of", lambda props: fake)
    return fake


@pytest.mark.source("azure-rest-api-specs, Microsoft.Resources, Tags_UpdateAtScope")
def test_lacking_tags_are_merged_on_the_server(monkeypatch: pytest.MonkeyPatch) -> None:
    """One PATCH a resource, operation Merge: nobody's tags are read or sent."""
    fake = with_answers(monkeypatch, Answer(200, {}), Answer(200, {}))
    made = ResourceTagsProvider().create({"lacking": ROWS})
    assert made.outs == {"lacking": []}
    assert fake.sent == [
        (
            "PATCH",
            f"{row['id']}/providers/Microsoft.Resources/tags/default",
            "2021-04-01",
            {"operation": "Merge", "properties": {"tags": row["tags"]}},
        )
        for row in ROWS
    ]


def test_nothing_lacking_is_nothing_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody even logs in."""
    monkeypatch.setattr(tags_provider, "client_of", lambda props: pytest.fail("asked"))
    assert ResourceTagsProvider().create({"lacking": []}).outs == {"lacking": []}
    assert ResourceTagsProvider().diff("id", {"lacking": []}, {"lacking": []}).changes is False
    assert ResourceTagsProvider().diff("id", {"lacking": []}, {"lacking": ROWS}).changes is True


def test_every_refusal_is_told_after_all_were_tried(monkeypatch: pytest.MonkeyPatch) -> None:
    """One resource that refuses does not keep the next from its tags."""
    refused = Answer(403, {"error": {"code": "AuthorizationFailed", "message": "no"}})
    fake = with_answers(monkeypatch, refused, Answer(200, {}))
    with pytest.raises(HoldfastError) as caught:
        ResourceTagsProvider().update("id", {}, {"lacking": ROWS})
    assert len(fake.sent) == 2
    assert [(fault.id, dict(fault.evidence)["answer"]) for fault in caught.value.faults] == [
        ("tags-not-written", "403 AuthorizationFailed")
    ]


@pytest.mark.parametrize(("second", "told"), [(Answer(200, {}), 0), (Answer(0), 1)])
def test_a_merge_whose_answer_is_lost_is_sent_once_more(
    monkeypatch: pytest.MonkeyPatch, second: Answer, told: int
) -> None:
    """A union may be sent twice, so a reset connection alone fails no run; a second one does."""
    fake = with_answers(monkeypatch, Answer(0), second)
    faults = 0
    try:
        ResourceTagsProvider().create({"lacking": ROWS[:1]})
    except HoldfastError as error:
        faults = len(error.faults)
    assert faults == told
    assert fake.sent[0] == fake.sent[1]
