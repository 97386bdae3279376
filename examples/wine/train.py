"""Make the model of this example: which of three vineyards a wine is from, by its chemistry.

    pip install -r requirements.txt && python train.py

scikit-learn brings the data along, so nothing is downloaded. The split and the training are seeded: whoever runs this
gets the same predictions. The file's bytes may differ by machine (the last digits of its numbers do), and with them
its hash; that is why `model/wine.joblib` is committed, and this script is what made it.
"""

from pathlib import Path

import joblib
from sklearn.datasets import load_wine
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import train_test_split
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

SEED = 7
MODEL = Path(__file__).parent / "model" / "wine.joblib"


def main() -> None:
    """Train, say how good it is on what it has not seen, write the file."""
    data = load_wine()
    seen, unseen, right, to_tell = train_test_split(
        data.data, data.target, test_size=0.3, random_state=SEED, stratify=data.target
    )
    model = make_pipeline(StandardScaler(), LogisticRegression(max_iter=500, random_state=SEED)).fit(seen, right)
    print(f"right about {model.score(unseen, to_tell):.0%} of {len(unseen)} wines that it has not seen")
    MODEL.parent.mkdir(exist_ok=True)
    joblib.dump(model, MODEL, compress=3)


if __name__ == "__main__":
    main()
