"""What does the page about scenarios say? Made of the scenarios themselves, by `holdfast docs`."""

from __future__ import annotations

import textwrap

from holdfast_sandbox.scenarios.scenario import NAMES, load

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


def render() -> str:
    """The whole page."""
    sections = []
    for one in map(load, NAMES):
        story = f"{one.title}. {one.story}".strip()
        sections.append(f"## `{one.name}`\n\n{textwrap.fill(story, 120)}\n")
    return "\n".join([_HEAD, *sections])
