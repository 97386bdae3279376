"""Tell the vineyard of a wine. The inference server calls `init` once and `run` for each request."""

import json
import os
from pathlib import Path

import joblib

#: Measurements of one wine, in the order of scikit-learn's data set.
MEASUREMENTS = 13
VINEYARDS = ("class_0", "class_1", "class_2")

model = None


def init():
    """Load the model. A folder that is registered keeps its name below AZUREML_MODEL_DIR."""
    global model
    model = joblib.load(Path(os.environ["AZUREML_MODEL_DIR"]) / "model" / "wine.joblib")


def run(data):
    """`{"data": [[13 numbers], ...]}` -> `{"vineyards": [...], "probabilities": [...]}`, one of each a row."""
    try:
        rows = json.loads(data)["data"]
    except (ValueError, KeyError, TypeError):
        return {"error": 'send {"data": [[13 numbers], ...]}'}
    if not rows or any(not isinstance(row, list) or len(row) != MEASUREMENTS for row in rows):
        return {"error": f"each row has {MEASUREMENTS} numbers"}
    chances = model.predict_proba(rows)
    return {
        "vineyards": [VINEYARDS[index] for index in chances.argmax(axis=1)],
        "probabilities": [round(float(row.max()), 3) for row in chances],
    }
