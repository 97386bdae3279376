"""Did a replica end while it had a request?

Sources: learn.microsoft.com/azure/machine-learning/how-to-troubleshoot-online-endpoints, "HTTP status codes"; the front
end's text: Azure/MachineLearningNotebooks issue 450.
"""

from __future__ import annotations

from holdfast.diagnose.symptom import SURE, Says, Symptom
from holdfast.diagnose.vocabulary import ELSEWHERE, SCORING, route, status

SYMPTOM = Symptom(
    id="crash-502",
    title="a replica fails while it answers (502)",
    looks_like="Clients get 502; the front end says that the replica closed the connection before it replied.",
    cause="`run()` raised, or the process ended in the midst of a request: out of memory, a crash in native code, a restart.",
    remedy="The container's log has the exception, or the last line before the end.",
    commands=("holdfast logs service {service} --previous", "holdfast service show {service}"),
    applies="holdfast service restart {service}",
    source="https://learn.microsoft.com/azure/machine-learning/how-to-troubleshoot-online-endpoints#http-status-codes",
    says=(
        Says(
            (
                r"(?:replica|upstream|backend|container|server|worker)\b.{0,40}(?:prematurely )?clos(?:ed|ing) (?:the )?connection\b.{0,40}",
            ),
            none=(ELSEWHERE + r"|postgres|redis|sql",),
            near=(r"reply|replying|response|502|upstream|score",),
            confidence=SURE,
        ),
        Says((r"upstream connect error or disconnect|remote end closed connection without response",), near=(SCORING,)),
        Says((route(502),), plain=True),
        Says((status(502), SCORING), none=(ELSEWHERE,), plain=True),
        Says(
            (status(502) + r"|\bbad gateway\b",),
            near=(SCORING,),
            none=(ELSEWHERE,),
            unless=(r"Model Management Service|modelmanagement",),
            within=3,
        ),
        Says(
            (r"(?:segmentation fault|SIGSEGV|core dumped|exit code 139)",),
            near=(SCORING + r"|worker|gunicorn|container|pod",),
        ),
    ),
    resolved=r"(?:attempt|try|retry|retried)\b.{0,60}\b(?:succeeded|successful|ok\b|200\b)",
)
