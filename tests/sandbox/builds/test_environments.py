"""Are environments made once, whole or not at all, and told apart by what is in them? By uv, of wheels made here."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from holdfast_sandbox.builds.environments import Environment, Environments, InstallError, _find, _fits

OWN = f"3.{sys.version_info.minor}"


@pytest.fixture
def wheels(tmp_path: Path, wheel: Callable[..., tuple[str, bytes]]) -> Path:
    place = tmp_path / "wheels"
    place.mkdir()
    for args in (("one", "1.0"), ("one", "2.0"), ("two", "1.0", ("one<2",)), ("three", "1.0", ("one>=2",))):
        name, content = wheel(*args)
        (place / name).write_bytes(content)
    return place


class Maker:
    def __init__(self, tmp_path: Path, wheels: Path) -> None:
        self.said: list[str] = []
        self.made = Environments(self.said.append, tmp_path / "environments")
        self._wheels, self._place = wheels, tmp_path

    def base(self) -> Environment:
        return self.made.base(OWN)

    def install(self, upon: Environment, *what: str, anew: bool = False) -> tuple[Environment, bool]:
        arguments = ["install", "--no-index", f"--find-links={self._wheels}", *what]
        return self.made.upon(upon, arguments, {}, really=arguments, folder=self._place, image={}, anew=anew)


@pytest.fixture(scope="session")
def interpreters(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What uv finds on this machine: it looks for seconds where an interpreter does not start."""
    folder = tmp_path_factory.mktemp("interpreters")
    Environments(print, folder).base(OWN)
    return folder / ".interpreters.json"


@pytest.fixture
def maker(tmp_path: Path, wheels: Path, interpreters: Path) -> Maker:
    maker = Maker(tmp_path, wheels)
    maker.made.folder.mkdir()
    shutil.copy(interpreters, maker.made.folder)
    return maker


def runs(environment: Environment, command: str) -> str:
    done = subprocess.run([environment.folder / "bin" / command], capture_output=True, text=True, check=True)
    return done.stdout.strip()


@pytest.mark.slow
def test_an_environment_is_made_once_and_its_commands_run(maker: Maker) -> None:
    """Also a second one upon it; the first stays what it was."""
    base = maker.base()
    one, there = maker.install(base, "one==1.0")
    assert not there
    assert runs(one, "one") == "one 1.0"
    assert one.python.exists()
    began = time.monotonic()
    assert maker.install(base, "one==1.0") == (one, True)
    assert time.monotonic() - began < 1
    both, _ = maker.install(one, "two")
    assert (runs(both, "one"), runs(both, "two")) == ("one 1.0", "two 1.0")
    assert not (one.folder / "bin" / "two").exists()
    newer, _ = maker.install(one, "--upgrade", "one")
    assert (runs(newer, "one"), runs(one, "one")) == ("one 2.0", "one 1.0")


@pytest.mark.slow
def test_what_holds_the_same_is_the_same_whichever_way_it_came_to_be(maker: Maker) -> None:
    base = maker.base()
    by_name, _ = maker.install(base, "two")
    step_by_step, _ = maker.install(maker.install(base, "one<2")[0], "two")
    assert by_name == step_by_step
    again, there = maker.install(base, "two", anew=True)
    assert (again, there) == (by_name, False)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("what", "text"),
    [
        (("nowhere",), "nowhere was not found"),
        (("two", "three"), "all versions of three depend on one>=2"),
        (("one==9",), "no version of one==9"),
    ],
)
def test_the_resolver_tells_what_is_wrong_and_nothing_is_left(maker: Maker, what: tuple[str, ...], text: str) -> None:
    """In uv's own words; the next build tries again."""
    base = maker.base()
    for _ in range(2):
        maker.said.clear()
        with pytest.raises(InstallError) as failed:
            maker.install(base, *what)
        assert failed.value.code == 1
        assert text in " ".join(" ".join(maker.said).split())
    assert {path.name for path in maker.made.folder.iterdir() if not path.name.startswith(".")} == {base.name}
    assert list((maker.made.folder / ".making").iterdir()) == []


@pytest.mark.slow
def test_several_builds_of_one_environment_at_once_make_it_once(maker: Maker, tmp_path: Path) -> None:
    """Whoever comes second waits for the first; nobody sees half of it."""
    base = maker.base()
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda _: Maker(tmp_path, maker._wheels).install(base, "two"), range(4)))
    assert len({environment for environment, _ in found}) == 1
    assert sorted(there for _, there in found) == [False, True, True, True]


@pytest.mark.slow
def test_a_killed_build_leaves_no_environment_and_the_next_one_makes_it(maker: Maker, tmp_path: Path) -> None:
    base = maker.base()
    sdist = tmp_path / "slow"
    sdist.mkdir()
    (sdist / "pyproject.toml").write_text(
        '[project]\nname = "slow"\nversion = "1"\n'
        '[build-system]\nrequires = []\nbuild-backend = "back"\nbackend-path = ["."]\n'
    )
    (sdist / "back.py").write_text("import time\ndef build_wheel(*a, **k):\n    time.sleep(60)\n")
    code = (
        "import sys; from pathlib import Path; from holdfast_sandbox.builds.environments import *\n"
        "made = Environments(print, Path(sys.argv[1])); base = made.base(sys.argv[2])\n"
        "really = ['install', '--no-index', './slow']\n"
        "made.upon(base, ['install', './slow'], {}, really=really, folder=Path(sys.argv[3]), image={})"
    )
    process = subprocess.Popen([sys.executable, "-c", code, maker.made.folder, OWN, tmp_path], start_new_session=True)
    making = maker.made.folder / ".making"
    deadline = time.monotonic() + 30
    while not any(making.glob("*/bin/python")) and time.monotonic() < deadline:
        time.sleep(0.05)
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    assert {path.name for path in maker.made.folder.iterdir() if not path.name.startswith(".")} == {base.name}
    (sdist / "back.py").write_text("def build_wheel(*a, **k):\n    raise SystemExit('no compiler')\n")
    arguments = ["install", "./slow"]
    with pytest.raises(InstallError):
        maker.made.upon(base, arguments, {}, really=["install", "--no-index", "./slow"], folder=tmp_path, image={})
    assert "no compiler" in " ".join(maker.said)


@pytest.mark.slow
def test_the_nearest_interpreter_is_taken_and_said(maker: Maker) -> None:
    """Where the wanted version is not here."""
    environment = maker.made.base("3.1")
    assert environment.version == _find("3.1")[1]
    assert maker.said == [
        f"Python 3.1 is not on this machine: Python {environment.version} is taken, the nearest that is"
    ]


@pytest.mark.parametrize(
    ("wanted", "version", "fits"),
    [
        ("3.10", "3.10.4", True),
        ("3.1", "3.10.4", False),
        ("3", "3.12.0", True),
        (">=3.9,<3.12", "3.11.7", True),
        (">=3.9,<3.12", "3.12.0", False),
        ("3.10.12", "3.10.4", False),
        ("==3.10.*", "3.10.4", True),
        ("!=3.10", "3.10.4", False),
        ("<=3.10", "3.10.4", True),
    ],
)
def test_which_version_is_as_wanted(wanted: str, version: str, fits: bool) -> None:
    assert _fits(wanted, version) is fits
