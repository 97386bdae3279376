"""`holdfast doctor --fix`: may the doctor do it, and did it help?

It looks first, so that nothing is done for what is not there now; does what a command of ours does, by that command's
own code; and looks again. What a symptom's `applies` names is what happens: there is no second list of remedies.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from holdfast.diagnose import Diagnosis, Finding, diagnose
from holdfast.diagnose.symptom import Symptom, filled
from holdfast.model.errors import Fault, HoldfastError
from holdfast.model.kinds import Kind
from holdfast.model.names import resource_id
from holdfast.ops.ask import confirm
from holdfast.ops.doctor.collect import Collected
from holdfast.ops.output import say
from holdfast.ops.service.stack import Stack
from holdfast.ops.vault.restore import give_back

#: Seconds until a container that was started anew has shown how it goes.
SETTLES = 8.0

_SERVICE = re.compile(r"(?:log of )?service (?P<name>\S+)$")


@dataclass(frozen=True, slots=True)
class Fixed:
    """What came of it. `applied`: the commands that were carried out (with `dry_run`: would be); `left`: the finding as
    it is afterwards, `None` where it is gone; `diagnosis` is all of what was found last, with `not_read`."""

    id: str
    applied: tuple[str, ...]
    done: bool
    left: Finding | None
    diagnosis: Diagnosis
    not_read: tuple[dict[str, str], ...]


Look = Callable[[], Collected]


def fix(stack: Stack, symptom: Symptom, look: Look, *, dry_run: bool, yes: bool, err: bool) -> Fixed:
    """Apply the remedy of a symptom that is found now. `look` collects the evidence; `err`: plans go to stderr.

    Raises HoldfastError: `symptom-not-there`, `fix-by-hand`, `not-confirmed`, and whatever the command itself raises.
    """
    seen = look()
    finding = _of(symptom, diagnose(seen.evidence))
    if finding is None:
        raise HoldfastError([_not_there(symptom, seen.not_read)])
    apply = _REMEDIES.get(" ".join(symptom.applies.split()[:3]))
    if apply is None:
        raise HoldfastError([_by_hand(finding)])
    for line in finding.evidence:
        say(f"found: {line.where}  {line.text}")
    applied, settles = apply(stack, finding, dry_run, yes, err)
    if dry_run:
        return Fixed(symptom.id, applied, False, finding, diagnose(seen.evidence), tuple(seen.not_read))
    if settles:
        time.sleep(SETTLES)  # a container that was started a moment ago has not failed yet
    seen = look()
    diagnosis = diagnose(seen.evidence)
    return Fixed(symptom.id, applied, True, _of(symptom, diagnosis), diagnosis, tuple(seen.not_read))


def _of(symptom: Symptom, diagnosis: Diagnosis) -> Finding | None:
    return next((finding for finding in diagnosis.findings if finding.id == symptom.id), None)


def _restore(stack: Stack, _finding: Finding, dry_run: bool, yes: bool, err: bool) -> tuple[tuple[str, ...], bool]:
    """The stack's own vault, whatever the evidence calls it: a line of a log may name another one."""
    vault = resource_id(stack.wanted, Kind.VAULT)
    give_back(vault, dry_run=dry_run, yes=yes, err=err)
    return (f"holdfast vault restore {vault}",), False


def _restart(stack: Stack, finding: Finding, dry_run: bool, yes: bool, _err: bool) -> tuple[tuple[str, ...], bool]:
    """Every service whose state or log holds the evidence."""
    told = (_SERVICE.match(line.source) for line in finding.evidence)
    names = tuple(dict.fromkeys(found["name"] for found in told if found))
    if not names:
        raise HoldfastError([_by_hand(finding)])
    for name in names:
        say(f"restart service `{name}`, with the image and the settings that it has")
    say("note: it helps where what stopped it lies outside of it and has passed; an error of its script stays")
    if not dry_run:
        confirm(f"Restart {', '.join(names)}?", yes)
        for name in names:
            stack.running(stack.service(name)).restart()
            say(f"`{name}` was restarted")
    return tuple(f"holdfast service restart {name}" for name in names), True


#: What the doctor carries out, by the begin of what a symptom says that can be applied.
_REMEDIES: dict[str, Callable[[Stack, Finding, bool, bool, bool], tuple[tuple[str, ...], bool]]] = {
    "holdfast vault restore": _restore,
    "holdfast service restart": _restart,
}


def _not_there(symptom: Symptom, not_read: Sequence[dict[str, str]]) -> Fault:
    rows = tuple(("not read", f"{row['source']}: {row['reason']}") for row in not_read)
    partly = ", as far as it could be read" if rows else ""
    hint = "`holdfast doctor` says what is found"
    return Fault("symptom-not-there", f"`{symptom.id}` is not found in the stack now{partly}", rows, hint)


def _by_hand(finding: Finding) -> Fault:
    """With the commands as the evidence fills them in."""
    symptom = finding.symptom
    rows = [("found", f"{line.where}  {line.text}") for line in finding.evidence]
    rows += [("command", command) for command in finding.fix]
    if symptom.applies and not symptom.is_fixed_here:
        what = f"`{filled(symptom.applies)}` mends `{symptom.id}`, and the doctor runs no engine: nothing was done"
    else:
        what = f"`{symptom.id}` has no remedy that is safe without somebody's decision: nothing was done"
    return Fault("fix-by-hand", what, tuple(rows), symptom.remedy)
