"""When does the provider's login ask for its token again?

The real provider logs in by azidentity, whose requests go through azcore's pipeline with its default retry policy
(azure-sdk-for-go: azidentity `newPipelineAdapter`, azcore `runtime/policy_retry.go`): after transport errors and six
statuses, three times more, after 0.8 s times 1, 3, 7, spread by chance; `Retry-After` goes first, and one beyond a
minute ends the tries.
"""

from __future__ import annotations

import contextlib
import random
import time
from collections.abc import Callable

from holdfast_sandbox.provider.transport import Answer, TransportError

RETRIES = 3
STATUSES = frozenset({408, 429, 500, 502, 503, 504})
DELAY_SECONDS = 0.8
LONGEST_SECONDS = 60.0


def patiently(send: Callable[[], Answer]) -> Answer:
    """The answer of `send`, which is called up to four times. TransportError where the last one had none."""
    for attempt in range(1, RETRIES + 1):
        pause = min(LONGEST_SECONDS, DELAY_SECONDS * (2**attempt - 1) * random.uniform(0.8, 1.3))
        with contextlib.suppress(TransportError):
            answer = send()
            if answer.status not in STATUSES:
                return answer
            asked = _retry_after(answer)
            if asked > LONGEST_SECONDS:
                return answer
            pause = asked or pause
        time.sleep(pause)
    return send()


def _retry_after(answer: Answer) -> float:
    try:
        return float(answer.headers.get("retry-after", 0))
    except ValueError:  # a date: rare enough to be taken for nothing
        return 0.0
