"""Is what Azure answers taken for what it says, and for nothing more?"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from holdfast.arm import Answer
from holdfast.model.errors import HoldfastError
from holdfast.model.existing import Absent, Live, SoftDeleted, Unreadable
from holdfast.model.kinds import KINDS, Kind
from holdfast.model.names import made_of, resource_id
from holdfast.model.permissions import Permissions, PolicyEntry
from holdfast.model.roles import WantedRole
from holdfast.model.wanted import Wanted
from holdfast.read import parse_state, read, read_policies

LIST = "/subscriptions/5a4db0c5-5b5c-4000-8000-000000000002/resourcegroups/rg-ml/resources"
SUBSCRIPTION = "/subscriptions/5a4db0c5-5b5c-4000-8000-000000000002"
DELETED = f"{SUBSCRIPTION}/providers/microsoft.keyvault/deletedvaults"
DELETED_VAULT = DELETED.replace("deletedvaults", "locations/westeurope/deletedvaults/kv-ml")
NAME_IN_USE = f"{SUBSCRIPTION}/providers/microsoft.keyvault/checknameavailability"
WORKSPACES = f"{SUBSCRIPTION}/providers/microsoft.machinelearningservices/workspaces"


def refused(status: int, code: str, message: str = "said so") -> Answer:
    return Answer(status, {"error": {"code": code, "message": message}})


def key(wanted: Wanted, kind: Kind) -> str:
    return resource_id(wanted, kind).lower()


def by_id(wanted: Wanted, kind: Kind, id: str) -> Wanted:
    return replace(wanted, resources={**wanted.resources, kind: replace(wanted.resources[kind], id=id)})


def remove(arm: Any, *paths: str) -> None:
    """Not there, and not in the list."""
    for path in paths:
        del arm.bodies[path]
        arm.lists[LIST] = [[row for row in page if row["id"].lower() != path] for page in arm.lists[LIST]]


@pytest.mark.parametrize("policies", [0, 5, 50, 1000])
def test_a_run_with_nothing_to_do_reads_three_times_however_many_policies(
    arm: Any, wanted: Wanted, state: Any, policies: int
) -> None:
    """The group, its list, the vault; at most six is the promise."""
    vault = arm.bodies[key(wanted, Kind.VAULT)]
    vault["properties"]["accessPolicies"] = [{"objectId": f"p{n}", "tenantId": "T"} for n in range(policies)]
    facts = read(arm, wanted, state, "T")
    assert sorted(path.lower() for path in arm.paths()) == sorted(
        [key(wanted, Kind.GROUP), key(wanted, Kind.VAULT), LIST]
    )
    assert facts.policies is not None
    assert len(facts.policies) == policies
    assert all(isinstance(found, Live) for found in facts.existing.values())


def test_an_rbac_vault_takes_one_read_more(arm: Any, wanted: Wanted, state: Any) -> None:
    """Its role assignments, in one list."""
    arm.bodies[key(wanted, Kind.VAULT)]["properties"] = {"enableRbacAuthorization": True}
    facts = read(arm, wanted, state, "T")
    assert len(arm.asked) == 4
    assert facts.role_assignments == ()


def test_every_read_asks_in_the_kinds_own_api_version(arm: Any, wanted: Wanted) -> None:
    """A version that the type does not have would be refused."""
    read(arm, wanted, {}, "T")
    asked = dict(arm.asked)
    for kind in Kind:
        assert asked[resource_id(wanted, kind)] == KINDS[kind].api_version


def test_everything_that_was_found_is_in_the_facts(arm: Any, wanted: Wanted, state: Any) -> None:
    """State and tenant are handed on, the policies are the vault's, and nothing was asked about deleted vaults."""
    facts = read(arm, wanted, state, "T")
    assert facts.state == state
    assert facts.tenant == "T"
    assert facts.policies == (PolicyEntry("A", "T", Permissions(secrets=frozenset({"get"}))),)
    assert (facts.role_assignments, facts.deleted_vaults) == (None, None)


def test_an_id_that_matters_is_taken_from_a_get(arm: Any, wanted: Wanted) -> None:
    """The list's letter case differs: what may be imported is asked for itself."""
    facts = read(arm, wanted, {}, "T")
    for kind in Kind:
        assert facts.existing[kind].id == resource_id(wanted, kind)
    assert len(arm.asked) == 9


def test_the_list_answers_for_what_is_in_the_state_in_any_letter_case(arm: Any, wanted: Wanted, state: Any) -> None:
    """Nothing of it is imported, so that its id does no harm."""
    facts = read(arm, wanted, state, "T")
    assert facts.existing[Kind.STORAGE].id == resource_id(wanted, Kind.STORAGE).upper()


@pytest.mark.source("azure-facts: the group's resource list lags behind writes (trap 14)")
def test_a_list_that_lags_makes_nothing_absent(arm: Any, wanted: Wanted, state: Any) -> None:
    """What it does not show is asked for itself, the state's and others'."""
    arm.lists[LIST] = [[]]
    facts = read(arm, wanted, state, "T")
    assert all(isinstance(found, Live) for found in facts.existing.values())
    assert len(arm.asked) == 9


def test_a_list_in_pages_is_one_list(arm: Any, wanted: Wanted, state: Any) -> None:
    """What is on the second page is there."""
    rows = arm.lists[LIST][0]
    arm.lists[LIST] = [rows[:1], [], rows[1:]]
    read(arm, wanted, state, "T")
    assert len(arm.asked) == 3


@pytest.mark.parametrize(
    "answer",
    [
        refused(403, "AuthorizationFailed"),
        refused(500, "InternalServerError"),
        Answer(0, {"error": {"code": "NoAnswer", "message": ""}}),
        Answer(200, "<html>sign in</html>"),
        Answer(404, "<html>not here</html>"),
        refused(404, "ResourceGroupNotFound"),
    ],
)
def test_a_list_that_can_not_be_read_hides_nothing_of_what_is_there(
    arm: Any, wanted: Wanted, state: Any, answer: Answer
) -> None:
    """Then everything is asked for itself, unless Azure says that there is no such group."""
    arm.answers[LIST] = answer
    facts = read(arm, wanted, state, "T")
    expected = Absent if answer.code == "ResourceGroupNotFound" else Live
    assert isinstance(facts.existing[Kind.STORAGE], expected)


def test_a_list_that_breaks_off_hides_nothing(arm: Any, wanted: Wanted, state: Any) -> None:
    """A second page that is refused makes the list unreadable, not shorter."""
    arm.answers[LIST] = [Answer(200, {"value": []}), refused(429, "TooManyRequests")]
    facts = read(arm, wanted, state, "T")
    assert isinstance(facts.existing[Kind.STORAGE], Live)


@pytest.mark.parametrize("kind", list(Kind))
@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (refused(404, "ResourceNotFound"), Absent()),
        (refused(404, "ResourceGroupNotFound"), Absent()),
        (refused(401, "InvalidAuthenticationToken"), Unreadable(401, "InvalidAuthenticationToken", "said so")),
        (refused(403, "AuthorizationFailed"), Unreadable(403, "AuthorizationFailed", "said so")),
        (refused(404, "InvalidResourceType"), Unreadable(404, "InvalidResourceType", "said so")),
        (refused(404, "InvalidResourceNamespace"), Unreadable(404, "InvalidResourceNamespace", "said so")),
        (refused(500, "InternalServerError"), Unreadable(500, "InternalServerError", "said so")),
        (refused(0, "NoAnswer"), Unreadable(0, "NoAnswer", "said so")),
        (Answer(404, "<html>proxy</html>"), Unreadable(404, "", "<html>proxy</html>")),
        (Answer(404), Unreadable(404, "", "")),
        (Answer(200, "<html>sign in</html>"), Unreadable(200, "", "<html>sign in</html>")),
        (Answer(200, {}), Unreadable(200, "", "{}")),
        (Answer(204), Unreadable(204, "", "")),
        (Answer(302), Unreadable(302, "", "")),
    ],
)
def test_could_not_read_is_never_absent(
    arm: Any, wanted: Wanted, kind: Kind, answer: Answer, expected: Absent | Unreadable
) -> None:
    """Only Resource Manager's own 404 about the very resource is absence; a proxy's page is nothing."""
    arm.answers[key(wanted, kind)] = answer
    assert read(arm, wanted, {}, "T").existing[kind] == expected


@pytest.mark.parametrize(("status", "code"), [(404, "SubscriptionNotFound"), (400, "InvalidSubscriptionId")])
def test_a_subscription_that_is_not_visible_is_one_fault(arm: Any, wanted: Wanted, status: int, code: str) -> None:
    """And not six resources that are not there."""
    arm.answers[key(wanted, Kind.GROUP)] = refused(status, code)
    with pytest.raises(HoldfastError) as caught:
        read(arm, wanted, {}, "T")
    assert [fault.id for fault in caught.value.faults] == ["subscription-not-visible"]
    assert "azure-native:subscriptionId" in caught.value.faults[0].hint


def test_in_a_group_that_is_not_there_nothing_is_asked_for(arm: Any, wanted: Wanted) -> None:
    """Three reads, and whether vault and workspace are only soft-deleted or the vault's name is taken; but what is
    named by id is somewhere else."""
    arm.bodies.clear()
    arm.answers[LIST] = refused(404, "ResourceGroupNotFound")
    elsewhere = "/subscriptions/s/resourceGroups/g/providers/Microsoft.OperationalInsights/workspaces/log"
    arm.put({"id": elsewhere, "location": "westeurope"}, listed=False)
    facts = read(arm, by_id(wanted, Kind.LOGS, elsewhere.upper()), {}, "T")
    assert facts.existing[Kind.LOGS] == Live(elsewhere, "log", "westeurope")
    assert {found for kind, found in facts.existing.items() if kind is not Kind.LOGS} == {Absent()}
    assert len(arm.asked) == 8
    assert facts.policies is None


def test_what_is_named_by_id_is_asked_for_where_it_is(arm: Any, wanted: Wanted, state: Any) -> None:
    """In another group and another subscription; that one's being out of sight is not the resource's being absent."""
    elsewhere = key(wanted, Kind.STORAGE).replace(wanted.subscription, "5a4db0c5-5b5c-4000-8000-0000000000ff")
    arm.put({"id": elsewhere, "location": "northeurope"}, listed=False)
    found = read(arm, by_id(wanted, Kind.STORAGE, elsewhere), state, "T").existing[Kind.STORAGE]
    assert found == Live(elsewhere, "stml", "northeurope")
    arm.answers[elsewhere] = refused(404, "SubscriptionNotFound")
    found = read(arm, by_id(wanted, Kind.STORAGE, elsewhere), state, "T").existing[Kind.STORAGE]
    assert found == Unreadable(404, "SubscriptionNotFound", "said so")


@pytest.mark.parametrize(("had", "asked"), [("same", 0), ("other", 1), ("none", 1)])
def test_a_workspace_that_stood_on_something_else_is_asked_itself(
    arm: Any, wanted: Wanted, state: Any, had: str, asked: int
) -> None:
    """Our state knows what it stood on; the list does not show it."""
    outputs = {name: id.upper() for name, (_, id) in made_of(wanted).items()}
    outputs["containerRegistry"] = {"same": outputs["containerRegistry"], "other": "/other", "none": ""}[had]
    recorded = replace(state[str(Kind.WORKSPACE)], outputs=outputs)
    read(arm, wanted, {**state, str(Kind.WORKSPACE): recorded}, "T")
    assert arm.paths().count(resource_id(wanted, Kind.WORKSPACE)) == asked


def test_identity_tags_and_missing_parts_of_a_body_are_read(arm: Any, wanted: Wanted) -> None:
    """The root's identity is kept with the properties; what is not there is empty."""
    body = arm.bodies[key(wanted, Kind.WORKSPACE)]
    body.update(identity={"principalId": "W"}, tags=None, location=None, properties={"x": 1})
    found = read(arm, wanted, {}, "T").existing[Kind.WORKSPACE]
    assert isinstance(found, Live)
    assert found.properties == {"x": 1, "identity": {"principalId": "W"}}
    assert (found.tags, found.location) == ({}, "")


def deleted_row(name: str) -> dict[str, Any]:
    return {
        "id": f"/subscriptions/s/providers/Microsoft.KeyVault/locations/westeurope/deletedVaults/{name}",
        "name": name,
        "properties": {
            "vaultId": f"/subscriptions/s/resourceGroups/g/providers/Microsoft.KeyVault/vaults/{name}",
            "location": "westeurope",
            "deletionDate": "2026-01-01",
            "scheduledPurgeDate": "2026-04-01",
        },
    }


@pytest.mark.source("Azure REST API, Vaults - List Deleted, 2024-11-01")
def test_a_deleted_vault_holds_its_name_in_any_letter_case(arm: Any, wanted: Wanted) -> None:
    """Found on whatever page, it makes the vault soft-deleted and not absent."""
    remove(arm, key(wanted, Kind.VAULT))
    arm.lists[DELETED] = [[deleted_row("another")], [deleted_row("KV-ML")]]
    facts = read(arm, wanted, {}, "T")
    assert facts.existing[Kind.VAULT] == SoftDeleted(
        "/subscriptions/s/resourceGroups/g/providers/Microsoft.KeyVault/vaults/KV-ML",
        "westeurope",
        "2026-01-01",
        "2026-04-01",
    )


def test_a_name_that_no_deleted_vault_holds_is_free(arm: Any, wanted: Wanted) -> None:
    """Absent, after the whole list was seen."""
    remove(arm, key(wanted, Kind.VAULT))
    arm.lists[DELETED] = [[deleted_row("another")]]
    facts = read(arm, wanted, {}, "T")
    assert (facts.existing[Kind.VAULT], facts.deleted_vaults) == (Absent(), None)


@pytest.mark.source("azure-facts: a group-scoped identity gets 403 on the deleted vaults (trap 11)")
@pytest.mark.parametrize(
    "answer",
    [
        refused(403, "AuthorizationFailed"),
        Answer(200, "<html>"),
        [Answer(200, {"value": []}), refused(0, "ForeignNextLink")],
    ],
)
def test_a_list_of_deleted_vaults_that_can_not_be_read_is_kept_as_that(
    arm: Any, wanted: Wanted, answer: Answer | list[Answer]
) -> None:
    """The vault is absent as far as anybody can see, and that nobody could see further is a fact too."""
    remove(arm, key(wanted, Kind.VAULT))
    arm.answers[DELETED] = answer
    facts = read(arm, wanted, {}, "T")
    assert facts.existing[Kind.VAULT] == Absent()
    last = answer[-1] if isinstance(answer, list) else answer
    assert facts.deleted_vaults == last.unreadable()


@pytest.mark.parametrize(
    ("answer", "taken"),
    [
        (Answer(200, {"nameAvailable": False, "reason": "AlreadyExists", "message": "In use."}), "In use."),
        (Answer(200, {"nameAvailable": False, "reason": "AlreadyExists"}), "AlreadyExists"),
        # What is wrong with a name is the settings' business, and a refusal to answer says nothing.
        (Answer(200, {"nameAvailable": False, "reason": "AccountNameInvalid", "message": "No."}), ""),
        (refused(403, "AuthorizationFailed"), ""),
    ],
)
def test_a_vaults_name_may_be_in_use_where_nobody_here_can_see_it(
    arm: Any, wanted: Wanted, state: Any, answer: Answer, taken: str
) -> None:
    """Names of vaults are one world's; of a vault that our state holds the name is ours, so nothing is asked."""
    remove(arm, key(wanted, Kind.VAULT))
    arm.answers[NAME_IN_USE] = answer
    assert read(arm, wanted, {}, "T").existing[Kind.VAULT] == Absent(taken)
    assert read(arm, wanted, state, "T").existing[Kind.VAULT] == Absent()


@pytest.mark.source("github.com/Azure/azure-powershell/issues/28286")
def test_a_deleted_workspace_is_in_the_subscriptions_list_and_nowhere_else(
    arm: Any, wanted: Wanted, state: Any
) -> None:
    """Its id in any letter case; others of the list are not it, and one that is there is not looked for."""
    read(arm, wanted, state, "T")
    assert WORKSPACES not in [path.lower() for path in arm.paths()]
    remove(arm, key(wanted, Kind.WORKSPACE))
    own = {"id": key(wanted, Kind.WORKSPACE).upper(), "location": "westeurope", "tags": {"a": "b"}}
    arm.lists[WORKSPACES] = [[{"id": "/another"}], [own]]
    found = read(arm, wanted, state, "T").existing[Kind.WORKSPACE]
    assert found == SoftDeleted(own["id"], "westeurope", tags={"a": "b"})
    arm.lists[WORKSPACES] = [[{"id": "/another"}]]
    assert read(arm, wanted, state, "T").existing[Kind.WORKSPACE] == Absent()


def test_a_list_of_workspaces_that_can_not_be_read_is_kept_as_that(arm: Any, wanted: Wanted) -> None:
    """The workspace is absent as far as anybody can see, and that nobody could see further is a fact too."""
    remove(arm, key(wanted, Kind.WORKSPACE))
    arm.answers[WORKSPACES] = refused(403, "AuthorizationFailed")
    facts = read(arm, wanted, {}, "T")
    assert facts.existing[Kind.WORKSPACE] == Absent()
    assert facts.deleted_workspaces == Unreadable(403, "AuthorizationFailed", "said so")


@pytest.mark.source(
    "github.com/Azure/azure-cli/issues/14091 (the list); github.com/hashicorp/terraform-provider-azurerm/issues/6059"
)
@pytest.mark.parametrize("answer", [refused(403, "AuthorizationFailed"), refused(500, "E"), Answer(404, "<html>")])
def test_an_empty_list_of_deleted_vaults_may_hide_what_this_login_may_not_see(
    arm: Any, wanted: Wanted, answer: Answer
) -> None:
    """Azure lists nothing to a login without the right; asked for the one vault, it refuses, and that is believed."""
    remove(arm, key(wanted, Kind.VAULT))
    arm.answers[DELETED_VAULT] = answer
    facts = read(arm, wanted, {}, "T")
    assert facts.existing[Kind.VAULT] == Absent()
    assert facts.deleted_vaults == answer.unreadable()


def test_a_deleted_vault_that_a_list_does_not_show_yet_is_found(arm: Any, wanted: Wanted) -> None:
    """Asked for by its name and location, it is there."""
    remove(arm, key(wanted, Kind.VAULT))
    arm.bodies[DELETED_VAULT] = deleted_row("kv-ml")
    found = read(arm, replace(wanted, location="West Europe"), {}, "T").existing[Kind.VAULT]
    assert isinstance(found, SoftDeleted)
    assert found.id.endswith("/vaults/kv-ml")


def test_deleted_vaults_are_not_asked_about_a_vault_that_is_named_by_id(arm: Any, wanted: Wanted) -> None:
    """It is somebody's, maybe in another subscription, and never recovered for them."""
    facts = read(arm, by_id(wanted, Kind.VAULT, "/their/vault"), {}, "T")
    assert facts.existing[Kind.VAULT] == Absent()
    assert DELETED not in [path.lower() for path in arm.paths()]


@pytest.mark.source("Azure REST API, Role Assignments - List For Scope, 2022-04-01")
def test_role_assignments_are_read_with_their_scope_and_the_roles_guid(arm: Any, wanted: Wanted, state: Any) -> None:
    """Those in the group and those inherited, by one list: their scope tells."""
    vault_id = resource_id(wanted, Kind.VAULT)
    arm.bodies[key(wanted, Kind.VAULT)]["properties"] = {"enableRbacAuthorization": True}
    role = "/subscriptions/s/providers/Microsoft.Authorization/roleDefinitions/4633458B-17DE-408A-B874-0445C86B69E6"
    row = {
        "id": "/ra",
        "name": "n",
        "properties": {"scope": vault_id, "principalId": "P", "roleDefinitionId": role},
    }
    path = f"{resource_id(wanted, Kind.GROUP)}/providers/Microsoft.Authorization/roleAssignments"
    arm.lists[path.lower()] = [[row], [{"id": "/bare"}]]
    first, bare = read(arm, wanted, state, "T").role_assignments or ()
    assert (first.id, first.name, first.scope, first.principal) == ("/ra", "n", vault_id, "P")
    assert first.role == "4633458b-17de-408a-b874-0445c86b69e6"
    assert (bare.name, bare.scope, bare.principal, bare.role) == ("", "", "", "")
    assert path in [asked for asked, _ in arm.asked]


def test_roles_elsewhere_are_one_list_for_each_place(arm: Any, wanted: Wanted, state: Any) -> None:
    """Of what holds there, not of all that lies below; a place that is not there holds nothing."""
    vault = "/subscriptions/s/resourceGroups/rg-else/providers/Microsoft.KeyVault/vaults/kv"
    arm.put({"id": vault, "properties": {"enableRbacAuthorization": True}}, listed=False)
    there = "/subscriptions/s/resourceGroups/rg-there"
    roles = [
        WantedRole("workspace", "registry", "r", "workspace"),
        WantedRole("workspace", "storage", "r", "workspace"),
        WantedRole("workspace", there, "r", "workspace"),
        WantedRole("workspace", there.upper(), "other", "workspace"),
    ]
    asked_of = "/providers/Microsoft.Authorization/roleAssignments"
    arm.answers[f"{there}{asked_of}".lower()] = refused(404, "ResourceGroupNotFound")
    assert read(arm, replace(by_id(wanted, Kind.VAULT, vault), roles=tuple(roles)), state, "T").role_assignments == ()
    lists = sorted(asked.lower() for asked, _ in arm.asked if asked_of in asked)
    group = resource_id(wanted, Kind.GROUP)
    at = f"{asked_of}?$filter=atScope()"
    assert lists == sorted(one.lower() for one in (f"{group}{asked_of}", f"{there}{at}", f"{vault}{at}"))


def test_no_list_is_asked_of_a_group_that_is_not_there(arm: Any, wanted: Wanted) -> None:
    """What is still to be made holds no roles."""
    arm.answers[resource_id(wanted, Kind.GROUP).lower()] = refused(404, "ResourceGroupNotFound")
    role = WantedRole("workspace", "registry", "r", "workspace")
    assert read(arm, replace(wanted, roles=(role,)), {}, "T").role_assignments is None


def test_role_assignments_that_can_not_be_read_are_not_none(arm: Any, wanted: Wanted, state: Any) -> None:
    """A list that breaks off would make assignments twice."""
    arm.bodies[key(wanted, Kind.VAULT)]["properties"] = {"enableRbacAuthorization": True}
    path = f"{resource_id(wanted, Kind.GROUP)}/providers/Microsoft.Authorization/roleAssignments".lower()
    arm.answers[path] = [Answer(200, {"value": []}), refused(403, "AuthorizationFailed")]
    assert read(arm, wanted, state, "T").role_assignments == Unreadable(403, "AuthorizationFailed", "said so")


def test_the_policies_after_a_run_are_read_or_unknown(arm: Any, wanted: Wanted) -> None:
    """An empty vault is not a vault that could not be read."""
    vault_id = resource_id(wanted, Kind.VAULT)
    found = read_policies(arm, vault_id)
    assert found is not None
    assert [entry.principal for entry in found] == ["A"]
    arm.bodies[vault_id.lower()] = {"id": vault_id}
    assert read_policies(arm, vault_id) == ()
    for answer in (refused(403, "AuthorizationFailed"), Answer(200, "<html>")):
        arm.answers[vault_id.lower()] = answer
        assert read_policies(arm, vault_id) is None


def test_a_checkpoint_is_read_by_logical_name() -> None:
    """Out of a URN: the type is the last of its parents', the name may hold colons; anything else is passed over."""
    found = parse_state(
        {
            "urn:pulumi:prod::holdfast::holdfast:azure:Environment$azure-native:keyvault:Vault::vault": {"name": "kv"},
            "urn:pulumi:prod::holdfast::pulumi:pulumi:Stack::odd::name": None,
            "no urn": {"name": "x"},
        }
    )
    assert set(found) == {"vault", "odd::name"}
    assert (found["vault"].token, found["vault"].name) == ("azure-native:keyvault:Vault", "kv")
    assert (found["odd::name"].token, found["odd::name"].name) == ("pulumi:pulumi:Stack", "")


def test_a_tag_that_the_list_does_not_show_is_asked_for(arm: Any, wanted: Wanted, state: Any) -> None:
    """The list lags behind writes: nothing is written for a tag that is only late in it."""
    storage = key(wanted, Kind.STORAGE)
    for row in arm.lists[LIST][0]:
        if row["id"].lower() == storage:
            row["tags"] = {}
    found = read(arm, wanted, state, "T").existing[Kind.STORAGE]
    assert isinstance(found, Live)
    assert found.tags == arm.bodies[storage]["tags"]
    assert storage in [path.lower() for path in arm.paths()]
