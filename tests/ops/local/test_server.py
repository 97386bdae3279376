"""Does the process before the server know when it may import libraries ahead, and where a server may listen?"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from holdfast.ops.local import server


@pytest.mark.parametrize(
    ("line", "sets"),
    [
        ('os.environ["OMP_NUM_THREADS"] = "1"', True),
        ("environ.setdefault('HF_HOME', 'x')", True),
        ("os.environ.update(A='1')", True),
        ("load_dotenv()", True),
        ("os.putenv('A', '1')", True),
        ('path = os.environ["AZUREML_MODEL_DIR"]', False),
        ('if os.environ["A"] == "1":', False),
        ('os.environ.get("A")', False),
    ],
)
def test_a_script_that_sets_variables_is_known(tmp_path: Path, line: str, sets: bool) -> None:
    """Reading them is no such thing, nor is what a model brings along."""
    (tmp_path / "inner").mkdir()
    (tmp_path / "inner/more.py").write_text(line)
    assert server.sets_variables(tmp_path) is sets
    (tmp_path / "inner").rename(tmp_path / "azureml-models")
    assert server.sets_variables(tmp_path) is False


def test_what_python_compiled_of_the_code_is_forgotten(tmp_path: Path) -> None:
    """An edit of the same size within a second would be taken for none; a model's own files are left alone."""
    for folder in ("inner/__pycache__", "__pycache__", "azureml-models/m/1/__pycache__"):
        (tmp_path / folder).mkdir(parents=True)
        (tmp_path / folder / "more.cpython-311.pyc").write_text("")
    (tmp_path / "inner/more.py").write_text("")
    server.forget_compiled(tmp_path)
    left = sorted(path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*") if path.is_file())
    assert left == ["azureml-models/m/1/__pycache__/more.cpython-311.pyc", "inner/more.py"]


def test_a_server_for_everybody_listens_here_alone() -> None:
    """In a process of its own, since it stays so: the address that gunicorn is told, of both families."""
    text = f"""
import socket, sys
sys.path.insert(0, {str(Path(server.__file__).parent)!r})
import server
server.stay_on_loopback()
for family, address in ((socket.AF_INET, "0.0.0.0"), (socket.AF_INET, ""), (socket.AF_INET6, "::")):
    try:
        with socket.socket(family) as one:
            one.bind((address, 0))
            print(one.getsockname()[0])
    except OSError as error:
        print("::1" if family == socket.AF_INET6 else error)
"""
    done = subprocess.run([sys.executable, "-c", text], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["127.0.0.1", "127.0.0.1", "::1"]


def test_libraries_are_what_the_environment_and_python_bring(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Not the code of a service, whatever it is called."""
    (tmp_path / "helper_of_a_service.py").write_text("")
    monkeypatch.syspath_prepend(tmp_path)
    import helper_of_a_service  # type: ignore[import-not-found]  # noqa: F401

    found = server.libraries()
    assert {"json", "pytest"} <= set(found)
    assert not {"helper_of_a_service", "__main__"} & set(found)
