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
from holdfast.model.existing import Live
from holdfast.model.kinds import Kind
from holdfast.model.names import resource_id
from holdfast.model.services import Target
from holdfast.ops.ask import confirm
from holdfast.ops.doctor.answers import answers
from holdfast.ops.doctor.collect import Collected
from holdfast.ops.output import say
from holdfast.ops.service.stack import Stack
from holdfast.ops.vault.restore import give_back
from holdfast.read.resources import get_resource
from holdfast.verify.survey import RBAC, authorization_of

#: Seconds between two looks at a service that was started anew, and until it has to answer.
SETTLES, PATIENCE = 4.0, 60.0
#: Looks in a row that show an exception, before it counts as one of the new run.
RAISES = 2

_SERVICE = re.compile(r"(?:log of |traffic of )?service (?P<name>\S+)$")


@dataclass(frozen=True, slots=True)
class Fixed:
    """What came of it. `applied`: the commands that were carried out (with `dry_run`: would be); `left`: the finding as
    it is afterwards, `None` where it is gone; `diagnosis` is all of what was found last, with `not_read`. `silent`: the
    services that were restarted and are not well yet, of which nobody can say that it is gone."""

    id: str
    applied: tuple[str, ...]
    done: bool
    left: Finding | None
    diagnosis: Diagnosis
    not_read: tuple[dict[str, str], ...]
    silent: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Applied:
    """The commands, and the services that were restarted."""

    commands: tuple[str, ...]
    restarted: tuple[str, ...] = ()


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
    applied = apply(stack, finding, dry_run, yes, err)
    if dry_run:
        return Fixed(symptom.id, applied.commands, False, finding, diagnose(seen.evidence), tuple(seen.not_read))
    seen, silent = _looked_again(stack, symptom, look, applied.restarted)
    diagnosis = diagnose(seen.evidence)
    left = _of(symptom, diagnosis) or (finding if silent else None)
    return Fixed(symptom.id, applied.commands, True, left, diagnosis, tuple(seen.not_read), silent)


def _looked_again(
    stack: Stack, symptom: Symptom, look: Look, restarted: tuple[str, ...]
) -> tuple[Collected, tuple[str, ...]]:
    """What is there now, and who of the restarted is not well. A container that was started a moment ago has not failed
    yet, and its log is empty: that nothing is found there is no sign that it goes well, only its answer is."""
    if not restarted:
        return look(), ()
    until = time.monotonic() + PATIENCE
    raised = 0
    while True:
        time.sleep(SETTLES)
        seen = look()
        finding = _of(symptom, diagnose(seen.evidence))
        silent = tuple(name for name in restarted if not _is_well(stack, name))
        if finding is None and not silent:
            return seen, ()
        # An exception of the script comes again at each start; what else there is may be of the start alone. One that
        # is there once may be the last word of the run that the restart has ended, and so is one of who is well.
        raised = raised + 1 if silent and finding is not None and finding.frame is not None else 0
        if raised >= RAISES or time.monotonic() > until:
            return seen, silent


def _is_well(stack: Stack, name: str) -> bool:
    """A container group says `Running` while its container comes up, so it has to answer; a deployment's rollout has
    ended by then, and its state says how."""
    service = stack.service(name)
    status = stack.running(service).status()
    return status.state == "Running" and (service.target is Target.AKS or answers(status.scoring_uri))


def _of(symptom: Symptom, diagnosis: Diagnosis) -> Finding | None:
    return next((finding for finding in diagnosis.findings if finding.id == symptom.id), None)


def _restore(stack: Stack, finding: Finding, dry_run: bool, yes: bool, err: bool) -> _Applied:
    """The stack's own vault, whatever the evidence calls it: a line of a log may name another one. To an RBAC vault
    entries would be added that count for nothing until somebody switches it: `--yes` is no leave for that."""
    vault = resource_id(stack.wanted, Kind.VAULT)
    found = get_resource(stack.client, Kind.VAULT, vault)
    if isinstance(found, Live) and authorization_of(found.properties) == RBAC:
        raise HoldfastError([_by_hand(finding)])
    give_back(vault, dry_run=dry_run, yes=yes, err=err)
    return _Applied((f"holdfast vault restore {vault}",))


def _restart(stack: Stack, finding: Finding, dry_run: bool, yes: bool, _err: bool) -> _Applied:
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
    return _Applied(tuple(f"holdfast service restart {name}" for name in names), names)


#: What the doctor carries out, by the begin of what a symptom says that can be applied.
_REMEDIES: dict[str, Callable[[Stack, Finding, bool, bool, bool], _Applied]] = {
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
