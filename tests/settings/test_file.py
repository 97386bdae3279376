"""Stack files on disk: read as Pulumi reads them, with the line of every fault."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from textwrap import dedent

import pytest

from holdfast.model.errors import Fault, HoldfastError
from holdfast.model.kinds import Kind
from holdfast.settings import read_file
from holdfast.settings.file import stack_files, stack_of

Write = Callable[..., Path]

GOOD = """
    config:
      azure-native:location: West Europe
      azure-native:subscriptionId: 5a4db0c5-5b5c-4000-8000-000000000002
      holdfast:environment:
        resourceGroup: rg-ml
"""


@pytest.fixture
def write(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Write:
    """Write a stack file of a project in a fresh folder, which becomes the working directory."""
    (tmp_path / "Pulumi.yaml").write_text("name: tiny\nruntime: python\nstackConfigDir: stacks\n")
    (tmp_path / "stacks").mkdir()
    monkeypatch.chdir(tmp_path)

    def run(text: str, name: str = "Pulumi.dev.yaml") -> Path:
        path = Path("stacks") / name
        path.write_text(dedent(text), encoding="utf-8")
        return path

    return run


def faults_of(path: Path) -> tuple[Fault, ...]:
    with pytest.raises(HoldfastError) as caught:
        read_file(path)
    assert caught.value.exit_code == 2
    return caught.value.faults


def test_a_file_tells_stack_project_location_and_subscription(write: Write) -> None:
    """Its name, the project above it and Pulumi's own keys: nothing has to be said again."""
    wanted = read_file(write(GOOD, "Pulumi.team-a.yaml"))
    assert (wanted.project, wanted.stack, wanted.location) == ("tiny", "team-a", "westeurope")
    assert wanted.subscription == "5a4db0c5-5b5c-4000-8000-000000000002"
    assert wanted.file == "stacks/Pulumi.team-a.yaml"
    assert wanted.resources[Kind.GROUP].name == "rg-ml"


def test_what_the_caller_knows_comes_first(write: Write) -> None:
    """A login's subscription and a stack of another name are the caller's to say."""
    wanted = read_file(
        write(GOOD), project="p", stack="s", subscription="99999999-5b5c-4000-8000-000000000002", location="eastus"
    )
    assert (wanted.project, wanted.stack, wanted.location) == ("p", "s", "eastus")
    assert wanted.subscription == "99999999-5b5c-4000-8000-000000000002"


def test_a_file_that_is_no_yaml_is_one_fault_with_its_place(write: Write) -> None:
    """Line and column of what the reader stumbled over, and the line itself."""
    (fault,) = faults_of(write("config:\n  holdfast:environment: {resourceGroup: rg\n"))
    assert fault.id == "stack-file-not-yaml"
    assert "line" in fault.message
    assert dict(fault.evidence)["file"].startswith("stacks/Pulumi.dev.yaml:")


def test_a_tab_is_named(write: Write) -> None:
    """The commonest reason has a hint of its own."""
    (fault,) = faults_of(write("config:\n\tholdfast:environment: {}\n"))
    assert (fault.id, "tabs" in fault.hint) == ("stack-file-not-yaml", True)
    assert dict(fault.evidence)["file"] == "stacks/Pulumi.dev.yaml:2:1"


@pytest.mark.parametrize("text", ["- a\n", "just a text\n", "config: [1]\n"])
def test_a_file_of_another_shape_says_what_is_missing(write: Write, text: str) -> None:
    """A list or a text is YAML, and no stack file."""
    ids = {fault.id for fault in faults_of(write(text))}
    assert {"settings-wrong-type", "settings-missing"} <= ids


@pytest.mark.parametrize("text", ["", "# nothing yet\n", "config:\n", "encryptionsalt: x\n"])
def test_an_empty_file_lacks_its_environment(write: Write, text: str) -> None:
    """A new stack has such a file; the hint shows the shortest good one."""
    fault = next(fault for fault in faults_of(write(text)) if fault.id == "settings-missing")
    assert "resourceGroup" in fault.hint


def test_a_key_that_is_written_twice_is_refused(write: Write) -> None:
    """A reader would take the last and say nothing: half of the grants would be gone."""
    text = """
        config:
          holdfast:environment:
            resourceGroup: rg
            vault:
              grants: [{principal: x}]
              publicAccess: true
              grants: []
    """
    (fault,) = faults_of(write(text))
    assert (fault.id, dict(fault.evidence)["key"]) == ("stack-file-duplicate-key", "grants")
    assert dict(fault.evidence)["file"] == "stacks/Pulumi.dev.yaml:8"
    assert dict(fault.evidence)["first"] == "stacks/Pulumi.dev.yaml:6"


def test_every_fault_names_its_line(write: Write) -> None:
    """Also below lists, and for two places at once."""
    text = """
        config:
          azure-native:location: nowhere
          holdfast:environment:
            resourceGroup: rg
            vault:
              grants:
                - principal: c1c1c1c1-0000-4000-8000-000000000001
                  secrets: [get]
                - principal: c1c1c1c1-0000-4000-8000-000000000001
                  secrets:
                    - list
                    - gett
    """
    found = {fault.id: dict(fault.evidence) for fault in faults_of(write(text))}
    assert found["unknown-location"]["file"] == "stacks/Pulumi.dev.yaml:3"
    assert found["unknown-permission"]["file"] == "stacks/Pulumi.dev.yaml:13"
    assert found["duplicate-principal"]["file"] == "stacks/Pulumi.dev.yaml:10"
    assert found["duplicate-principal"]["and"] == "vault.grants[0].principal (stacks/Pulumi.dev.yaml:8)"


def test_a_secret_that_pulumi_encrypted_stands_beside_the_settings(write: Write) -> None:
    """`pulumi config set --secret holdfast:apiKey`, as `secureEnv` needs it; a plain text there is still a mistake."""
    text = dedent(GOOD) + "  holdfast:apiKey:\n    secure: v1:abc\n"
    assert read_file(write(text)).resource_group == "rg-ml"
    (fault,) = faults_of(write(text.replace("\n    secure: v1:abc", " abc")))
    assert (fault.id, dict(fault.evidence)["key"]) == ("settings-unknown-key", "holdfast:apiKey")


@pytest.mark.parametrize("key", ["holdfast:enviroment", "environment", "holdfast:resourceGroup"])
def test_a_misplaced_environment_is_told_its_key(write: Write, key: str) -> None:
    """A typo in the first key would otherwise read as an empty file."""
    found = {fault.id: fault for fault in faults_of(write(f"config:\n  {key}: {{resourceGroup: rg}}\n"))}
    assert "`holdfast:environment`" in found["settings-unknown-key"].hint
    assert "settings-missing" in found


def test_settings_outside_of_config_are_told_where_they_belong(write: Write) -> None:
    """There they configure nothing."""
    (fault,) = faults_of(write(dedent(GOOD) + "holdfast:environment: {}\n"))
    assert (fault.id, dict(fault.evidence)["key"]) == ("settings-unknown-key", "holdfast:environment")
    assert "config" in fault.hint


def test_keys_of_other_packages_are_none_of_our_business(write: Write) -> None:
    """A stack file may configure other providers too."""
    assert read_file(write(dedent(GOOD) + "  aws:region: eu-west-1\n  tiny:x: 1\nsecretsprovider: passphrase\n"))


def test_words_are_read_as_pulumi_reads_them(write: Write) -> None:
    """YAML 1.2: `no` and a date are texts, where YAML 1.1 would make a truth and a date of them."""
    text = dedent(GOOD) + "    tags: {country: no, since: 2024-01-01, ratio: 12:30, on: off}\n"
    tags = {"country": "no", "since": "2024-01-01", "ratio": "12:30", "on": "off"}
    assert read_file(write(text)).tags == tags


def test_anchors_and_merges_are_resolved(write: Write) -> None:
    """A list of permissions that several grants share is written once."""
    text = """
        config:
          azure-native:location: westeurope
          holdfast:environment:
            resourceGroup: rg
            vault:
              grants:
                - &one {principal: c1c1c1c1-0000-4000-8000-000000000001, secrets: &read [get, list]}
                - {<<: *one, principal: c1c1c1c1-0000-4000-8000-000000000002, keys: *read}
    """
    first, second = read_file(write(text)).vault.grants
    assert second.permissions.secrets == second.permissions.keys == first.permissions.secrets == {"get", "list"}


def test_a_file_that_is_not_there_is_one_fault(write: Write) -> None:
    """The system's own words tell why."""
    (fault,) = faults_of(Path("stacks/Pulumi.none.yaml"))
    assert (fault.id, "No such file" in fault.message) == ("stack-file-unreadable", True)


def test_a_file_of_other_bytes_is_one_fault(write: Write) -> None:
    """Stack files are UTF-8."""
    path = write("")
    path.write_bytes(b"config: \xff\xfe\n")
    (fault,) = faults_of(path)
    assert fault.id == "stack-file-unreadable"


@pytest.mark.parametrize(
    "text", ["a: !!python/object:os.system {}\n", "a: *nothing\n", "a: &a [*a]\n", "a: \x00\n", "a: 1\n---\nb: 2\n"]
)
def test_what_no_stack_file_holds_is_a_fault_and_no_crash(write: Write, text: str) -> None:
    """Tags that run code, aliases of nothing or of themselves, control characters, two documents."""
    (fault,) = faults_of(write(text))
    assert fault.id == "stack-file-not-yaml"


def test_a_project_without_a_name_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Default names hold the project's: it is never guessed."""
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "Pulumi.dev.yaml"
    path.write_text(dedent(GOOD))
    assert [fault.id for fault in faults_of(path)] == ["project-missing"]


def test_the_stack_files_of_a_project_are_found(write: Write, tmp_path: Path) -> None:
    """By `stackConfigDir`, from any folder of the project; the project's own file is none."""
    for name in ("Pulumi.dev.yaml", "Pulumi.a.b.yaml", "README.md"):
        write(GOOD, name)
    assert [stack_of(path) for path in stack_files(tmp_path / "stacks")] == ["a.b", "dev"]
