"""Tokens of an endpoint whose authMode is AMLToken: signed with a secret of the endpoint, good for some hours.

The shape of the answer is the specification's EndpointAuthToken; tokens last between one and twelve hours
(learn.microsoft.com/azure/machine-learning/how-to-authenticate-online-endpoint).
"""

from __future__ import annotations

import hashlib
import hmac

from holdfast_sandbox.arm.store import Json

LIFE = 12 * 3600


def issue(secret: str, now: float) -> Json:
    ends = int(now) + LIFE
    return {
        "accessToken": f"{ends}.{_signature(secret, ends)}",
        "tokenType": "Bearer",
        "expiryTimeUtc": ends,
        "refreshAfterTimeUtc": int(now) + LIFE // 2,
    }


def good(secret: str, token: str, now: float) -> bool:
    ends, _, signature = token.partition(".")
    if not ends.isdigit() or len(ends) > 12 or int(ends) < now:
        return False
    return hmac.compare_digest(signature.encode(), _signature(secret, int(ends)).encode())


def _signature(secret: str, ends: int) -> str:
    return hmac.new(secret.encode(), str(ends).encode(), hashlib.sha256).hexdigest()
