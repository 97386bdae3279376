"""Does a scoring script hand its exceptions to whoever sent the request?

Source: learn.microsoft.com/azure/machine-learning/v1/how-to-troubleshoot-deployment, "Debug locally": good for finding
a fault, and not to be left in a service that others call.
"""

from __future__ import annotations

from holdfast.diagnose.script import errors_returned
from holdfast.diagnose.symptom import LIKELY, Says, Symptom
from holdfast.diagnose.vocabulary import SCORING

SYMPTOM = Symptom(
    id="run-returns-errors-in-production",
    title="run() returns the text of its exceptions to clients",
    looks_like="A scoring script catches an exception and returns `str(error)`; clients get 200 with a Python error in the body.",
    cause=(
        "It helps while a script is written. In a service it tells strangers paths, library versions and data, and hides "
        "the failure from every monitor: the status is 200."
    ),
    remedy="Let the exception go, or log it and answer with a status of your own.",
    commands=("grep -n 'return.*str(e' score.py", "holdfast service deploy {service}"),
    warns=True,
    source="https://learn.microsoft.com/azure/machine-learning/v1/how-to-troubleshoot-deployment",
    says=(
        Says(
            (r"^\W*(?:error|message|result|exception|detail|body)?\W*(?:[A-Z]\w+(?:Error|Exception)): ",),
            near=(r"(?:HTTP(?:/\d\.\d)?|status\w*|->|\")\W{1,3}200\b|200 OK", SCORING),
            unless=(r"\b50\d\b|\b(?-i:ERROR)\b",),
            within=2,
            plain=True,
        ),
        Says((r"service `(?P<service>[^`]+)` returns the text of an exception to its clients",), confidence=LIKELY),
        Says(
            (
                r"(?:return\w*|expos\w+|sends?|leaks?|hands?)\b.{0,40}\b(?:exception|error|traceback|stack ?trace)\b.{0,40}\bto (?:the |its |a )?(?:client|caller)s?\b",
            ),
            confidence=LIKELY,
        ),
        Says(
            (r"(?:\b200\b|\bOK\b|succeeded).{0,160}(?:Traceback \(most recent call last\)|\b[A-Z]\w+Error\b\W)",),
            none=(r"\bretr(?:y|ied)\b|\b50\d\b|ERROR\b.*(?:PUT|GET) ",),
            near=(r"score|response|body|answer|predict|invoke",),
            confidence=LIKELY,
            plain=True,
        ),
        Says(
            (
                r"(?:body|response|content|answer|prediction|result)\b.{0,60}(?:Traceback \(most recent call last\)|\b(?!HTTP)[A-Z]\w+Error\b\W|could not convert string to float|object has no attribute)",
            ),
            near=(r"(?:\s|\b|\")200(?:\b|\s)|200 OK",),
            none=(r"\b50\d\b",),
            confidence=LIKELY,
            plain=True,
        ),
    ),
    extra=errors_returned,
)
