"""Does the example predict? In an environment of its own, made from the file that the image is made from."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

EXAMPLE = Path(__file__).parents[2] / "examples/wine"
SAMPLES = sorted(path for path in EXAMPLE.glob("sample*.json") if not path.name.endswith(".expected.json"))

#: As the server does it: a module with `init` and `run`, called with the body of each request.
CALL = """
import json, sys
sys.path.insert(0, "code")
import score
score.init()
print(json.dumps([score.run(open(path).read()) for path in sys.argv[1:]]))
"""


def test_both_files_of_the_environment_say_the_same() -> None:
    """Whoever has no conda gets what the others get."""
    conda = yaml.safe_load((EXAMPLE / "conda.yaml").read_text(encoding="utf-8"))
    pip = next(item["pip"] for item in conda["dependencies"] if isinstance(item, dict))
    lines = (EXAMPLE / "requirements.txt").read_text(encoding="utf-8").splitlines()
    assert pip == [line for line in lines if line and not line.startswith("#")]


@pytest.fixture(scope="module")
def python() -> Path:
    """An interpreter with what requirements.txt lists; kept in Holdfast's home, by what the file says."""
    wanted = EXAMPLE / "requirements.txt"
    home = Path(os.environ.get("HOLDFAST_HOME") or Path(__file__).parents[2] / ".holdfast")
    folder = home / "examples" / hashlib.sha256(wanted.read_bytes()).hexdigest()[:12]
    made = folder / "bin/python"
    if not (folder / "ready").is_file():
        uv = Path(sys.executable).with_name("uv")
        for command in (
            [uv, "venv", "--quiet", "--clear", "--python", sys.executable, folder],
            [uv, "pip", "install", "--quiet", "--python", made, "-r", wanted],
        ):
            subprocess.run([str(word) for word in command], check=True, timeout=600)
        (folder / "ready").touch()
    return made


def call(python: Path, script: str, *words: str | Path, **more: str) -> str:
    environment = {**os.environ, "AZUREML_MODEL_DIR": str(EXAMPLE), "PYTHONDONTWRITEBYTECODE": "1", **more}
    done = subprocess.run(
        [str(python), "-c", script, *map(str, words)],
        cwd=EXAMPLE,
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.slow
def test_every_sample_is_answered_as_is_written_beside_it(python: Path) -> None:
    """The committed model, by the code that goes into the image."""
    assert len(SAMPLES) == 3
    answers = json.loads(call(python, CALL, *SAMPLES))
    wanted = [json.loads(path.with_suffix(".expected.json").read_text(encoding="utf-8")) for path in SAMPLES]
    assert answers == wanted


@pytest.mark.slow
def test_the_script_makes_the_model_that_is_committed(python: Path, tmp_path: Path) -> None:
    """Its predictions, not its bytes: the last digits of floating point numbers are the machine's."""
    copy = tmp_path / "train.py"
    copy.write_bytes((EXAMPLE / "train.py").read_bytes())
    said = call(python, f"import runpy; runpy.run_path({str(copy)!r}, run_name='__main__')")
    assert "96% of 54" in said
    fresh = json.loads(call(python, CALL, *SAMPLES, AZUREML_MODEL_DIR=str(tmp_path)))
    assert fresh == json.loads(call(python, CALL, *SAMPLES))
