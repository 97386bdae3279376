"""What does a decision mean to the engine? One function, so that every resource treats its decision alike.

`import_` only for what is not in our state: with an id in another letter case the engine takes it for another resource,
imports it as a replacement and deletes the original (design, section 2).
"""

from __future__ import annotations

from collections.abc import Sequence

import pulumi

from holdfast.model.decision import Adopt, Create, Decision, Keep, Recover, Replace, Update


def options_for(
    decision: Decision,
    parent: pulumi.Resource,
    *,
    retained: bool,
    depends_on: Sequence[pulumi.Resource],
    ignored: Sequence[str] = ("*",),
) -> pulumi.ResourceOptions:
    """The options of a declared resource: no input of it changes after creation (see `resources`), but in a run that
    updates or replaces it. `ignored`: all but what only the engine can compare, a secret.

    Raises TypeError for a decision that declares nothing.
    """
    if isinstance(decision, Update | Replace):
        return pulumi.ResourceOptions(
            parent=parent,
            replace_on_changes=["*"] if isinstance(decision, Replace) else None,
            delete_before_replace=True,  # its name is its own, so both can't be there at once
            retain_on_delete=retained,
            depends_on=depends_on,
        )
    if not isinstance(decision, Create | Keep | Adopt | Recover):
        raise TypeError(f"{decision} declares no resource")
    return pulumi.ResourceOptions(
        parent=parent,
        import_=_import_id(decision),
        ignore_changes=list(ignored),
        retain_on_delete=retained,
        depends_on=depends_on,
    )


def _import_id(decision: Decision) -> str | None:
    """An import of what is not back yet fails a preview, which therefore shows a creation (the notes say better)."""
    if isinstance(decision, Recover):
        return None if decision.recorded or pulumi.runtime.is_dry_run() else decision.id
    return decision.id if isinstance(decision, Adopt) else None
