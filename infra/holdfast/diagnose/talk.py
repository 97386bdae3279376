"""Is a line something that happened, or talk about it? A word for a failure is in both.

Comments, code, tests, runbooks, settings and counters that stand at zero name failures that did not happen. What is
left is taken for an event.
"""

from __future__ import annotations

import re

from holdfast.diagnose.lines import Line

_FAILURE = (
    r"(?:OOM\w*|out[ -]of[ -]memory|CrashLoop\w*|ImagePull\w*|throttl\w*|rate.?limit\w*|429s?|50[234]s?|40[138]s?"
    r"|time-?outs?|timed out|errors?|failures?|failed|crash\w*|exceed\w*|evict\w*|denied|unauthori[sz]ed|forbidden"
    r"|unhealthy|unschedulable|missing|conflicts?|restarts?|soft-deleted|deleted)"
)
#: No event, whatever level the line has.
_NO_EVENT = (
    # Comments; `#11 ERROR` is what a builder numbers its steps with, and has been taken off before.
    re.compile(r"^\s*(?:#|//|--\s|<!--|\*\s|;\s|\"\"\")"),
    # Code.
    re.compile(
        r"^\s*(?:async def|def|class|from [\w.]+ import|import [\w., ]+$|if .*:$|elif .*:$|for .*:$|while .*:$|try:"
        r"|except\b.*:$|raise [\w.]+\(|return\b|with .*:$|assert\b|print\(|logg?(?:er|ing)?\.\w+\(|@\w+)"
    ),
    # Constants, alert rules, commits.
    re.compile(
        r"^\s*[A-Z][A-Z0-9]*(?:(?:_[A-Z0-9]+)+\s*[:=]|\s+=)\s*(?:[\"'{\[(]|\w+\()"
        r"|^\s*(?:- )?(?:alert|expr|for|summary|description|annotations|runbook_url)\s*:\s"
        r"|^\s*(?:\* )?[0-9a-f]{7,40} (?:\([^)]*\) )?[A-Z][a-z]+ [a-z]"
    ),
    # A legend: a status and what it is for; a command that somebody typed.
    re.compile(r"^\s*(?:[-*•] )?[`'\"]?[1-5]\d\d[`'\"]?\s*[:=]\s*\D|^\s*\$ \w"),
    # The same as a table: a status, and behind a gap a sentence in lower case.
    re.compile(r"^\s*[1-5]\d\d(?: {2,}|\t)[a-z]+(?: [\w,;'()-]+)+\.?$"),
    # What tests are called, and how they ended.
    re.compile(r"::test_|\btest_\w+\b|\bPASSED\b|\.\.\. ok$|\bxfail|^\s*✓"),
    # Instructions, notes and stories.
    re.compile(
        r"^\s*(?:[-*•] |\d+[.)] )?(?:\w+(?: \w+)?[:,] +)?(?:if|when|whenever|in case|once|unless|how to|note that|tip|"
        r"runbook|troubleshooting|see also|e\.g\.|for example|faq|todo|fixme|remember|according to|remind\w*)\b",
        re.IGNORECASE,
    ),
)
#: No event, unless the line says that it is an error.
_STORIES = (
    # Runbooks, news and memories.
    re.compile(
        r"\b(?:runbook|changelog|release notes?|blog|article|tutorial|documentation of|post-?mortem|to avoid|to prevent"
        r"|avoids|prevents|protects? (?:against|from)|guards? against|handles|handling|handled|is handled|simulat\w+"
        r"|mock(?:ed|s)?|fixture|injected|chaos|dry.?run"
        r"|(?<!is )(?<!are )(?<!be )used to|yesterday|last (?:week|month|night)"
        r"|we (?:saw|had|fixed|raised|increased|changed|hit)|gave us|learned|lesson|was fixed|fixed in|fixes"
        r"|example of|alert rules?"
        r"|alerts? on"
        r"|will be retried|retry policy|retries on|retry_on|retryable|threshold for|in the past|months? ago|years? ago"
        r"|would (?:have|be|get)|could (?:have been|lead|cause)|may (?:lead|cause|result)|might)\b",
        re.IGNORECASE,
    ),
    # A row of a table in Markdown; what something does in general.
    re.compile(r"^\s*\|.*\|.*\|\s*$"),
    re.compile(
        r"\b(?:is|are|gets?) \w+ when\b|\b(?:returns|answers|means|shows|happens|occurs|appears|is raised"
        r"|is thrown|is returned)\b.{0,80}"
        r"\b(?:when|if|whenever|because|unless)\b",
        re.IGNORECASE,
    ),
    # What to do about it, as a table of remedies has it.
    re.compile(
        r"^\s*(?:[-*•|] *)?[`\"']?[\w .\"'`-]{3,60}[`\"']?\s*(?::|->|=>|→|\||—)\s*(?:check|raise|look (?:at|for)"
        r"|restart|increase|lower|try|grant|ask|make sure|rebuild)\b",
        re.IGNORECASE,
    ),
    # Somebody asks.
    re.compile(r"\b(?:how|why|what|can|does|do|should|is there|are there)\b[^?]*\?\s*$", re.IGNORECASE),
)
#: Nothing of it happened.
_DENIED = re.compile(
    rf"\b(?:no|without|never|zero|0|none|nothing)\s+(?:\w+\s+){{0,2}}{_FAILURE}\b(?!\s+space)"
    rf"|\bnot\s+(?:been\s+|being\s+)?(?:a\s+|an\s+)?{_FAILURE}\b"
    rf"|\b{_FAILURE}(?:_\w+)?[\"']?\s*[:=]\s*(?:false|0|no|none|null|ok)(?:\b|$|[,}}])"
    rf"|\b{_FAILURE}\s+(?:count\s+)?(?:is|was|stays?)\s+(?:0|zero|none)\b"
    r"|[:=]\s*0(?:\.0+)?\s*%",
    re.IGNORECASE,
)
#: What nobody writes in an instruction, though it may begin like one.
_REAL = re.compile(
    r"\bNo matching distribution|\bno space left|\bnot found\b|No module named|No such file|no ready replicas"
    r"|no healthy|\bno basic auth|\bnot (?:authori[sz]ed|have)|No retries remaining|no longer|\bno registered"
    r"|not accessible|not reachable|Could not|requests for \w+ .*exceeded|StatusCode|\"error\""
    r"|No score script|Status=\d",
    re.IGNORECASE,
)
#: An address with what it answered.
_ANSWER = re.compile(r"https?://\S.{0,200}\b[45]\d\d\b|\b[45]\d\d\b.{0,200}https?://")
_FAILED = re.compile(
    r"error|fail|denied|cannot|can't|could not|couldn't|unable|refused|exception|forbidden|unauthori|reject|not found"
    r"|\bkilled\b|exceed|timed out",
    re.IGNORECASE,
)


def is_talk(line: Line) -> bool:
    """Whether it tells of no event of its own."""
    text = line.text
    if any(pattern.search(text) for pattern in _NO_EVENT):
        return True
    if line.level != "error" and not _ANSWER.search(text) and any(pattern.search(text) for pattern in _STORIES):
        return True
    return bool(_DENIED.search(text)) and not _REAL.search(text)


def informs(line: Line) -> bool:
    """Whether it says itself that nothing is wrong: below a warning, and no word of a failure."""
    return line.level in ("debug", "info") and not _FAILED.search(line.text)
