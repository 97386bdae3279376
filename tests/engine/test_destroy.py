"""`retain: false` on the real engine: nothing but what is ours is deleted, softly, and not before it is looked at."""

from __future__ import annotations

from typing import Any

import pytest

from holdfast_sandbox.rehearsal import Project
from tests.engine.foreign_hand import ForeignHand

pytestmark = pytest.mark.engine
