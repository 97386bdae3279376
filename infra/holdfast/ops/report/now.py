"""What does Azure say now: the doctor's findings, names of principals, receipts of other machines? The page needs none.

Whatever stands in the way (nobody logged in, no stack file, a network that is shut) becomes a sentence on the page, and
the rest of the page is made all the same.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from holdfast.model.directory import Directory
from holdfast.model.errors import HoldfastError


@dataclass(frozen=True, slots=True)
class Findings:
    """The doctor's answer in the shape of `holdfast doctor --json`, and when it was given; or why there is none."""

    time: str = ""
    body: dict[str, Any] = field(default_factory=dict)
    silence: str = ""


def ask_doctor(stack: str, tell: Callable[[str], None]) -> Findings:
    """The doctor's findings of a stack, now. Never raises for what Azure or the settings say."""
    from holdfast.diagnose import diagnose
    from holdfast.ops.doctor.collect import collect
    from holdfast.ops.doctor.page import as_json
    from holdfast.ops.service.stack import open_stack

    try:
        found = collect(open_stack(stack), None, tell)
    except HoldfastError as error:
        return Findings(silence="; ".join(f"{fault.id}: {fault.message}" for fault in error.faults))
    body = as_json(diagnose(found.evidence), found.not_read)
    return Findings(datetime.now(UTC).isoformat(timespec="seconds"), body)


def ask_container(
    stack: str, project: str, count: int, last: str, known: Collection[str]
) -> tuple[dict[str, dict[str, Any]], list[str], str]:
    """The newest receipts of the stack, up to the name `last`, that other machines left in the container of its
    settings, without those of the names `known`; those that can't be read; and why there are none, where a container is
    named and does not answer."""
    from holdfast.archive import Archive, ArchiveError
    from holdfast.ops.stack_file import stack_file
    from holdfast.settings import read_file

    try:
        container = read_file(stack_file(stack)).receipts
    except HoldfastError as error:
        return {}, [], error.faults[0].message
    if not container:
        return {}, [], ""
    try:
        return *Archive(container, project, stack, {}).latest(count, last, known), ""
    except ArchiveError as error:
        return {}, [], f"{container}: {error}"


def ask_names(ids: Sequence[str]) -> tuple[Directory, str]:
    """Who the principals are, and why that is not known where it is not."""
    from holdfast.ops.login import login_clients

    if not ids:
        return Directory(), ""
    try:
        directory = login_clients()[1].look_up(ids)
    except HoldfastError as error:
        return Directory(), error.faults[0].message
    return directory, directory.silence
