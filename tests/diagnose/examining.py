"""A text in, findings by id out."""

from __future__ import annotations

from holdfast.diagnose import Evidence, Finding, diagnose


def examine(*texts: str) -> dict[str, Finding]:
    """The findings of all texts as one story, in their order; the texts are called log1, log2, ..."""
    evidence = [Evidence(f"log{number}", text) for number, text in enumerate(texts, 1)]
    return {finding.id: finding for finding in diagnose(evidence).findings}
