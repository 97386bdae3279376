"""Is `image-build-failed` found where it is, and nowhere else?"""

from __future__ import annotations

from ..examining import examine

ILL = "\n".join(
    [
        "Step 3/4 : RUN pip install -r r.txt",
        "ERROR: No matching distribution found for nosuch==1.0",
        "The command '/bin/sh -c pip' returned a non-zero code: 1",
    ]
)
WELL = "\n".join(
    [
        "Step 3/4 : RUN pip install -r r.txt",
        "Successfully installed numpy-1.26",
        "Successfully tagged a:1",
    ]
)


def test_it_is_found() -> None:
    """The package that no index has is filled into what to do."""
    finding = examine(ILL)["image-build-failed"]
    assert finding.evidence[0].number == 2
    assert finding.explained_by == ""
    assert "name or version of nosuch" in "\n".join(finding.fix)


def test_it_is_not_found_where_nothing_is_wrong() -> None:
    """What looks like it, or has passed, is no finding, and no other one either."""
    assert not examine(WELL)
