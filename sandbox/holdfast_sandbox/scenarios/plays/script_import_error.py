"""The scoring script imports what the image does not have."""

from collections.abc import Iterator

from holdfast_sandbox.scenarios.stage import SCRIPT, Stage

SYMPTOMS = ("script-import-error",)


def play(stage: Stage) -> Iterator[str]:
    yield stage.provision()
    stage.edit(SCRIPT, "import joblib\n", "import joblib\nimport xgboost\n")
    yield "score.py imports xgboost, which conda.yaml does not list"
    yield stage.fails("up", "No module named 'xgboost'")
