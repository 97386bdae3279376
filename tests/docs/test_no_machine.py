"""Do the docs hold on every machine? No path of one, and no package index that a reader may not have."""

from __future__ import annotations

import os
import re
from pathlib import Path
from urllib.parse import urlsplit

#: Somebody's home, or a folder that only one machine has, at the beginning of a path.
MACHINE = re.compile(r"(?<![\w.}\]/])/(?:home|root|Users|mnt|tmp)/[\w.]")

#: The hosts of public package registries. The docs name the registry ("the package index"), never its host.
HOSTS = re.compile(
    r"\b(?:pypi\.org|files\.pythonhosted\.org|proxy\.golang\.org|sum\.golang\.org|registry\.npmjs\.org)\b"
)

#: Where a machine says which registries it uses.
VARIABLES = (
    "PIP_INDEX_URL",
    "PIP_EXTRA_INDEX_URL",
    "UV_INDEX_URL",
    "UV_DEFAULT_INDEX",
    "GOPROXY",
    "NPM_CONFIG_REGISTRY",
)


def test_no_page_names_a_path_of_a_machine(pages: dict[Path, str], root: Path) -> None:
    """No page has an absolute path below somebody's home, nor below the folder of this very checkout."""
    found = [f"{page.name}: {match[0]}" for page, text in pages.items() for match in MACHINE.finditer(text)]
    around = [f"{folder}/" for folder in (root, root.parent) if folder != Path(root.anchor)]
    found += [f"{page.name}: {folder}" for page, text in pages.items() for folder in around if folder in text]
    assert not found


def test_the_pattern_of_paths_finds_one() -> None:
    """The pattern sees a machine's path in prose and in code, and leaves ids and URLs of Azure alone."""
    assert MACHINE.search("see /home/ann/project")
    assert MACHINE.search("`/Users/ann`")
    assert not MACHINE.search("Microsoft.MachineLearningServices/workspaces/read")
    assert not MACHINE.search("https://learn.microsoft.com/home/x")


def test_no_page_names_a_registrys_host(pages: dict[Path, str]) -> None:
    """No page names the host of a package registry, neither a public one nor the one that this machine is set to."""
    values = " ".join(os.environ.get(name, "") for name in VARIABLES)
    own = {host for url in re.split(r"[\s,|]+", values) if (host := urlsplit(url).hostname)}
    for page, text in pages.items():
        assert not HOSTS.search(text), page.name
        assert not [host for host in own if host in text], page.name
