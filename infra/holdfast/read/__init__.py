"""What exists? The only code that queries Azure; "could not read" is never "absent".

`environment.read` is the way in. Everything that it finds goes into one `Facts`.
"""

from holdfast.read.environment import read
from holdfast.read.state import parse_state
from holdfast.read.vault import read_policies

__all__ = ["parse_state", "read", "read_policies"]
