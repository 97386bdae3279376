"""Is every case of the corpus diagnosed as it is labelled?"""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import pytest
import yaml

from holdfast.diagnose import Evidence, diagnose
from holdfast.diagnose.symptoms import BY_ID

CASES: list[dict[str, Any]] = [
    case
    for path in sorted((Path(__file__).parent / "corpus").glob("*.yaml"))
    for case in yaml.safe_load(path.read_text(encoding="utf-8"))
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_the_case_is_diagnosed(case: dict[str, Any]) -> None:
    """Just the ids of the label, the cause of several first, with the sub-cause and the user's line where told."""
    findings = diagnose([Evidence("log", case["log"])]).findings
    assert {finding.id for finding in findings} == set(case["ids"]), [
        (finding.id, finding.evidence[0].text) for finding in findings
    ]
    if case.get("subcause"):
        assert findings[0].subcause == case["subcause"]
    if case.get("frame"):
        assert str(findings[0].frame) == case["frame"]
    assert all(finding.evidence and finding.fix for finding in findings)


def test_the_corpus_is_large_enough() -> None:
    """At least 120 cases, three wordings of each symptom, and 30 in which nothing is wrong; no name twice."""
    wordings = Counter(id for case in CASES for id in case["ids"])
    assert len(CASES) >= 120
    assert sum(not case["ids"] for case in CASES) >= 30
    assert not {id: wordings[id] for id in BY_ID if wordings[id] < 3}
    assert not set(wordings) - set(BY_ID)
    assert len({case["name"] for case in CASES}) == len(CASES)


def test_every_cause_of_a_failed_build_is_in_the_corpus() -> None:
    """Each sub-cause of a build three times."""
    told = Counter(case["subcause"] for case in CASES if case.get("subcause"))
    assert not {name for name, _, _ in BY_ID["image-build-failed"].subcauses if told[name] < 3}
