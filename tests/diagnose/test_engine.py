"""Which finding is the cause of which, and what is said of them?"""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from holdfast.diagnose import Evidence, diagnose
from holdfast.diagnose.symptom import GUESS, LIKELY
from holdfast.diagnose.symptoms import BY_ID, SYMPTOMS

from .examining import examine

DENIED = "(Forbidden) Access denied. Caller was not found on any access policy."
FAILED = "Run ID: ab1 failed after 12s. Error: failed during run, err: exit status 1"
INIT = (
    'Traceback (most recent call last):\n  File "/var/azureml-app/score.py", line 5, in init\n    1 / 0\n'
    "ZeroDivisionError: x"
)
WAITING = "wine-6d-x    0/2     CrashLoopBackOff   7 (2m ago)    14m"


def test_a_cause_stands_before_what_it_explains() -> None:
    """A wiped vault explains the failed build, in whichever order they were written."""
    for texts in ((DENIED, FAILED), (FAILED, DENIED)):
        found = examine(*texts)
        assert list(found) == ["vault-policy-wiped", "image-build-failed"]
        assert found["image-build-failed"].explained_by == "vault-policy-wiped"
    verdict = diagnose([Evidence("a", FAILED), Evidence("b", DENIED)]).verdict
    assert verdict.startswith(BY_ID["vault-policy-wiped"].title)
    assert verdict.endswith("explains image-build-failed")


def test_what_is_explained_can_explain_more() -> None:
    """A chain of three stands in its order, each behind its own cause."""
    pending = "Warning FailedScheduling 0/2 nodes are available: 2 Insufficient cpu."
    quota = "scale-up failed: it results in exceeding approved Total Regional Cores quota."
    found = examine(pending, quota, '"POST /api/v1/endpoint/wine/score HTTP/1.1" 503 0')
    assert list(found) == ["quota-exceeded", "pod-unschedulable", "autoscale-503"]
    assert [one.explained_by for one in found.values()][:2] == ["", "quota-exceeded"]


def test_a_guess_gives_way_to_what_is_known() -> None:
    """A crash loop alone is most often init(); with a cause beside it, it is that cause's."""
    alone = examine(WAITING)["init-raised"]
    assert alone.confidence == GUESS
    assert diagnose([Evidence("x", WAITING)]).verdict.startswith("probably: ")
    assert list(examine(WAITING, "Last State: Terminated\n  Reason: OOMKilled")) == ["pod-out-of-memory"]
    assert examine(WAITING, INIT)["init-raised"].confidence > LIKELY


def test_shared_evidence_is_the_more_exact_ones() -> None:
    """One traceback is one finding, with the line before it that announces it."""
    text = "E [20] azmlinfsrv - User's init function failed\n" + INIT.replace(
        "ZeroDivisionError: x",
        "FileNotFoundError: [Errno 2] No such file or directory: '/var/azureml-app/azureml-models/a/1/m.pkl'",
    )
    assert list(examine(text)) == ["model-path-missing"]


def test_several_causes_are_counted_and_the_surest_comes_first() -> None:
    """Two that have nothing to do with each other are both causes."""
    found = examine(WAITING, 'namespaces "serving" not found')
    assert list(found) == ["namespace-not-found", "init-raised"]
    assert diagnose([Evidence("x", WAITING + '\nnamespaces "serving" not found')]).verdict.endswith("; and 1 more")


def test_evidence_says_where_it_is_and_a_frame_whose_line_it_is() -> None:
    """The source is the one that was given, and the number is the line's in it."""
    finding = examine("all well\n", "\n\n" + INIT)["init-raised"]
    assert finding.evidence[0].where == "log2:6"
    assert str(finding.frame) == "/var/azureml-app/score.py:5"
    assert diagnose([Evidence("x", INIT)]).verdict.endswith("at /var/azureml-app/score.py:5")


def test_a_services_name_is_filled_in() -> None:
    """Evidence of a service tells whom the commands are about; a file's does not."""
    for source, name in (("log of service wine", "wine"), ("service wine", "wine"), ("wine.log", "SERVICE")):
        (finding,) = diagnose([Evidence(source, INIT)]).findings
        assert finding.fix[0] == f"holdfast logs service {name} --previous"


def test_evidence_is_short_and_says_nothing_twice() -> None:
    """A thousand of the same line are one, and three different ones are enough."""
    same = examine("\n".join(['namespaces "a" not found'] * 1000))["namespace-not-found"]
    assert [line.number for line in same.evidence] == [1]
    many = examine("\n".join(f'namespaces "a{number}" not found' for number in range(9)))["namespace-not-found"]
    assert len(many.evidence) == 3


def test_a_sentence_that_a_terminal_cut_is_read_across() -> None:
    """A message goes on in the next line, and its evidence is the line where it begins."""
    text = (
        "| Status Message: the identity 0a1b of the workspace ws-ml does not have secrets\n"
        "| get permission on key vault 'kv-ml;location=x'."
    )
    finding = examine(text)["vault-policy-wiped"]
    assert finding.evidence[0].number == 1
    assert finding.fix[0] == "holdfast vault verify kv-ml"


def test_nothing_is_nothing() -> None:
    """No text, and a text without a failure, have no finding and a verdict that says so."""
    assert diagnose([]).verdict == "nothing wrong was found"
    assert not examine("", "all is well\n")


def _circles(id: str, on_the_way: tuple[str, ...]) -> Iterator[str]:
    for effect in BY_ID[id].explains:
        if effect in on_the_way:
            yield " -> ".join((*on_the_way, effect))
        else:
            yield from _circles(effect, (*on_the_way, effect))


def test_nothing_explains_itself() -> None:
    """Causes and effects make no circle, or a finding would stand nowhere."""
    assert not [circle for symptom in SYMPTOMS for circle in _circles(symptom.id, (symptom.id,))]


@pytest.mark.parametrize("symptom", SYMPTOMS, ids=lambda symptom: symptom.id)
def test_a_symptom_names_only_what_there_is(symptom: object) -> None:
    """Whom it yields to and what it explains are symptoms, and its commands can be filled in."""
    assert isinstance(symptom, type(SYMPTOMS[0]))
    assert not {*symptom.explains, *symptom.yields} - set(BY_ID)
    assert symptom.id not in symptom.yields
    named = {name for name, _, _ in symptom.subcauses}
    assert {says.subcause for says in (*symptom.says, *symptom.raises)} <= named | {""}
    assert symptom.commands
    assert symptom.source.startswith("https://")


def test_ids_and_codes_are_one_symptoms() -> None:
    """No id and no code is two symptoms'."""
    names = [name for symptom in SYMPTOMS for name in (symptom.id, *symptom.codes, *symptom.guesses)]
    twice = {name for name in names if names.count(name) > 1}
    assert twice == {name for name in twice if name in BY_ID and name in (*BY_ID[name].codes, *BY_ID[name].guesses)}
