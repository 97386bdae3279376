"""Real `pulumi` runs of the unchanged program, and what they did to Azure: for `make up`, tests and benchmarks.

Drives the program from outside, by its files and its command line, and reads the sandbox's request log; it imports
nothing of `holdfast`.
"""

from holdfast_sandbox.rehearsal.azure import Azure, Request
from holdfast_sandbox.rehearsal.project import Outcome, Project
from holdfast_sandbox.rehearsal.stranger import Stranger

__all__ = ["Azure", "Outcome", "Project", "Request", "Stranger"]
