"""What does the page about scenarios say? Made of the scenarios themselves, by `holdfast docs`."""

from __future__ import annotations

import textwrap

from holdfast_sandbox.scenarios.scenario import NAMES, load
from holdfast_sandbox.scenarios.unplayed import UNPLAYED

_HEAD = """\
# Failures to look at

Written by `holdfast docs`; do not edit.

Each of these can be played on the embedded Azure, with the real engine, before it happens anywhere else. It breaks the
environment of the stack `sandbox`, shows each step, and leaves it so: the sandbox goes on running, for the commands
that look into it. The checkout stays as it is: `holdfast sandbox run -- pulumi up --stack sandbox` in it mends what was
broken.

```sh
holdfast sandbox scenario list                                 # what there is
holdfast sandbox scenario template-redeploy-wipes-vault        # play one
holdfast sandbox scenario template-redeploy-wipes-vault --fresh  # on an empty sandbox
holdfast sandbox fault clear                                   # ends the rules that some of them leave
```
"""


_TABLES = """\
## Which shows what

Each symptom that `holdfast doctor` knows is shown by a scenario, or the sandbox can't produce it.

| symptom | scenario |
|---|---|
"""
_UNPLAYED = """
| symptom | why the sandbox can't produce it |
|---|---|
"""


def render() -> str:
    """The whole page."""
    sections = []
    played: dict[str, list[str]] = {}
    for one in map(load, NAMES):
        story = f"{one.title}. {one.story}".strip()
        sections.append(f"## `{one.name}`\n\n{textwrap.fill(story, 120)}\n")
        for symptom in one.symptoms:
            played.setdefault(symptom, []).append(f"[`{one.name}`](#{one.name})")
    shown = [f"| [`{id}`](symptoms.md#{id}) | {', '.join(names)} |" for id, names in sorted(played.items())]
    others = [f"| [`{id}`](symptoms.md#{id}) | {why} |" for id, why in sorted(UNPLAYED.items())]
    tables = _TABLES + "\n".join(shown) + "\n" + _UNPLAYED + "\n".join(others) + "\n"
    return "\n".join([_HEAD, tables, *sections])
