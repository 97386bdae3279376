"""What is wrong, judging by what was written down? Evidence in, findings out; pure.

Nothing here asks Azure, reads a file or looks at a clock: `ops/doctor.py` does. A symptom is a file under `symptoms`,
matched against lines and tracebacks that have been freed of colour, timestamps and wrapping first, so that one pattern
serves a kubectl event, a CI log and a JSON line alike.
"""

from holdfast.diagnose.engine import Diagnosis, Evidence, Finding, diagnose

__all__ = ["Diagnosis", "Evidence", "Finding", "diagnose"]
