"""Who is who in the sandbox? Fixed, so that a stack file, a test and a log line can name the tenant and the caller.

The ids start with the same eight digits in order to be recognised at a glance as the sandbox's own, never a real
tenant's.
"""

from __future__ import annotations

import uuid
from typing import Final

TENANT_ID: Final = "5a4db0c5-7e0a-4000-8000-000000000001"
SUBSCRIPTION_ID: Final = "5a4db0c5-5b5c-4000-8000-000000000002"
SUBSCRIPTION_NAME: Final = "Holdfast sandbox"
CLIENT_ID: Final = "5a4db0c5-c11e-4000-8000-000000000003"
OBJECT_ID: Final = "5a4db0c5-01d0-4000-8000-000000000004"
# Public on purpose: it opens nothing but a server on this machine's loopback interface.
CLIENT_SECRET: Final = "sandbox-only-not-a-secret"  # noqa: S105 - not a secret, as it says

_STRANGERS: Final = uuid.UUID(TENANT_ID)


def object_id_of(client_id: str) -> str:
    """The object id of the service principal behind `client_id`: fixed for the default one, derived (uuid5) for
    others.
    """
    if client_id.lower() == CLIENT_ID:
        return OBJECT_ID
    return str(uuid.uuid5(_STRANGERS, client_id.lower()))
