"""Is what a service names looked at before anything is written? On a disk with everything that may be wrong there."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from holdfast.model.content import Content
from holdfast.model.errors import Fault, HoldfastError
from holdfast.model.kinds import Kind
from holdfast.model.names import part_id
from holdfast.model.nodes import allocatable
from holdfast.model.roles import ROLES
from holdfast.model.services import EnvironmentFile, EnvironmentImage, RegisteredModel, Target
from holdfast.model.sorts import Sort
from holdfast.settings import read_file
from holdfast.settings.service_files import conda_faults, requirements_faults, script_faults

SCRIPT = "def init():\n    pass\n\n\ndef run(data):\n    return data\n"
CONDA = "dependencies:\n- python=3.11\n- pip:\n  - azureml-inference-server-http\n"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project with one good service in it."""
    for path, text in (("m/a.bin", "weights"), ("c/score.py", SCRIPT), ("conda.yaml", CONDA)):
        (tmp_path / path).parent.mkdir(exist_ok=True)
        (tmp_path / path).write_text(text, encoding="utf-8")
    return tmp_path


def service(**changes: Any) -> dict[str, Any]:
    made = {"name": "s-one", "model": "m", "code": "c", "environment": "conda.yaml", "target": "aci", "auth": "none"}
    return {"resourceGroup": "rg", "services": [made | changes]}


def faults(load: Any, project: Path, **changes: Any) -> list[Fault]:
    with pytest.raises(HoldfastError) as caught:
        load(service(**changes), folder=project)
    return list(caught.value.faults)


def test_a_service_knows_what_is_on_disk(load: Any, project: Path) -> None:
    """The model keeps its folder's name, as a registered one does; the code's paths are its own."""
    (one,) = load(service(cpu=0.5, env={"A": "b"}), folder=project).services
    assert (one.name, one.target, one.script, one.key) == ("s-one", Target.ACI, "score.py", "services[0]")
    assert isinstance(one.model, Content)
    assert [file.path for file in one.model.files] == ["m/a.bin"]
    assert [file.path for file in one.code.files] == ["score.py"]
    assert one.environment == EnvironmentFile(
        "conda.yaml", CONDA, conda=True, base="mcr.microsoft.com/azureml/openmpi4.1.0-ubuntu22.04:latest"
    )
    assert one.settings == {"cpu": 0.5, "memory": 1.5, "auth": "none", "env": {"A": "b"}}


def test_where_a_script_returns_exceptions_is_known(load: Any, project: Path) -> None:
    """By its lines, and no fault: the policy pack judges it in production."""
    assert load(service(), folder=project).services[0].returned_errors == ()
    handler = "    try:\n        return data[0]\n    except Exception as e:\n        return str(e)\n"
    (project / "c/score.py").write_text(SCRIPT.replace("    return data\n", handler), encoding="utf-8")
    assert load(service(), folder=project).services[0].returned_errors == (9,)


def test_a_model_may_be_a_file_or_a_name_and_an_environment_an_image(load: Any, project: Path) -> None:
    """Nothing is read of what is not on disk."""
    (one,) = load(service(model="m/a.bin", environment="cr.azurecr.io/s:1"), folder=project).services
    assert isinstance(one.model, Content)
    assert [file.path for file in one.model.files] == ["a.bin"]
    assert one.environment == EnvironmentImage("cr.azurecr.io/s:1")
    (two,) = load(service(model="azureml:wine:3f2a"), folder=project).services
    assert two.model == RegisteredModel("wine", "3f2a")


def test_without_services_nothing_is_read(load: Any) -> None:
    """Not even the project's folder is looked for."""
    assert load({"resourceGroup": "rg"}, folder=Path("/nowhere")).services == ()


@pytest.mark.parametrize("content", ["", None])
def test_an_empty_model_is_none(load: Any, project: Path, content: str | None) -> None:
    """A file of no bytes, or a folder with nothing in it: most often a checkout without its large files."""
    (project / "m/a.bin").unlink()
    if content is not None:
        (project / "m/a.bin").write_text(content, encoding="utf-8")
    (fault,) = faults(load, project)
    assert (fault.id, dict(fault.evidence)["key"]) == ("model-empty", "services[0].model")


def test_a_script_that_is_left_out_is_not_there(load: Any, project: Path) -> None:
    """It would be missing in the image, and nobody would see why."""
    (project / "c/.amlignore").write_text("score*\n", encoding="utf-8")
    (fault,) = faults(load, project)
    assert (fault.id, dict(fault.evidence)["key"]) == ("file-missing", "services[0].code.script")
    assert ".amlignore" in fault.message


def test_all_that_is_wrong_on_disk_is_told_at_once(load: Any, project: Path) -> None:
    """The script, the environment and the model of one service, in one message each."""
    (project / "c/score.py").write_text("def run(): pass\n", encoding="utf-8")
    (project / "conda.yaml").write_text("dependencies: [\n", encoding="utf-8")
    found = {fault.id: fault for fault in faults(load, project, model="gone")}
    assert set(found) == {"script-invalid", "environment-file-invalid", "file-missing"}
    assert "defines no `init`" in found["script-invalid"].message
    assert "takes no argument (line 1)" in found["script-invalid"].message
    assert "line 2, column 1" in found["environment-file-invalid"].message


@pytest.mark.parametrize(
    ("source", "wrong"),
    [
        (SCRIPT, ""),
        ("from shared import init, run\n", ""),
        ("from shared import *\n", ""),
        ("import shared\ninit = shared.start\nrun: object = shared.score\n", ""),
        ("try:\n    import a\nexcept ImportError:\n    def init(): ...\ndef run(*rows): ...\n", ""),
        ("if True:\n    def init(*, path=None): ...\nelse:\n    pass\nwith open('x'):\n    def run(d): ...\n", ""),
        ("def init(): ...\n@schema\ndef run(): ...\n", ""),
        ("async def init(): ...\nclass run: ...\n", ""),
        ("", "defines no `init`; defines no `run`"),
        ("class Model:\n    def init(self): ...\n    def run(self, d): ...\n", "defines no `init`; defines no `run`"),
        ("def init(path): ...\ndef run(d): ...\n", "has an `init` that wants arguments (line 1)"),
        ("def init(*, path): ...\ndef run(d): ...\n", "has an `init` that wants arguments (line 1)"),
        ("run: object\ndef init(): ...\n", "defines no `run`"),
        ("def init():\nrun\n", "is no Python (line 2"),
        ("def init(): ...\0", "is no Python"),
    ],
)
def test_a_script_is_read_and_never_run(source: str, wrong: str) -> None:
    """Every way in which a module comes to its names counts."""
    found = "; ".join(script_faults(source.encode()))
    assert bool(found) is bool(wrong)
    assert wrong in found


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        (CONDA, []),
        ("name: x\nchannels: [conda-forge]\ndependencies: [python=3.11.*, 'numpy>=1.20,<2', pip]\nprefix: /x\n", []),
        ("dependencies:\n- conda-forge::scikit-learn=1.5=py311*\n- nomkl\n- python >=3.9\n", []),
        ("a: b: c", ["it is no YAML (line 1, column 5: mapping values are not allowed here)"]),
        ("- python", ["it is no map with `dependencies`"]),
        ("name: x\n", ["`dependencies` is no list with something in it"]),
        ("dependencies: []\n", ["`dependencies` is no list with something in it"]),
        ("dependency: [python]\ndependencies: [python]\n", ["`dependency` is no key of a conda file"]),
        ("channels: conda-forge\ndependencies: [python]\n", ["`channels` is no list of texts"]),
        ("dependencies: ['numpy==', 7, {npm: [x]}]\n", ["`numpy==`", "`7`", "`{'npm': ['x']}`"]),
        ("dependencies: [python, {pip: ['numpy==']}]\n", ["line 1: `numpy==` is no requirement"]),
    ],
)
def test_a_conda_file_is_what_conda_takes(text: str, wrong: list[str]) -> None:
    """Every fault of a file, and none of a good one."""
    found = list(conda_faults(text))
    assert len(found) == len(wrong)
    assert all(part in said for part, said in zip(wrong, found, strict=True))


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("# only a comment\n\nnumpy\nscikit-learn[alldeps]==1.7.2 ; python_version > '3.9'  # why\n", []),
        ("numpy==2.4.6 \\\n    --hash=sha256:abc\n--extra-index-url https://example.org/simple\n", []),
        ("pip @ https://example.org/pip.whl\n", []),
        ("numpy \\", []),
        ("numpy=1.0\n\n-r more.txt\n", ["line 1: `numpy=1.0` is no requirement", "line 3: `-r` names what is not"]),
        ("-e .\n./wheels/x.whl\n", ["line 1: `-e` names what is not", "line 2: `./wheels/x.whl` is no requirement"]),
        ("--frobnicate\n", ["line 1: `--frobnicate` is no option"]),
        ("numpy\n-i https://me:secret@example.org/simple\n", ["line 2 holds a password"]),
    ],
)
def test_a_requirements_file_is_what_pip_takes(text: str, wrong: list[str]) -> None:
    """By the line, continued ones by their first; a password is named and not shown."""
    found = list(requirements_faults(text))
    assert len(found) == len(wrong)
    assert all(part in said for part, said in zip(wrong, found, strict=True))
    assert "secret" not in "".join(found)


def test_a_file_that_is_no_text_is_no_environment(load: Any, project: Path) -> None:
    """A file of another sort under that name."""
    (project / "conda.yaml").write_bytes(b"\xff\xfe")
    (fault,) = faults(load, project)
    assert fault.id == "environment-file-invalid"


@pytest.mark.source("learn.microsoft.com/azure/aks/node-resource-reservations")
@pytest.mark.parametrize(
    ("size", "pods", "cores", "gib"),
    [
        # 8 GiB and 30 pods keep 650 MiB and 100 MiB of it: the page's own example.
        ("Standard_D2s_v3", 30, 1.9, 8 - 0.75 * 1000 / 1024),
        # A quarter of 4 GiB is less than what 70 pods would keep.
        ("standard_b2s", 70, 1.9, 3 - 100 / 1024),
        ("Standard_D64s_v5", 250, 63.26, 256 - 5150 / 1024),
    ],
)
def test_aks_keeps_some_of_a_node(size: str, pods: int, cores: float, gib: float) -> None:
    """Allocatable is what a pod can have, not what the machine has."""
    room = allocatable(size, pods)
    assert room is not None
    assert room.millicores / 1000 == pytest.approx(cores)
    assert room.memory / 1024**3 == pytest.approx(gib, rel=1e-3)


def test_a_size_that_nobody_knows_is_not_judged(load: Any, project: Path) -> None:
    """A new size of Azure's is no fault of the file."""
    assert allocatable("Standard_Z9", 30) is None
    extension = {"inference": True, "router": "clusterIP", "allowInsecure": True}
    environment = service(target="aks", auth="key", cpu=30, memory=200) | {
        "cluster": {"extension": extension, "systemPool": {"size": "Standard_Z9"}},
        "computes": [{"name": "serving", "kind": "kubernetes"}],
    }
    (one,) = load(environment, folder=project).services
    assert one.settings["cpu"] == 30


def test_a_service_on_aci_is_a_container_group_with_an_identity_that_pulls(load: Any, project: Path) -> None:
    """As if `containerGroups` listed it: role, probes, variables; the image by its tag until it is built."""
    wanted = load(
        service(
            maxConcurrentRequests=2,
            timeout=9,
            env={"MODE": "test"},
            secureEnv={"KEY": "apiKey"},
            dnsLabel="s-one-ml",
            probes={"liveness": {"failures": 3}},
        ),
        folder=project,
    )
    parts = {part.sort: part for part in wanted.parts}
    group, identity = parts[Sort.CONTAINER], parts[Sort.IDENTITY]
    assert (group.logical, identity.logical, group.key) == ("container-s-one", "identity-id-s-one", "services[0]")
    registry = wanted.resources[Kind.REGISTRY].name
    assert group.settings["image"].startswith(f"{registry}.azurecr.io/holdfast/services/s-one:")
    assert group.settings["env"] == {"SCORING_TIMEOUT_MS": "9000", "WORKER_COUNT": "2", "MODE": "test"}
    assert group.settings["secureEnv"] == {"KEY": "apiKey"}
    assert (group.settings["ports"], group.settings["dnsLabel"]) == ([5001], "s-one-ml")
    assert group.settings["identity"] == {"user": {"name": "id-s-one"}}
    assert group.settings["liveness"] == {
        "path": "/",
        "port": 5001,
        "initialDelay": 10,
        "period": 10,
        "timeout": 2,
        "failures": 3,
    }
    assert group.settings["readiness"]["failures"] == 30
    (role,) = [role for role in wanted.roles if not role.by_azure]
    assert (role.subject, role.scope, role.role) == ("identity-id-s-one", "registry", ROLES["AcrPull"])
    assert role.before == "container-s-one"


def test_a_service_may_have_an_identity_of_the_settings(load: Any, project: Path) -> None:
    """None is made for it then; one that is not listed is told at its own key."""
    wanted = load(service(identity="id-mine") | {"identities": [{"name": "id-mine"}]}, folder=project)
    assert [part.logical for part in wanted.parts if part.sort is Sort.IDENTITY] == ["identity-id-mine"]
    (fault,) = faults(load, project, identity="id-min")
    assert (fault.id, dict(fault.evidence)["key"]) == ("unknown-identity", "services[0].identity")


def test_a_service_on_aks_is_no_container_group(load: Any, project: Path) -> None:
    """It runs in the cluster."""
    cluster = "/subscriptions/5a4db0c5-5b5c-4000-8000-000000000002/resourceGroups/g/providers"
    cluster += "/Microsoft.ContainerService/managedClusters/aks"
    computes = [{"name": "serving", "kind": "kubernetes", "cluster": cluster}]
    wanted = load(service(target="aks", auth="key") | {"computes": computes}, folder=project)
    compute, endpoint = wanted.parts
    assert (compute.sort, endpoint.sort, endpoint.name) == (Sort.COMPUTE, Sort.SERVING, "s-one")
    assert endpoint.settings == {"compute": "compute-serving", "auth": "key"}


def test_an_endpoint_s_name_is_free_in_its_whole_location(load: Any, project: Path) -> None:
    """It holds the stack's hash, or is what the settings say. What is cut stays different."""
    cluster = "/subscriptions/5a4db0c5-5b5c-4000-8000-000000000002/resourceGroups/g/providers"
    cluster += "/Microsoft.ContainerService/managedClusters/aks"
    computes = [{"name": "serving", "kind": "kubernetes", "cluster": cluster}]
    names = ["wine", "a-name-of-thirty-two-characters1", "a-name-of-thirty-two-characters2", "said"]

    def endpoints(stack: str) -> list[str]:
        settings = service(target="aks", auth="key") | {"computes": computes}
        settings["services"] = [settings["services"][0] | {"name": name} for name in names]
        settings["services"][3]["endpointName"] = "wine-live"
        wanted = load(settings, folder=project, stack=stack)
        return [part_id(wanted, part).rpartition("/")[2] for part in wanted.parts if part.sort is Sort.SERVING]

    dev, prod = endpoints("dev"), endpoints("prod")
    assert [name[:-7] for name in dev[:3]] == ["wine", "a-name-of-thirty-two-char", "a-name-of-thirty-two-char"]
    assert all(len(name) <= 32 for name in dev)
    assert len({*dev[:3], *prod[:3]}) == 6
    assert dev[3] == prod[3] == "wine-live"


def test_two_services_share_no_endpoint(load: Any, project: Path) -> None:
    """Nor has a container group one."""
    settings = service(target="aks", auth="key", endpointName="wine-live")
    settings["services"].append(settings["services"][0] | {"name": "s-two"})
    with pytest.raises(HoldfastError) as caught:
        load(settings, folder=project)
    found = {(fault.id, dict(fault.evidence)["key"]) for fault in caught.value.faults}
    assert ("same-name", "services[1].endpointName") in found
    found = {(fault.id, dict(fault.evidence)["key"]) for fault in faults(load, project, endpointName="wine-live")}
    assert found == {("setting-does-not-fit", "services[0].endpointName")}


def test_of_several_computes_the_named_one_is_taken(load: Any, project: Path) -> None:
    """In any letter case."""
    cluster = "/subscriptions/5a4db0c5-5b5c-4000-8000-000000000002/resourceGroups/g/providers"
    cluster += "/Microsoft.ContainerService/managedClusters/aks"
    computes = [{"name": name, "kind": "kubernetes", "cluster": cluster, "namespace": name} for name in ("one", "two")]
    wanted = load(service(target="aks", compute="Two", auth="token") | {"computes": computes}, folder=project)
    assert wanted.parts[-1].settings == {"compute": "compute-two", "auth": "token"}


def test_an_online_endpoint_lets_nobody_in_without_a_key_or_a_token(load: Any, project: Path) -> None:
    """It is a container group that does."""
    found = faults(load, project, target="aks", auth="none")
    assert ("setting-does-not-fit", "services[0].auth") in {(fault.id, dict(fault.evidence)["key"]) for fault in found}


def test_an_online_deployment_takes_no_secrets(load: Any, project: Path) -> None:
    """Whoever reads the workspace would read them."""
    cluster = "/subscriptions/5a4db0c5-5b5c-4000-8000-000000000002/resourceGroups/g/providers"
    cluster += "/Microsoft.ContainerService/managedClusters/aks"
    computes = [{"name": "serving", "kind": "kubernetes", "cluster": cluster}]
    with pytest.raises(HoldfastError) as caught:
        load(service(target="aks", auth="key", secureEnv={"TOKEN": "token"}) | {"computes": computes}, folder=project)
    (fault,) = caught.value.faults
    assert (fault.id, dict(fault.evidence)["key"]) == ("setting-does-not-fit", "services[0].secureEnv")


def test_a_container_group_of_a_services_name_is_in_its_way(load: Any, project: Path) -> None:
    """Both would be one resource of Azure's; what is wrong with its variables is told at the service's own keys."""
    groups = {"containerGroups": [{"name": "s-one", "image": "i:1"}]}
    with pytest.raises(HoldfastError) as caught:
        load(service(env={"1A": "x"}, subnet="nowhere") | groups, folder=project)
    assert {(fault.id, dict(fault.evidence)["key"]) for fault in caught.value.faults} == {
        ("same-name", "services[0].name"),
        ("settings-invalid-value", "services[0].env.1A"),
        ("invalid-id", "services[0].subnet"),
    }


def test_a_check_of_the_file_looks_where_the_file_belongs(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Wherever it is called: paths start from the project's folder, and a fault names the line."""
    (project / "Pulumi.yaml").write_text("name: p\nruntime: python\nstackConfigDir: stacks\n", encoding="utf-8")
    stack = project / "stacks/Pulumi.dev.yaml"
    stack.parent.mkdir()
    lines = ["config:", "  azure-native:location: westeurope", "  holdfast:environment:", "    resourceGroup: rg"]
    lines += ["    services:", "    - {name: s-one, model: m, code: c, environment: conda.yaml,"]
    stack.write_text("\n".join([*lines, "       target: aci, auth: none}"]), encoding="utf-8")
    monkeypatch.chdir("/")
    wanted = read_file(stack)
    assert (wanted.services[0].name, wanted.folder) == ("s-one", str(project))
    (project / "c/score.py").unlink()
    with pytest.raises(HoldfastError) as caught:
        read_file(stack)
    assert [fault.id for fault in caught.value.faults] == ["file-missing"]
