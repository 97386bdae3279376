"""`holdfast size`: how many replicas does a service need, and what becomes of the requests until they are there?"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import click

from holdfast.decide.arrivals import SEED, arrivals
from holdfast.decide.capacity import fits
from holdfast.decide.simulation import simulate
from holdfast.decide.sizing import size as size_of
from holdfast.decide.sizing_search import TARGETS, Found, find_scale
from holdfast.model.errors import Fault, HoldfastError
from holdfast.model.sizing import MOST_REPLICAS, Demand, Interval, Outcome, Scale, Serving
from holdfast.ops.login import progress
from holdfast.ops.output import say
from holdfast.ops.size import pages
from holdfast.ops.size.drawing import draw, percent
from holdfast.ops.size.plot import SUFFIXES, write_plot
from holdfast.ops.size.profile import read_profile
from holdfast.ops.size.subject import Subject, subject_of
from holdfast.ops.stack_file import stack_file
from holdfast.settings import read_file
from holdfast.settings.edit import CannotEditError, with_autoscale

#: Parts that a simulation is shown in, and arrangements of a random load that have to do.
SAMPLES, ARRANGEMENTS = 240, 3


class _Number(click.ParamType[Fraction]):
    """A decimal number above 0, kept as it is written; `percent`: or a share, `0.1%` for 0.001."""

    def __init__(self, *, percent: bool = False) -> None:
        self.name = "share" if percent else "number"
        self._percent = percent

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Fraction:
        """The number. Fails for anything else."""
        text = str(value).strip()
        share = self._percent and text.endswith("%")
        try:
            number = Fraction(text.removesuffix("%") if share else text) / (100 if share else 1)
        except (ValueError, ZeroDivisionError):
            self.fail(f"`{value}` is no number{' such as 0.1% or 0.001' if self._percent else ''}", param, ctx)
        if (self._percent and not 0 <= number < 1) or (not self._percent and not 0 < number <= 10**9):
            self.fail(f"`{value}` is not {'from 0 to below 100%' if self._percent else 'above 0'}", param, ctx)
        return number


@click.command()
@click.argument("service", required=False)
@click.option("--rps", type=_Number(), help="A steady load: requests a second.")
@click.option("--seconds", type=_Number(), help="What a request takes. Needed unless the profile says it.")
@click.option("--concurrency", type=click.IntRange(1, 1000), help="Requests at once in a replica. Default: 1.")
@click.option("--target", type=click.IntRange(1, 100), help="Utilization aimed at, in percent. Default: 70.")
@click.option("--min", "least", type=click.IntRange(1, MOST_REPLICAS), help="Replicas at the least. Default: 1.")
@click.option("--max", "most", type=click.IntRange(1, MOST_REPLICAS), help="Replicas at the most. Default: 10.")
@click.option(
    "--profile",
    metavar="FILE",
    type=click.Path(dir_okay=False, path_type=Path),
    help="A load that changes: a CSV, what `az monitor metrics list` prints, or `-`.",
)
@click.option("--goal", type=_Number(percent=True), default="0.1%", show_default=True, help="503s at the most.")
@click.option("--start", type=_Number(), help="Seconds until a new replica can be asked. Default: 10.")
@click.option("--evenly", is_flag=True, help="Requests come evenly within each row, not at random.")
@click.option("--stack", metavar="STACK", help="Of SERVICE. Default: PULUMI_STACK, else the project's only stack.")
@click.option("--write", is_flag=True, help="Write `autoscale` of SERVICE into the stack file.")
@click.option(
    "--plot", metavar="FILE", type=click.Path(dir_okay=False, path_type=Path), help="A chart: FILE.html or FILE.png."
)
@click.option("--json", "as_json", is_flag=True, help="A JSON object; see docs/size.md.")
def size(
    service: str | None,
    rps: Fraction | None,
    seconds: Fraction | None,
    concurrency: int | None,
    target: int | None,
    least: int | None,
    most: int | None,
    profile: Path | None,
    goal: Fraction,
    start: Fraction | None,
    evenly: bool,
    stack: str | None,
    write: bool,
    plot: Path | None,
    as_json: bool,
) -> None:
    """How many replicas does a service need, that few requests are answered with 503?

    With --rps by Microsoft's rule of thumb. With --profile by simulation: of the autoscaler (1 s up, 60 s down), the
    start of a container, and the queue (500 ms, then 503); then the smallest `min`, `max` and `target` under the goal
    (a --target that is given stays).
    Of a SERVICE of the stack (target `aks`) the settings are taken from its file, and it is said whether the cluster
    can hold the replicas. Nobody is asked: no login, no Azure.

    \b
    A profile, each row until the next one; `time` may be a clock's or a date, the
    load also `rps` or `requestsPerMinute`, and `seconds` what a request takes:
      time,requests
      0,300
      60,2400
      120,600

    \b
    Examples:
      holdfast size --rps 20 --seconds 10
      holdfast size --profile load.csv --seconds 0.4 --goal 0.1%
      holdfast size wine --profile load.csv --seconds 0.4 --write
    """
    _check(service, rps, seconds, profile, write, plot)
    subject = _subject(service, stack) if service else None
    serving, scale = _given(subject, concurrency, target, least, most, start)
    if rps is not None:
        assert seconds is not None
        working = size_of(Demand(rps, seconds, serving.concurrency, scale.target))
        wish = Scale(min(scale.min, working.replicas), working.replicas, scale.target)
        possible = working.replicas <= MOST_REPLICAS
        if write and not possible:
            evidence = (("replicas", str(working.replicas)), ("allowed", f"at most {MOST_REPLICAS}"))
            what = f"`autoscale.max` takes no {working.replicas} replicas: nothing was written"
            hint = "more requests at once in a replica (`maxConcurrentRequests`), or several services"
            raise HoldfastError([Fault("settings-not-written", what, evidence, hint)])
        settings = pages.scale_json(wish) if possible else None
        told = {"working": pages.working_json(working), "settings": settings}
        lines = pages.working(working, wish)
        longest = float(seconds)
    else:
        assert profile is not None
        rows = read_profile(profile, _text(profile), float(seconds) if seconds is not None else None)
        now, found = _simulated(rows, serving, scale, goal, evenly, targets=[target] if target else TARGETS)
        told = pages.load_json(rows, goal, now, found)
        lines = pages.load(rows, goal, now, found, serving)
        longest = max(row.seconds for row in rows)
        if plot is not None:
            shown = found.outcome if found is not None else now
            write_plot(plot, draw(shown, f"{service or profile.name}: load and replicas"))
            say(f"{plot} is written")
        if found is None:
            _refuse_goal(goal, now, write)
        wish = found.outcome.scale if found is not None else now.scale
    fit = fits(subject.pools, wish.max, subject.cores, subject.gigabytes) if subject and subject.pools else ()
    if subject is not None:
        told["cluster"] = pages.cluster_json(fit, wish, known=subject.pools is not None)
        lines += pages.cluster(fit, wish, subject)
        lines += pages.warnings(longest, subject)
    if write and as_json:
        _write(_needed(subject), wish)  # first: what is printed is what has been done
    if as_json:
        click.echo(json.dumps({**told, "written": write}, indent=2, ensure_ascii=False))
    else:
        click.echo("\n".join(lines))
    if write and not as_json:
        _write(_needed(subject), wish)


def _check(
    service: str | None,
    rps: Fraction | None,
    seconds: Fraction | None,
    profile: Path | None,
    write: bool,
    plot: Path | None,
) -> None:
    """What does not go together, before anything is read."""
    if (rps is None) == (profile is None):
        raise click.UsageError("give --rps (a steady load) or --profile (one that changes)")
    if rps is not None and seconds is None:
        raise click.UsageError("--rps needs --seconds, what a request takes")
    if write and service is None:
        raise click.UsageError("--write needs the SERVICE whose settings are to be written")
    if plot is not None and profile is None:
        raise click.UsageError("--plot needs --profile: a steady load has no course to draw")
    if plot is not None and plot.suffix.lower() not in SUFFIXES:
        raise click.UsageError(f"--plot: `{plot.name}` ends in neither {' nor '.join(SUFFIXES)}")


def _subject(service: str, stack: str | None) -> Subject:
    file = stack_file(stack)
    return subject_of(read_file(file), file, service)


def _needed(subject: Subject | None) -> Subject:
    assert subject is not None  # `_check` has seen to it
    return subject


def _given(
    subject: Subject | None,
    concurrency: int | None,
    target: int | None,
    least: int | None,
    most: int | None,
    start: Fraction | None,
) -> tuple[Serving, Scale]:
    """The options, before what the stack file says, before the defaults."""
    serving, scale = (subject.serving, subject.scale) if subject else (Serving(), Scale())
    least = least or (min(scale.min, most) if most else scale.min)
    scale = Scale(least, max(most or scale.max, least), target or scale.target)
    if most is not None and most < least:
        raise click.UsageError(f"--min {least} is more than --max {most}")
    serving = replace(
        serving,
        concurrency=concurrency or serving.concurrency,
        start=float(start) if start is not None else serving.start,
    )
    return serving, scale


def _text(path: Path) -> str:
    try:
        return sys.stdin.read() if str(path) == "-" else path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) else f"it is no UTF-8 ({error.reason})"
        evidence = (("file", str(path)), ("said", str(why)))
        raise HoldfastError([Fault("profile-unreadable", f"{path} can't be read", evidence)]) from None


def _simulated(
    rows: list[Interval], serving: Serving, scale: Scale, goal: Fraction, evenly: bool, targets: Iterable[int]
) -> tuple[Outcome, Found | None]:
    """What the load meets with the settings as they are, and with the smallest that are good enough."""
    until = rows[-1].at + rows[-1].length
    arranged = [arrivals(rows, evenly=evenly, seed=SEED + turn) for turn in range(1 if evenly else ARRANGEMENTS)]
    now = simulate(arranged[0], until, scale, serving, samples=SAMPLES)
    with progress("simulating") as tell:
        found = find_scale(arranged, until, serving, goal, targets=targets, tell=lambda count: tell(f"({count})"))
    if found is None:
        return now, None
    shown = simulate(arranged[0], until, found.outcome.scale, serving, samples=SAMPLES)
    return now, replace(found, outcome=shown)


def _refuse_goal(goal: Fraction, now: Outcome, write: bool) -> None:
    what = f"no `min` up to {MOST_REPLICAS} keeps the 503s under {percent(float(goal))}"
    evidence = (("requests", str(now.requests)), ("written", "nothing"))
    if write:
        raise HoldfastError([Fault("goal-out-of-reach", what, evidence, "more --concurrency, or several services")])
    say(f"note: {what}")


def _write(subject: Subject, scale: Scale) -> None:
    """The settings into the file, which keeps all else as it is."""
    text = subject.file.read_text(encoding="utf-8")
    try:
        edited = with_autoscale(text, subject.name, scale)
    except CannotEditError as error:
        evidence = (("file", str(subject.file)), ("wanted", pages.flow(scale)))
        what = f"{subject.file.name} was not changed: {error}"
        raise HoldfastError([Fault("settings-not-written", what, evidence, "write it by hand")]) from None
    if edited == text:
        say(f"{subject.file} has just that already")
        return
    fresh = subject.file.with_name(f".{subject.file.name}.new")
    fresh.write_text(edited, encoding="utf-8")
    fresh.chmod(subject.file.stat().st_mode)
    fresh.replace(subject.file)
    say(f"{subject.file}: service `{subject.name}` has autoscale: {pages.flow(scale)}; `pulumi up` applies it")
