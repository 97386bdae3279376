"""Which paths of ACR tasks are served, and after which documents? Runs and task runs; tasks with triggers are not."""

from __future__ import annotations

from holdfast_sandbox.arm.routing import GROUP, ResourceType, Route
from holdfast_sandbox.arm.services.containerregistry import runs, task_runs

_VERSIONS = ("2025-03-01-preview", "2019-06-01-preview", "2019-04-01", "2018-09-01")
RUNS = ResourceType(runs.RUN, _VERSIONS)
TASK_RUNS = ResourceType(task_runs.TASK_RUN, ("2025-03-01-preview", "2019-06-01-preview"))

_ONE = f"{GROUP}/providers/Microsoft.ContainerRegistry/registries/{{registryName}}"
_RUN, _TASK_RUN = f"{_ONE}/runs/{{runId}}", f"{_ONE}/taskRuns/{{taskRunName}}"
_SPEC = "github.com/Azure/azure-rest-api-specs RegistryTasks/2025-03-01-preview"

TYPES = [RUNS, TASK_RUNS]
ROUTES = [
    Route(
        "POST",
        f"{_ONE}/listBuildSourceUploadUrl",
        RUNS,
        runs.upload_url,
        "get a link to upload a context",
        f"{_SPEC} Registries_GetBuildSourceUploadUrl",
    ),
    Route("POST", f"{_ONE}/scheduleRun", RUNS, runs.schedule, "schedule a build", f"{_SPEC} Registries_ScheduleRun"),
    Route("GET", f"{_ONE}/runs", RUNS, runs.list_runs, "list", f"{_SPEC} Runs_List"),
    Route("GET", _RUN, RUNS, runs.get_run, "read", f"{_SPEC} Runs_Get"),
    Route("PATCH", _RUN, RUNS, runs.update_run, "patch", f"{_SPEC} Runs_Update"),
    Route("POST", f"{_RUN}/listLogSasUrl", RUNS, runs.log_link, "get a link to the log", f"{_SPEC} Runs_GetLogSasUrl"),
    Route("POST", f"{_RUN}/cancel", RUNS, runs.cancel_run, "cancel", f"{_SPEC} Runs_Cancel"),
    Route(
        "PUT",
        _TASK_RUN,
        TASK_RUNS,
        task_runs.put_task_run,
        "create or update",
        f"{_SPEC} TaskRuns_Create",
        exclusive=_TASK_RUN,
    ),
    Route("GET", _TASK_RUN, TASK_RUNS, task_runs.get_task_run, "read", f"{_SPEC} TaskRuns_Get"),
    Route("PATCH", _TASK_RUN, TASK_RUNS, task_runs.patch_task_run, "patch", f"{_SPEC} TaskRuns_Update"),
    Route("DELETE", _TASK_RUN, TASK_RUNS, task_runs.delete_task_run, "delete", f"{_SPEC} TaskRuns_Delete"),
    Route("GET", f"{_ONE}/taskRuns", TASK_RUNS, task_runs.list_task_runs, "list", f"{_SPEC} TaskRuns_List"),
    Route(
        "POST",
        f"{_TASK_RUN}/listDetails",
        TASK_RUNS,
        task_runs.details,
        "read with all details",
        f"{_SPEC} TaskRuns_GetDetails",
    ),
]
