"""What may a live workspace not become, and what is it given that it lacks?

A workspace stands on a vault, a storage account, a component of Application Insights and a registry. What it lacks of
them it is given; another one in the place of what it has is refused: Azure keeps the vault and the storage account for
life, and with another registry earlier jobs may not run again (azure-ai-ml asks for a consent of its own there).
"""

from __future__ import annotations

from collections.abc import Mapping

from holdfast.model.bodies import Body, merged_body
from holdfast.model.decision import Adopt, Decision, Keep, Refuse
from holdfast.model.errors import Fault
from holdfast.model.existing import Existing, Live
from holdfast.model.kinds import KINDS, Kind
from holdfast.model.names import made_of, same_id
from holdfast.model.sorts import Sort
from holdfast.model.wanted import Wanted

#: What a PATCH can give to a workspace (WorkspacePropertiesUpdateParameters of its reference).
_GIVEN_LATER = ("applicationInsights", "containerRegistry")


def with_what_it_lacks(wanted: Wanted, body: Body, found: Existing) -> Body:
    """The body that asks for the registry or the insights too, where the live workspace has none."""
    properties = _properties(found)
    ids = {name: id for name, (_, id) in made_of(wanted).items()}
    lacking = {name: ids[name] for name in _GIVEN_LATER if properties and name in ids and not properties.get(name)}
    if not lacking:
        return body
    return Body(
        merged_body(body.explicit, {"properties": lacking}), body.secure, body.needs, body.secrets, later=body.later
    )


def refuse_workspace(
    wanted: Wanted, decisions: Mapping[Kind, Decision], found: Existing, parts: Mapping[str, Existing]
) -> Refuse | None:
    """Why the live workspace can't be as the settings say; None where it can. What follows from the refusal of another
    kind is left out."""
    properties = _properties(found)
    if not properties or not isinstance(decisions[Kind.WORKSPACE], Keep | Adopt):
        return None
    assert isinstance(found, Live)
    return _uses_another(wanted, decisions, found, properties) or _network(wanted, found, properties, parts)


def _properties(found: Existing) -> Mapping[str, object]:
    """What a GET answered; a row of a list has none."""
    return dict(found.body.get("properties") or {}) if isinstance(found, Live) else {}


def _uses_another(
    wanted: Wanted, decisions: Mapping[Kind, Decision], found: Live, properties: Mapping[str, object]
) -> Refuse | None:
    others = {
        kind: (str(properties[name]), id)
        for name, (kind, id) in made_of(wanted).items()
        if properties.get(name)
        and not same_id(str(properties[name]), id)
        and not isinstance(decisions.get(kind), Refuse)
    }
    if not others:
        return None
    rows = [(KINDS[kind].noun, f"uses {live}, the settings say {id}") for kind, (live, id) in others.items()]
    hints = [f"set `{kind.setting}.id: {live}`" for kind, (live, _) in others.items()]
    by_hand = ""
    if Kind.REGISTRY in others:
        by_hand = (
            f"; another registry is taken by hand, for earlier jobs may not run again: `az ml workspace update --name"
            f" {found.name} --container-registry {others[Kind.REGISTRY][1]} --update-dependent-resources`"
        )
    return Refuse(
        "workspace-uses-another",
        Fault(
            "workspace-uses-another",
            f"{KINDS[Kind.WORKSPACE].noun} `{found.name}` stands on other resources than the settings say",
            (("found", found.id), *rows, ("decided", "refuse; what it stands on is not exchanged")),
            f"in {wanted.file}, {' and '.join(hints)}{by_hand}",
        ),
    )


def _network(
    wanted: Wanted, found: Live, properties: Mapping[str, object], parts: Mapping[str, Existing]
) -> Refuse | None:
    mode = wanted.settings.get(Kind.WORKSPACE, {}).get("managedNetwork")
    network = properties.get("managedNetwork")
    live = str(network.get("isolationMode") or "Disabled") if isinstance(network, Mapping) else "Disabled"
    there = live.lower() != "disabled"
    if mode is None or there == (mode != "disabled"):
        return None
    key = f"{Kind.WORKSPACE.setting}.managedNetwork"
    if there:
        return _refused(
            found,
            "has a managed network, which can't be taken away again",
            (("isolation mode", live),),
            f"set `{key}` in {wanted.file} to `internetOutbound` or `approvedOutbound`, or leave it out",
        )
    computes = [part.name for part in wanted.parts if part.sort is Sort.COMPUTE and _is_there(parts, part.logical)]
    if not computes:
        return None
    return _refused(
        found,
        "can't get a managed network while it has computes: none of them could move into it",
        (("computes", ", ".join(computes)),),
        f"take them out of `computes` in {wanted.file}, run `pulumi up`, then set `{key}` and list them again",
    )


def _is_there(parts: Mapping[str, Existing], logical: str) -> bool:
    return isinstance(parts.get(logical), Live)


def _refused(found: Live, says: str, evidence: tuple[tuple[str, str], ...], hint: str) -> Refuse:
    """Source of both: learn.microsoft.com/azure/machine-learning/how-to-managed-network, "Limitations"."""
    message = f"{KINDS[Kind.WORKSPACE].noun} `{found.name}` {says}"
    rows = (("found", found.id), *evidence, ("decided", "refuse; nothing is recreated"))
    return Refuse("managed-network-is-final", Fault("managed-network-is-final", message, rows, hint))
