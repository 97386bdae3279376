"""The scoring script looks for its model where it is not.

A model's folder keeps its name below AZUREML_MODEL_DIR; the script leaves it out.
"""

from collections.abc import Iterator

from holdfast_sandbox.scenarios.stage import SCRIPT, Stage

SYMPTOMS = ("model-path-missing",)


def play(stage: Stage) -> Iterator[str]:
    yield stage.provision()
    stage.edit(SCRIPT, '/ "model" / "wine.joblib"', '/ "wine.joblib"')
    yield "score.py loads $AZUREML_MODEL_DIR/wine.joblib; the file is in $AZUREML_MODEL_DIR/model"
    yield stage.fails("up", "No such file or directory", "wine.joblib")
