"""Somebody deletes the workspace, and Azure keeps its name with its data.

For fourteen days a workspace of that name can be recovered, and no other one be made in its place.
"""

from collections.abc import Iterator

from holdfast_sandbox.scenarios.stage import WORKSPACES, Stage, not_shown

SYMPTOMS = ("workspace-soft-deleted",)


def play(stage: Stage) -> Iterator[str]:
    yield stage.provision()
    workspace = stage.ids["workspace"]
    stage.request("DELETE", workspace, WORKSPACES).raise_for_status()
    stage.wait(lambda: stage.request("GET", workspace, WORKSPACES).status_code == 404, "a workspace that is gone")
    yield f"somebody deletes the workspace {workspace.rpartition('/')[2]}"
    done = stage.project.preview(expect=None)
    if "recover" not in done.text.lower():
        raise not_shown("a preview that tells of the recovery", done.text)
    yield "pulumi preview: the next run recovers it"
