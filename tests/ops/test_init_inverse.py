"""Settings -> a body -> as it would be live -> settings: what `holdfast init` says of a resource makes the same one."""

from __future__ import annotations

from typing import Any

import hypothesis.strategies as st
import pytest
from hypothesis import assume, given, settings

from holdfast.decide.bodies import KIND_BODIES, PART_BODIES
from holdfast.decide.vault import plan_vault
from holdfast.model.bodies import Body, merged_body
from holdfast.model.decision import Create
from holdfast.model.errors import HoldfastError
from holdfast.model.existing import Absent, Live
from holdfast.model.kinds import Kind
from holdfast.model.permissions import ALLOWED
from holdfast.model.sorts import Sort
from holdfast.model.wanted import Authorization, GrantState, Wanted
from holdfast.ops.init.found import Found, at, identity, minutes, open_to_all
from holdfast.ops.init.kinds import KIND_SETTINGS, policy_grants, vault_settings
from holdfast.ops.init.lists import LISTS
from holdfast.ops.init.parts import PART_SETTINGS
from holdfast.settings import load
from holdfast.settings.parts import LISTS as SETTINGS_LISTS

from .conftest import GROUP, SUBSCRIPTION, TENANT

pytestmark = pytest.mark.slow

# How long an example takes says nothing on a machine that is shared.
settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")

USER = f"{GROUP}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/id-train"
SUBNET = f"{GROUP}/providers/Microsoft.Network/virtualNetworks/vnet/subnets/aci"

plain = st.text(st.characters(min_codepoint=32, max_codepoint=0x2FFF), min_size=1, max_size=12)
word = st.from_regex("[a-z][a-z0-9]{2,8}", fullmatch=True)
ports = st.lists(st.integers(1, 65535), max_size=3, unique=True)


def some(**keys: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    """Any of the keys, or none."""
    return st.fixed_dictionaries({}, optional=keys)


def given_keys(**keys: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries(keys)


def joined(*parts: st.SearchStrategy[dict[str, Any]]) -> st.SearchStrategy[dict[str, Any]]:
    return st.tuples(*parts).map(lambda found: {name: value for part in found for name, value in part.items()})


probe_numbers = some(
    initialDelay=st.integers(1, 3600), period=st.integers(1, 99), timeout=st.integers(1, 99), failures=st.integers(1, 9)
)
probe = joined(
    given_keys(path=word.map(lambda text: f"/{text}"), port=st.integers(1, 65535))
    | given_keys(command=st.lists(plain, min_size=1, max_size=2)),
    probe_numbers,
)
clusters = joined(
    given_keys(kind=st.just("cluster"), size=word),
    some(min=st.integers(0, 3), max=st.integers(3, 9), idleMinutes=st.integers(1, 10080)),
)
instances = joined(given_keys(kind=st.just("instance"), size=word), some(idleMinutes=st.integers(15, 4320)))
containers = joined(
    given_keys(
        image=word,
        cpu=st.sampled_from([0.5, 1, 2.0]),
        memory=st.sampled_from([1.5, 2]),
        ports=ports,
        env=st.dictionaries(word, plain, max_size=2),
    ),
    some(
        command=st.lists(plain, min_size=1, max_size=2),
        restart=st.sampled_from(["Always", "OnFailure", "Never"]),
        os=st.sampled_from(["Linux", "Windows"]),
        liveness=probe,
        readiness=probe,
    ),
    some(subnet=st.just(SUBNET)) | some(dnsLabel=st.just("score-fraud")),
)
datastores = joined(
    given_keys(kind=st.just("blob"), container=word)
    | given_keys(kind=st.just("file"), share=word)
    | given_keys(kind=st.just("dataLake"), filesystem=word),
    some(
        account=word,
        serviceIdentity=st.sampled_from(["system", "user", "none"]),
        default=st.just(True),
        description=plain.filter(str.strip),
    ),
)
pools = joined(
    given_keys(size=word),
    given_keys(count=st.integers(1, 9)) | given_keys(min=st.integers(1, 3), max=st.integers(3, 9)),
    some(
        mode=st.just("User"),
        labels=st.dictionaries(word, word, min_size=1, max_size=2),
        taints=st.lists(word.map(lambda text: f"{text}=x:NoSchedule"), min_size=1, max_size=2),
        maxPods=st.integers(30, 250),
        zones=st.lists(st.integers(1, 3), min_size=1, max_size=3, unique=True).map(sorted),
        spot=st.just(True),
    ),
)
extensions = joined(
    given_keys(name=st.just("azureml")),
    some(training=st.booleans(), inference=st.just(False)),
    some(inference=st.just(True), router=st.sampled_from(["nodePort", "clusterIP"]), allowInsecure=st.just(True)),
)
namespaces = joined(
    given_keys(kind=st.just("kubernetes"), namespace=word),
    some(
        instanceTypes=st.lists(
            joined(
                given_keys(name=word, cpu=st.just("500m"), memory=st.just("2Gi")),
                some(gpu=st.integers(1, 4), nodeSelector=st.dictionaries(word, word, min_size=1, max_size=1)),
            ),
            min_size=1,
            max_size=2,
            unique_by=lambda one: one["name"],
        )
    ),
)
PARTS = {
    Sort.IDENTITY: st.just({}),
    Sort.COMPUTE: clusters | instances,
    Sort.DATASTORE: datastores,
    Sort.CONTAINER: containers,
}
KINDS = {
    Kind.STORAGE: st.just({}),
    Kind.LOGS: st.just({}),
    Kind.INSIGHTS: st.just({}),
    Kind.CLUSTER: some(
        tier=st.sampled_from(["free", "standard"]),
        upgradeChannel=st.sampled_from(["none", "patch", "stable", "rapid", "node-image"]),
        localAccounts=st.booleans(),
        authorizedRanges=st.just(["10.0.0.0/16"]),
    ),
    Kind.REGISTRY: some(admin=st.booleans(), publicAccess=st.booleans(), retentionDays=st.integers(0, 365)).map(
        lambda keys: {"sku": "Premium", **keys}
    ),
    Kind.WORKSPACE: some(
        publicAccess=st.booleans(),
        managedNetwork=st.sampled_from(["internetOutbound", "approvedOutbound"]),
        highBusinessImpact=st.just(True),
        description=plain.filter(str.strip),
        friendlyName=plain.filter(str.strip),
        v1LegacyMode=st.just(True),
        systemDatastoresAuthMode=st.sampled_from(["identity", "accessKey"]),
    ),
}


def loaded(environment: dict[str, Any]) -> Wanted:
    where = {"project": "holdfast", "stack": "found", "file": "f", "subscription": SUBSCRIPTION}
    return load({"resourceGroup": "rg-fraud", **environment}, **where, location="westeurope")


def live(name: str, body: Body) -> Live:
    """What Azure would answer of a resource that was made so."""
    whole = merged_body(body.creation, body.later)
    return Live(f"/x/{name}", name, "westeurope", {}, dict(whole.get("properties") or {}), whole)


def test_every_list_of_the_settings_has_its_inverse() -> None:
    """A sort that gets settings gets its inverse, and its place in this test."""
    of_clusters = {Sort.POOL, Sort.EXTENSION}
    assert set(PART_SETTINGS) == set(LISTS) | {Sort.EXTENSION} == set(SETTINGS_LISTS) | of_clusters
    assert set(PARTS) == set(SETTINGS_LISTS)
    assert set(KIND_SETTINGS) == set(Kind) - {Kind.GROUP} == {*KINDS, Kind.VAULT}


@given(st.data())
@pytest.mark.parametrize("sort", PARTS, ids=str)
def test_a_part_is_described_as_it_was_asked_for(sort: Sort, data: st.DataObject) -> None:
    """The description makes the very body, and describes itself."""
    item = {"name": "score" if sort is not Sort.IDENTITY else "id-train", **data.draw(PARTS[sort])}
    try:
        wanted = loaded({LISTS[sort]: [item]})
    except HoldfastError:
        assume(False)
    body = PART_BODIES[sort](wanted, wanted.parts[0])
    found = PART_SETTINGS[sort](live(item["name"], body))
    assert isinstance(found, Found), found
    assert found.unsaid == ()
    again = loaded({LISTS[sort]: [{"name": item["name"], **found.settings}]})
    made = PART_BODIES[sort](again, again.parts[0])
    assert merged_body(made.creation, made.later) == merged_body(body.creation, body.later)
    repeated = PART_SETTINGS[sort](live(item["name"], made))
    assert repeated == found


def within_cluster(sort: Sort, item: dict[str, Any]) -> dict[str, Any]:
    """The settings of a cluster with that part."""
    return {"pools": [item]} if sort is Sort.POOL else {"extension": item}


@given(st.data())
@pytest.mark.parametrize("sort", [Sort.POOL, Sort.EXTENSION], ids=str)
def test_a_part_of_a_cluster_is_described_as_it_was_asked_for(sort: Sort, data: st.DataObject) -> None:
    """As other parts are, under `cluster`."""
    keys = data.draw(pools if sort is Sort.POOL else extensions)
    item = {"name": "gpu", **keys} if sort is Sort.POOL else {"install": True, **keys}
    try:
        wanted = loaded({"cluster": within_cluster(sort, item)})
    except HoldfastError:
        assume(False)
    (part,) = (part for part in wanted.parts if part.sort is sort)
    body = PART_BODIES[sort](wanted, part)
    found = PART_SETTINGS[sort](live(part.name, body))
    assert isinstance(found, Found), found
    head = {"install": True} if sort is Sort.EXTENSION else {}
    again = loaded({"cluster": within_cluster(sort, {**head, "name": part.name, **found.settings})})
    (other,) = (part for part in again.parts if part.sort is sort)
    made = PART_BODIES[sort](again, other)
    assert made.creation == body.creation
    assert PART_SETTINGS[sort](live(part.name, made)) == found


@given(namespaces)
def test_a_namespace_is_described_as_it_was_asked_for(keys: dict[str, Any]) -> None:
    """A compute of kind `kubernetes`, on the environment's own cluster or another one."""
    wanted = loaded({"cluster": {}, "computes": [{"name": "aks", **keys}]})
    (part,) = (part for part in wanted.parts if part.sort is Sort.COMPUTE)
    body = PART_BODIES[Sort.COMPUTE](wanted, part)
    found = PART_SETTINGS[Sort.COMPUTE](live("aks", body))
    assert isinstance(found, Found), found
    assert found.unsaid == ()
    own = {name: value for name, value in found.settings.items() if name != "cluster"}
    again = loaded({"cluster": {}, "computes": [{"name": "aks", **own}]})
    (other,) = (part for part in again.parts if part.sort is Sort.COMPUTE)
    assert PART_BODIES[Sort.COMPUTE](again, other).creation == body.creation


@given(st.data())
@pytest.mark.parametrize("kind", KINDS, ids=str)
def test_a_kind_is_described_as_it_was_asked_for(kind: Kind, data: st.DataObject) -> None:
    """What was asked for is said again; what was left out may be said as it came to be."""
    section = data.draw(KINDS[kind])
    wanted = loaded({"cluster": {}, kind.setting: section})
    body = KIND_BODIES[kind](wanted)
    found = KIND_SETTINGS[kind](live(wanted.resources[kind].name, body))
    assert found.settings.items() >= {n: v for n, v in section.items() if n != "friendlyName"}.items()
    again = loaded({"cluster": {}, kind.setting: found.settings})
    made = KIND_BODIES[kind](again)
    assert merged_body(made.creation, made.later) == merged_body(body.creation, body.later)


@given(
    some(publicAccess=st.booleans(), retentionDays=st.integers(7, 90), purgeProtection=st.just(True)),
    st.sampled_from(list(Authorization)),
)
def test_a_vault_is_described_as_it_was_asked_for(section: dict[str, Any], authorization: Authorization) -> None:
    """Its settings, as `decide.vault` would make it."""
    wanted = loaded({"vault": {"authorization": str(authorization), **section}})
    plan, _, _ = plan_vault(wanted, Create("absent"), Absent(), None)
    properties = {**plan.wanted, "enableRbacAuthorization": authorization is Authorization.RBAC}
    found = vault_settings(Live("/x/kv", "kv", "westeurope", {}, properties, {"properties": properties}))
    assert found.settings.items() >= {"authorization": str(authorization), **section}.items()
    again, _, _ = plan_vault(loaded({"vault": found.settings}), Create("absent"), Absent(), None)
    assert again == plan


@given(
    st.dictionaries(
        st.uuids(version=4).map(str),
        some(**{kind: st.lists(st.sampled_from(sorted(ALLOWED[kind])), min_size=1) for kind in ALLOWED}),
        max_size=4,
    )
)
def test_grants_say_what_the_policies_hold(held: dict[str, dict[str, list[str]]]) -> None:
    """Every entry that holds anything, in any letter case."""
    policies = [
        {
            "objectId": who.upper(),
            "tenantId": TENANT,
            "permissions": {k: [v.title() for v in vs] for k, vs in what.items()},
        }
        for who, what in held.items()
    ]
    properties = {"accessPolicies": policies}
    found = policy_grants(Live("/x/kv", "kv", "westeurope", {}, properties, {}), "")
    grants = loaded({"vault": {"authorization": "access-policies", **found.settings}}).vault.grants
    assert all(grant.state is GrantState.PRESENT for grant in grants)
    said = {grant.principal: {k: set(v) for k, v in grant.permissions.wire().items()} for grant in grants}
    assert said == {who: {kind: set(values) for kind, values in what.items()} for who, what in held.items() if what}


def group(**properties: Any) -> Live:
    """A container group of one container, with what a test adds to its properties."""
    container = {"image": "nginx", "resources": {"requests": {"cpu": 1, "memoryInGB": 1}}}
    inner = {**container, **properties.pop("container", {})}
    root = properties.pop("root", {})
    body = {"containers": [{"name": "score", "properties": inner}], "osType": "Linux", **properties}
    return Live("/x/score", "score", "westeurope", {}, body, {"properties": body, **root})


TCP, UDP = {"port": 80, "protocol": "TCP"}, {"port": 80, "protocol": "UDP"}


@pytest.mark.parametrize(
    ("found", "says"),
    [
        (group(volumes=[{"name": "v"}]), "its volumes"),
        (group(imageRegistryCredentials=[{"server": "x"}]), "its imageRegistryCredentials"),
        (group(sku="Confidential"), "its sku"),
        (group(priority="Spot"), "its priority"),
        (group(root={"zones": ["1"]}), "its zones"),
        (group(root={"identity": {"type": "SystemAssigned, UserAssigned"}}), "its several identities"),
        (group(ipAddress={"type": "Public", "ports": [UDP]}, container={"ports": [UDP]}), "open for UDP"),
        (group(ipAddress={"type": "Public", "ports": [TCP]}), "others than the group's"),
        (group(ipAddress={"type": "Private", "ports": []}), "its sort of address"),
        (
            group(ipAddress={"type": "Public", "ports": [], "autoGeneratedDomainNameLabelScope": "Noreuse"}),
            "how its domain name is reused",
        ),
        (group(subnetIds=[{"id": "a"}, {"id": "b"}]), "several subnets"),
        (group(container={"volumeMounts": [{"name": "v"}]}), "its volumeMounts"),
        (group(container={"environmentVariables": [{"name": "KEY"}]}), "the secret value of KEY"),
        (group(container={"livenessProbe": {"httpGet": {"path": "/", "port": 1, "scheme": "https"}}}), "asks by HTTPS"),
        (group(container={"livenessProbe": {"httpGet": {"port": 1, "httpHeaders": [{}]}}}), "its httpHeaders"),
        (group(container={"livenessProbe": {"successThreshold": 3, "exec": {}}}), "its successThreshold"),
        (group(container={"resources": {"requests": {"cpu": 1, "gpu": {"count": 1}}}}), "its gpu"),
    ],
)
def test_what_would_get_lost_of_a_container_group_is_a_reason(found: Live, says: str) -> None:
    """An update writes a group whole: what the settings can't say must not be theirs to write."""
    said = PART_SETTINGS[Sort.CONTAINER](found)
    assert isinstance(said, str), said
    assert says in said


def test_what_azure_adds_to_a_container_group_is_no_reason() -> None:
    """States, defaults and addresses that nobody asked for."""
    found = group(
        provisioningState="Succeeded",
        instanceView={"state": "Running"},
        sku="Standard",
        initContainers=[],
        ipAddress={"type": "Public", "ports": [TCP], "ip": "1.2.3.4", "fqdn": "x", "dnsNameLabel": "score-fraud"},
        container={
            "ports": [TCP],
            "instanceView": {"restartCount": 0},
            "environmentVariables": [],
            "readinessProbe": {"httpGet": {"path": "/", "port": 80, "scheme": "http"}, "successThreshold": 1},
        },
        root={"identity": {"type": "UserAssigned", "userAssignedIdentities": {USER: {"principalId": "x"}}}},
    )
    said = PART_SETTINGS[Sort.CONTAINER](found)
    assert isinstance(said, Found), said
    assert said.settings["readiness"] == {"path": "/"}
    assert said.settings["dnsLabel"] == "score-fraud"
    assert said.settings["identity"] == {"user": {"id": USER}}


@pytest.mark.parametrize(
    ("properties", "says"),
    [
        ({"datastoreType": "AzureDataLakeGen1"}, "of type AzureDataLakeGen1"),
        ({"datastoreType": "AzureBlob", "credentials": {"credentialsType": "AccountKey"}}, "a secret (AccountKey)"),
        ({"datastoreType": "AzureBlob", "accountName": "st"}, "which group"),
    ],
)
def test_datastores_with_a_secret_are_told(properties: dict[str, Any], says: str) -> None:
    """A stack file holds none."""
    said = PART_SETTINGS[Sort.DATASTORE](Live("/x/d", "d", "", {}, properties, {"properties": properties}))
    assert isinstance(said, str)
    assert says in said


def test_a_time_that_is_no_whole_number_of_minutes_is_told() -> None:
    """`idleMinutes` can't say it, and what is not said is not changed."""
    inner = {"vmSize": "x", "scaleSettings": {"nodeIdleTimeBeforeScaleDown": "PT90S"}, "subnet": {"id": SUBNET}}
    properties = {"computeType": "AmlCompute", "properties": inner}
    said = PART_SETTINGS[Sort.COMPUTE](Live("/x/c", "c", "", {}, properties, {"properties": properties}))
    assert isinstance(said, Found)
    assert said.unsaid == ("its idle time (PT90S)", "its subnet")
    assert "idleMinutes" not in said.settings


@pytest.mark.parametrize(
    ("time", "count"), [("PT15M", 15), ("PT1H30M", 90), ("P1DT1M", 1441), ("PT120S", 2), ("PT90S", None), ("", None)]
)
def test_times_are_read(time: str, count: int | None) -> None:
    """As ISO 8601 writes them."""
    assert minutes(time) == count


def test_small_readings() -> None:
    """A word of Azure's in any letter case, a path that leads nowhere, identities of every sort."""
    assert (open_to_all("enabled"), open_to_all("DISABLED"), open_to_all("SecuredByPerimeter")) == (True, False, None)
    assert at({"a": {"b": 1}}, "a.b") == 1
    assert at({"a": 1}, "a.b.c") is None
    assert identity({"identity": {"type": "SystemAssigned"}}) == {"type": "system"}
    assert identity({"identity": {"type": "UserAssigned", "userAssignedIdentities": {"a": {}, "b": {}}}}) is None
    assert identity({}) is None
