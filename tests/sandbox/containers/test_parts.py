"""What stands in for a container: paths, environment, logs, back-off."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from holdfast_sandbox.containers import recipes
from holdfast_sandbox.containers.addresses import draw, is_ours
from holdfast_sandbox.containers.environ import environment
from holdfast_sandbox.containers.files import LARGE, lay_out
from holdfast_sandbox.containers.log import Log
from holdfast_sandbox.containers.model import Events, back_off
from holdfast_sandbox.containers.paths import Paths
from holdfast_sandbox.images import Image

PODS = "kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle"
SERVER = "learn.microsoft.com/azure/machine-learning/how-to-inference-server-http"


def image(root: Path, **more: object) -> Image:
    given = {"env": {"AML_APP_ROOT": "/var/azureml-app", "AZUREML_MODEL_DIR": "/var/azureml-app/model"}, **more}
    base = {"registry": "r", "repository": "a", "tag": "1", "digest": "", "base": "", "python": sys.executable}
    return Image(root=str(root), **{**base, **given})  # type: ignore[arg-type]


@pytest.mark.source(PODS)
def test_the_back_off_doubles_up_to_five_minutes() -> None:
    """At once after the first crash, then 10, 20, 40 ... seconds, never more than 300."""
    assert [back_off(crashes) for crashes in range(1, 9)] == [0, 10, 20, 40, 80, 160, 300, 300]
    assert back_off(10_000) == 300


def test_paths_of_the_container_are_rewritten(tmp_path: Path) -> None:
    """What is in the image's folder, and what known variables name; nothing that only looks like it."""
    (tmp_path / "etc").mkdir()
    (tmp_path / "etc/own.conf").touch()
    paths = Paths(str(tmp_path), "/own", {"AZUREML_MODEL_DIR": "/models/1"}, "/app")
    real = "/own"
    assert paths.text("/etc/own.conf") == f"{real}/etc/own.conf"
    assert paths.text("--config=/etc/own.conf") == f"{real}/etc/own.conf".join(["--config=", ""])
    assert paths.text("/etc/passwd") == "/etc/passwd"
    assert (
        paths.text("python /app/a.py --model /models/1/m.pkl")
        == f"python {real}/app/a.py --model {real}/models/1/m.pkl"
    )
    for other in ("/application", "/app2/x", "/srv/app/x", "s3://b/models/1", "/models/10", "", "/", "app"):
        assert paths.text(other) == other
    assert Paths(str(tmp_path), "/own", {}, "/").text("/") == "/"


def test_no_path_leads_out_of_the_images_folder(tmp_path: Path) -> None:
    """`..` in a path is not followed."""
    root = tmp_path / "root"
    root.mkdir()
    (tmp_path / "secret").touch()
    assert Paths(str(root), "/own", {}, "/").text("/../secret") == "/../secret"


def test_an_environment_is_the_images_and_the_callers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing of this process but its language; the image's interpreter comes first on PATH."""
    monkeypatch.setenv("ARM_CLIENT_SECRET", "x")
    monkeypatch.setenv("LANG", "C.UTF-8")
    given = {"A": "1", "PATH": "/opt/bin", "PYTHONPATH": "/var/azureml-app"}
    one = image(tmp_path)
    paths = Paths(one.root, str(tmp_path), one.env, one.workdir)
    made = environment(one, given, paths, address="127.64.0.1", ports=[5001], home=tmp_path)
    assert "ARM_CLIENT_SECRET" not in made
    assert (made["A"], made["LANG"]) == ("1", "C.UTF-8")
    assert made["AZUREML_MODEL_DIR"] == f"{tmp_path}/var/azureml-app/model"
    assert made["PATH"].startswith(str(Path(sys.executable).parent) + ":")
    assert made["PYTHONPATH"].endswith(f":{tmp_path}/var/azureml-app")


@pytest.mark.source(SERVER)
def test_the_inference_server_is_what_an_image_without_a_command_runs(tmp_path: Path) -> None:
    """With the entry script, the model's folder and the port that variables and image name; also under runsvdir."""
    python = tmp_path / "env/bin/python"
    python.parent.mkdir(parents=True)
    (python.parent / "azmlinfsrv").touch()
    script = tmp_path / "var/azureml-app/score.py"
    script.parent.mkdir(parents=True)
    script.touch()
    place = recipes.Place("127.64.0.1", (), tmp_path)
    for command in ((), ("runsvdir", "/var/runit")):
        made = recipes.recipe(
            image(tmp_path, python=str(python), command=command, ports=(8083,)),
            "inference-server",
            place,
            env={"AZUREML_ENTRY_SCRIPT": "score.py"},
        )
        app = f"{tmp_path}/inference-server/root/var/azureml-app"
        wanted = ("--port", "8083", "--entry_script", f"{app}/score.py", "--model_dir", f"{app}/model")
        assert made.argv == ("azmlinfsrv", *wanted)
    other = recipes.recipe(image(tmp_path, command=("x",)), "c", place, command=["y", "/var/azureml-app/score.py"])
    assert other.argv == ("y", f"{tmp_path}/c/root/var/azureml-app/score.py")


def test_a_log_is_of_a_bounded_size() -> None:
    """The oldest lines go; lines cut anywhere are whole; a tail is the last lines."""
    log = Log(kept=100)
    log.write(1.0, b"first\nsec")
    log.write(2.0, b"ond\n")
    assert log.lines() == [(1.0, "first"), (2.0, "second")]
    for number in range(100):
        log.write(3.0, f"line {number}\n".encode())
    assert len(log.text()) <= 100
    assert log.text(tail=1) == "line 99\n"
    assert log.text(tail=0) == ""
    log.write(4.0, b"no newline")
    assert log.text(tail=1, stamped=True) == "1970-01-01T00:00:03.000000Z no newline\n"
    log.end(4.0)
    assert log.lines(1) == [(4.0, "no newline")]
    log.write(5.0, b"x" * 100_000)
    assert len(log.text(tail=1)) < 20_000


def test_the_same_event_again_only_counts() -> None:
    """Count and last time change; there are never more than a hundred."""
    events = Events()
    for at in (1.0, 2.0, 3.0):
        events.add(at, "BackOff", "again", "Warning")
    assert [(one.count, one.first, one.last, one.type) for one in events.items] == [(3, 1.0, 3.0, "Warning")]
    for number in range(300):
        events.add(4.0, "Other", str(number))
    assert len(events.items) == 100


def test_an_address_is_one_of_loopback() -> None:
    """Drawn in 127.64.0.0/10, and none that is taken."""
    first = draw()
    assert is_ours(first)
    assert draw({first}) != first
    assert not is_ours("127.0.0.1")
    assert not is_ours("203.0.113.7")


def test_a_containers_files_are_its_own(tmp_path: Path) -> None:
    """Each run begins with the image's files; what is large is linked, and nothing is left of the run before."""
    source, root = tmp_path / "image", tmp_path / "root"
    (source / "app").mkdir(parents=True)
    (source / "app/small").write_text("one")
    (source / "app/large").write_bytes(bytes(LARGE))
    (source / "app/link").symlink_to("small")
    lay_out(str(source), str(root))
    (root / "app/small").write_text("two")
    (root / "app/new").touch()
    assert (source / "app/small").read_text() == "one"
    assert (root / "app/large").is_symlink()
    assert (root / "app/link").read_text() == "two"
    lay_out(str(source), str(root))
    assert (root / "app/small").read_text() == "one"
    assert not (root / "app/new").exists()
