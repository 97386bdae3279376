"""Which options make the engine announce the replacement of a container group that Azure refuses to change in place?

Tried on the real engine with the stand-in over the sandbox. The provider itself replaces a group for nothing but its
path, so what a program says is all there is.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from holdfast_sandbox import engine
from holdfast_sandbox.arm import identity
from holdfast_sandbox.rehearsal import Azure

pytestmark = [pytest.mark.engine, pytest.mark.slow]

OPTIONS = "pulumi: replaceOnChanges (pulumi/pulumi#7226), replacementTrigger"
# What container-instances-update lists, as paths of the detailed difference.
PATHS = ["containers[*].resources.requests", "restartPolicy", "osType", "subnetIds", "zones"]

PROGRAM = """
    import json
    import os

    import pulumi
    from pulumi_azure_native import containerinstance, resources

    wanted = json.loads(os.environ["WANTED"])
    adopted = wanted.get("import")
    group = resources.ResourceGroup(
        "group",
        resource_group_name=wanted["group"],
        location="westeurope",
        opts=pulumi.ResourceOptions(import_=adopted and adopted.split("/providers/")[0]),
    )
    containerinstance.ContainerGroup(
        "cg",
        resource_group_name=group.name,
        container_group_name="cg-try",
        os_type="Linux",
        sku="Standard",
        restart_policy=wanted.get("restart", "Always"),
        containers=[
            {
                "name": name,
                "image": image,
                "resources": {"requests": {"cpu": 1.0, "memory_in_gb": memory}},
            }
            for name, image, memory in wanted["containers"]
        ],
        opts=pulumi.ResourceOptions(
            replace_on_changes=wanted.get("paths"),
            delete_before_replace=wanted.get("first", True),
            replacement_trigger=wanted.get("trigger"),
            import_=adopted,
        ),
    )
"""

SMALL, LARGE, NEWER = ["app", "nginx", 1.5], ["app", "nginx", 2.0], ["app", "nginx:2", 1.5]


class Stack:
    """A project with one stack, for a resource group of its own."""

    def __init__(self, folder: Path, azure: Azure, group: str) -> None:
        self.folder, self.azure, self.group = folder, azure, group
        where = f"/subscriptions/{identity.SUBSCRIPTION_ID}/resourceGroups/{group}"
        self.id = f"{where}/providers/Microsoft.ContainerInstance/containerGroups/cg-try"
        (folder / "backend").mkdir(parents=True)
        (folder / "Pulumi.yaml").write_text(
            f"name: try\nruntime:\n  name: python\n  options:\n    virtualenv: {sys.prefix}\n"
        )
        (folder / "__main__.py").write_text(textwrap.dedent(PROGRAM))
        self._pulumi(["stack", "init", "dev"], {})

    def forget(self) -> None:
        """Loses the state and begins with an empty one."""
        self._pulumi(["stack", "rm", "dev", "--yes", "--force"], {})
        self._pulumi(["stack", "init", "dev"], {})

    def _pulumi(self, words: list[str], wanted: dict[str, Any]) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            ["pulumi", *words, "--non-interactive", "--color", "never"],
            cwd=self.folder,
            env={
                **self.azure.environ,
                "PULUMI_BACKEND_URL": (self.folder / "backend").as_uri(),
                "PULUMI_CONFIG_PASSPHRASE": "",
                "PULUMI_DEBUG_COMMANDS": "true",
                "WANTED": json.dumps(wanted),
            },
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=180,
            check=False,
        )

    def run(self, command: str, *containers: list[Any], code: int = 0, **more: Any) -> tuple[set[str], list[str], str]:
        """`preview` or `up`: the engine's steps for the group, what was written to it, and all that was said."""
        events = self.folder / "events.json"
        events.unlink(missing_ok=True)
        mark = self.azure.mark()
        words = [command, "--stack", "dev", "--event-log", str(events)]
        words += ["--yes", "--skip-preview"] if command == "up" else []
        done = self._pulumi(words, {"group": self.group, "containers": containers, **more})
        assert done.returncode == code, done.stdout
        steps = set()
        for line in events.read_text().splitlines():
            about = (json.loads(line).get("resourcePreEvent") or {}).get("metadata")
            if about is not None and about["urn"].endswith("::cg"):
                steps.add(about["op"])
        writes = [
            f"{one.method} {one.status}" for one in self.azure.since(mark) if one.is_write and self.id in one.path
        ]
        return steps, writes, done.stdout

    def previewed(self, *containers: list[Any], **more: Any) -> set[str]:
        return self.run("preview", *containers, **more)[0]


REPLACED = {"delete-replaced", "replace", "create-replacement"}


@pytest.fixture(scope="module")
def azure(tmp_path_factory: pytest.TempPathFactory, warm: dict[str, str]) -> Iterator[Azure]:
    engine.ensure(quiet=True)
    base = {name: value for name, value in os.environ.items() if not name.startswith(("ARM_", "AZURE_", "PULUMI_"))}
    with Azure.private(tmp_path_factory.mktemp("sandbox"), base=base) as running:
        running.environ.update(warm)
        yield running


@pytest.fixture(scope="module")
def stack(azure: Azure, tmp_path_factory: pytest.TempPathFactory) -> Stack:
    """A stack with the group in it; previews leave it as it is."""
    made = Stack(tmp_path_factory.mktemp("project") / "project", azure, "rg-previews")
    made.run("up", SMALL)
    return made


@pytest.mark.source(OPTIONS)
def test_a_star_replaces_for_a_difference_only(stack: Stack) -> None:
    """`*` forces nothing where the inputs are those of the state."""
    assert stack.previewed(SMALL, paths=["*"]) == {"same"}
    assert stack.previewed(NEWER, paths=["*"]) == REPLACED


@pytest.mark.source("github.com/MicrosoftDocs/azure-docs/issues/37604; pulumi/pulumi-azure-native#918")
def test_up_deletes_first_and_makes_it_anew(azure: Azure, tmp_path: Path) -> None:
    """Without the options `up` stops at Azure's refusal; with them one run replaces, and the next has nothing to do.

    Without `delete_before_replace` the new one meets the old one's name.
    """
    stack = Stack(tmp_path / "project", azure, "rg-replaced")
    stack.run("up", SMALL)
    _, writes, said = stack.run("up", LARGE, code=255)
    assert writes == ["PUT 400"]
    assert "you must delete it first and then create a new one" in said
    _, writes, said = stack.run("up", LARGE, paths=PATHS, first=None, code=255)
    assert writes == []
    assert f"cannot create already existing resource '{stack.id}'" in said
    steps, writes, _ = stack.run("up", LARGE, paths=PATHS)
    assert (steps, writes) == (REPLACED, ["DELETE 200", "PUT 201"])
    assert stack.run("up", LARGE, paths=PATHS)[:2] == ({"same"}, [])


@pytest.mark.source("pulumi 3.220.0: what the engine itself says, run here")
def test_what_would_be_replaced_cannot_be_adopted(azure: Azure, tmp_path: Path) -> None:
    """The preview announces both steps, `up` fails after the import, and the group is left alone."""
    stack = Stack(tmp_path / "project", azure, "rg-adopted")
    stack.run("up", SMALL)
    stack.forget()
    adopted = {"import": stack.id, "paths": PATHS}
    assert stack.previewed(SMALL, **adopted) == {"import"}
    assert stack.previewed(LARGE, **adopted) == {"import", *REPLACED}
    _, writes, said = stack.run("up", LARGE, code=255, **adopted)
    assert writes == []
    assert "previously-imported resources that still specify an ID may not be replaced" in said
