"""Did a container end because it took more memory than it may?

Texts: Kubernetes (`OOMKilled`, exit code 137), the Linux kernel, gunicorn, Python; code: learn.microsoft.com/azure/
machine-learning/how-to-troubleshoot-online-endpoints, PodOutOfMemory.
"""

from __future__ import annotations

from holdfast.diagnose.symptom import LIKELY, SURE, Raises, Says, Symptom

SYMPTOM = Symptom(
    id="pod-out-of-memory",
    title="the container was killed for its memory",
    looks_like="Last state Terminated with OOMKilled or exit code 137; the log ends in the midst of a line, without an exception.",
    cause="The process took more than the `memory` of its service, most often while it loads the model, once in each worker.",
    remedy="Raise `memory`; or load less: one worker, a smaller type, memory-mapped files.",
    commands=(
        "holdfast service show {service}",
        "kubectl top pod --namespace NAMESPACE --containers",
        "holdfast service deploy {service}  # after memory: 4Gi",
    ),
    source="https://learn.microsoft.com/azure/machine-learning/how-to-troubleshoot-online-endpoints#error-podoutofmemory",
    raises=(Raises(type=r"MemoryError|_ArrayMemoryError", phase=("init", "run", "import")),),
    says=(
        Says(
            (
                r"(?:reason|status|state|terminated)\b\W{1,24}OOM ?Killed|\b\d+/\d+\s+OOMKilled\b|[\"'(\[]OOMKilled|\bOOMKilled\b\s*(?:$|[,;)(:.]|exit|\d)",
            ),
            confidence=SURE,
            plain=True,
        ),
        Says(
            (r"(?:pod|container|process|worker|replica|server)\b.{0,60}\b(?:was|were|got|been|is) OOM[- ]?killed",),
            confidence=SURE,
        ),
        Says((r"\boom-kill(?:er)?\b|OOMKilling",), confidence=SURE, plain=True),
        Says(
            (
                r"(?:memory cgroup )?out of memory: killed process|killed process \d+ .{0,80}(?:rss|vm):|invoked oom-killer",
            ),
            confidence=SURE,
            plain=True,
        ),
        Says(
            (
                r"(?:killed|terminated|exited|evicted)\b.{0,60}(?:above|over|exceed\w*)\b.{0,30}memory|memory limit\b.{0,20}exceeded|exceed\w* (?:its |the )?memory limit",
            ),
            confidence=SURE,
        ),
        Says(
            (r"exit ?code\W{0,3}137\b|\bexited? with (?:status |code )?137\b|status 137\b",),
            unless=(r"liveness probe|failed liveness|SIGTERM|preStop|WORKER TIMEOUT",),
            confidence=LIKELY,
            plain=True,
        ),
        Says((r"sent SIGKILL! Perhaps out of memory",), unless=(r"WORKER TIMEOUT",), within=5, confidence=LIKELY),
        Says(
            (r"low on resource: memory|(?:reason\W{1,4}|Warning\s+)Evicted\b.{0,80}memory",),
            confidence=SURE,
            plain=True,
        ),
        Says(
            (
                r"(?:std::bad_alloc|cannot allocate memory|Unable to allocate \S+ \w+ for an array|DefaultCPUAllocator: not enough memory)",
            ),
            unless=(r"Step \d+/\d+|acb_|pip install|\.ipynb|train\w*\.py",),
            confidence=LIKELY,
        ),
        Says((r"(?:pod|container|replica)\b.{0,60}(?:ran |run |running |is )?out of memory",), confidence=SURE),
    ),
    codes=("PodOutOfMemory", "OOMKilled"),
    explains=("init-raised", "crash-502", "autoscale-503", "container-not-ready", "model-424"),
)
