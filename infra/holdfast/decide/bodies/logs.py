"""What are the Log Analytics workspace and the Application Insights component before it made with?"""

from __future__ import annotations

from holdfast.model.bodies import Body
from holdfast.model.kinds import Kind
from holdfast.model.names import resource_id
from holdfast.model.wanted import Wanted


def logs_body(_wanted: Wanted) -> Body:
    """Paid by what is ingested, kept 30 days: what Azure includes in the price."""
    return Body(secure={"properties": {"sku": {"name": "PerGB2018"}, "retentionInDays": 30}})


def insights_body(wanted: Wanted) -> Body:
    """Workspace-based, as Azure makes no other any more."""
    if Kind.LOGS not in wanted.resources:  # one that is there from before may have none
        return Body(secure={"kind": "web", "properties": {"Application_Type": "web"}})
    return Body(
        secure={
            "kind": "web",
            "properties": {"Application_Type": "web", "WorkspaceResourceId": resource_id(wanted, Kind.LOGS)},
        },
        needs=("logs",),
    )
