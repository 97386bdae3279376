"""What does `$filter` of Azure Monitor ask for? `NAME eq 'VALUE'`, joined by `and`, several values of one by `or`.

Source of the grammar: azure-rest-api-specs, Microsoft.Insights 2018-01-01, metrics_API.json, `$filter`; of the activity
log's: learn.microsoft.com/rest/api/monitor/activity-logs/list.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime

from holdfast_sandbox.arm.services.monitor import exceptions

_TERM = re.compile(r"\s*(?P<name>\w+)\s+(?P<how>eq|ge|le)\s+'(?P<value>[^']*)'\s*", re.IGNORECASE)
_JOINED = re.compile(r"(?:and|or)\b", re.IGNORECASE)


def terms(text: str) -> list[tuple[str, str, str]]:
    """(name, `eq`, `ge` or `le`, value) of each term; 400 where the text is written otherwise."""
    found, at = [], 0
    while at < len(text.rstrip()):
        term = _TERM.match(text, at)
        if term is None:
            raise exceptions.malformed(f"The filter '{text}' is not valid at position {at}.")
        found.append((term["name"], term["how"].lower(), term["value"]))
        at = term.end()
        joined = _JOINED.match(text, at)
        if joined is None and at < len(text.rstrip()):
            raise exceptions.malformed(f"The filter '{text}' is not valid at position {at}.")
        at = joined.end() if joined is not None else at
    return found


def moment(text: str) -> float:
    """Seconds since 1970 of a time in ISO 8601, in UTC where it names no zone; 400 for anything else."""
    try:
        read = datetime.fromisoformat(text)
    except ValueError:
        raise exceptions.malformed(f"'{text}' is no time in the format of ISO 8601.") from None
    return (read if read.tzinfo else read.replace(tzinfo=UTC)).timestamp()
