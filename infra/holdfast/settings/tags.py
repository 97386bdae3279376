"""Are those tags that Azure takes on every resource, and that are the user's to set?

Source: "Use tags to organize your Azure resources" (Microsoft Learn): 50 a resource, names of 512 characters (128 on a
storage account), values of 256, no `<>%&\\?/` in a name, names without letter case.
"""

from __future__ import annotations

from collections.abc import Mapping

from holdfast.settings.faults import Faults

#: Azure's 50 less our own two (`holdfast.model.kinds`).
MOST = 48
LONGEST_NAME, LONGEST_NAME_ON_STORAGE, LONGEST_VALUE = 512, 128, 256
_FORBIDDEN = "<>%&\\?/"


def check_tags(tags: Mapping[str, str], faults: Faults, *, own_storage: bool) -> dict[str, str]:
    """The tags; what is wrong is noted in `faults`. `own_storage`: the storage account is managed, so tagged too."""
    if len(tags) > MOST:
        allowed = f"at most {MOST}: Azure takes 50, and two of them say whose the resource is"
        faults.add("invalid-tag", "tags", f"has {len(tags)} tags", allowed=allowed)
    longest = LONGEST_NAME_ON_STORAGE if own_storage else LONGEST_NAME
    seen: dict[str, str] = {}
    for name, value in tags.items():
        path = f"tags.{name}"
        if name.lower().startswith("holdfast-"):
            faults.add(
                "invalid-tag",
                path,
                "begins with `holdfast-`, which Holdfast keeps for the tags that say whose a resource is",
                value=value,
                allowed="any other name",
            )
        if not name or any(char in _FORBIDDEN for char in name):
            faults.add("invalid-tag", path, "is no name for a tag", allowed=f"a text without {' '.join(_FORBIDDEN)}")
        if len(name) > longest:
            where = " (a storage account's are the shortest)" if own_storage and len(name) <= LONGEST_NAME else ""
            says = f"has a name of {len(name)} characters"
            faults.add("invalid-tag", path, says, allowed=f"at most {longest} characters{where}")
        if len(value) > LONGEST_VALUE:
            says = f"has a value of {len(value)} characters"
            faults.add("invalid-tag", path, says, value=value, allowed=f"at most {LONGEST_VALUE} characters")
        first = seen.setdefault(name.lower(), name)
        if first != name:
            faults.add("invalid-tag", path, f"and `tags.{first}` are one tag to Azure", allowed="each name once")
    return dict(tags)
