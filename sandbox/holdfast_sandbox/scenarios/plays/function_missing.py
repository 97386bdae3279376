"""The scoring script has no `run()` when the server looks for it.

It is there for whoever reads the file, and deleted by the file's last line. `holdfast settings check` finds a script
that lacks it from the start.
"""

from collections.abc import Iterator

from holdfast_sandbox.rehearsal.story import EXAMPLE
from holdfast_sandbox.scenarios.stage import SCRIPT, Stage

SYMPTOMS = ("script-function-missing",)


def play(stage: Stage) -> Iterator[str]:
    yield stage.provision()
    script = stage.project.folder / SCRIPT
    script.write_text(script.read_text(encoding="utf-8") + "\n\ndel run\n", encoding="utf-8")
    yield f"the last line of {SCRIPT.removeprefix(f'{EXAMPLE}/')} deletes run()"
    yield stage.fails("up", "does not have a run() function")
