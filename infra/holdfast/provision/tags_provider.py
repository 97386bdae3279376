"""How does a resource that exists get a tag without a PUT of it? By Azure's own merge of tags.

A dynamic provider. **This module's path and the class name are frozen**, as those of `vault_provider` are.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pulumi.dynamic import CreateResult, DiffResult, UpdateResult

from holdfast.provision.vault_provider import QuietProvider, client_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from holdfast.arm import Answer, ArmClient

Props = dict[str, Any]

#: Source: azure-rest-api-specs, Microsoft.Resources, Tags_UpdateAtScope.
TAGS_VERSION = "2021-04-01"


class ResourceTagsProvider(QuietProvider):
    """Inputs: `lacking` [{`id`, `tags`}], `cloud`. Outputs: `lacking`, emptied."""

    def create(self, props: Props) -> CreateResult:
        """A new environment has its tags; one that was adopted, too. Only what is lacking is written."""
        return CreateResult("resource-tags", _merged(props))

    def diff(self, _id: str, _olds: Props, news: Props) -> DiffResult:
        """Something to do where the read stage found tags lacking."""
        return DiffResult(changes=bool(news.get("lacking")))

    def update(self, _id: str, _olds: Props, news: Props) -> UpdateResult:
        """One PATCH a resource, which merges on the server: tags of others stay, whoever writes meanwhile."""
        return UpdateResult(_merged(news))


def patch_tags(client: ArmClient, id: str, operation: str, tags: Mapping[str, str]) -> Answer:
    """`Merge` tags into those of a resource, or `Delete` them from it; all others stay."""
    path = f"{id}/providers/Microsoft.Resources/tags/default"
    return client.request("PATCH", path, TAGS_VERSION, {"operation": operation, "properties": {"tags": dict(tags)}})


def _merged(props: Props) -> Props:
    from holdfast.model.errors import Blame, Fault, HoldfastError

    rows, faults = props.get("lacking") or [], []
    client = client_of(props) if rows else None
    for row in rows:
        assert client is not None
        answer = patch_tags(client, row["id"], "Merge", row["tags"])
        if answer.status == 0:
            # An answer that got lost on its way. azure-core sends no PATCH twice, and a merge may be sent twice.
            answer = patch_tags(client, row["id"], "Merge", row["tags"])
        if not answer.ok:
            faults.append(
                Fault(
                    "tags-not-written",
                    f"the tags of {row['id']} could not be written",
                    answer.evidence,
                    "this login needs Microsoft.Resources/tags/write (the role Tag Contributor holds it)",
                    Blame.AZURE,
                )
            )
    if faults:
        raise HoldfastError(faults)
    return {"lacking": []}
