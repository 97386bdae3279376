"""`run()` catches every exception and returns its text to whoever asked.

It helps while a script is written. Later the status is 200, no monitor sees a failure, and a stranger reads what the
model is made of.
"""

import json
from collections.abc import Iterator

from holdfast_sandbox.scenarios.stage import SCRIPT, STACK, TRIAL, Stage, not_shown

SYMPTOMS = ("run-returns-errors-in-production",)


def play(stage: Stage) -> Iterator[str]:
    yield stage.provision()
    stage.edit(
        SCRIPT,
        "    chances = model.predict_proba(rows)",
        "    try:\n        chances = model.predict_proba([row[:12] for row in rows])\n"
        '    except Exception as error:\n        return f"{type(error).__name__}: {error}"',
    )
    stage.project.up()
    yield "score.py returns the text of what it catches"
    answer = stage.ask(TRIAL)
    if answer.status_code != 200 or "Error" not in answer.text:
        raise not_shown("an error with status 200", f"{answer.status_code} {answer.text}")
    uri = stage.outputs()["services"][TRIAL]["scoringUri"]
    stage.said += f"POST {uri} HTTP/1.1 200 OK\nresponse body: {answer.text}\n"
    pack, config = stage.project.checkout / "policies", stage.project.folder / "policies.json"
    config.write_text(json.dumps({"service-returns-errors": {"stacks": [STACK]}}), encoding="utf-8")
    done = stage.project.preview("--policy-pack", str(pack), "--policy-pack-config", str(config), expect=None)
    if done.code == 0 or "returns the text of its exceptions to clients" not in done.text:
        raise not_shown("a preview that the policy pack ends", done.text)
    yield "pulumi preview --policy-pack policies, were this a stack of production: service-returns-errors ends it"
    yield f"a client asks: {answer.status_code} {answer.text.strip()[:120]}"
