"""Do the docs hold on every machine? No path of one, and no package index that a reader may not have."""

from __future__ import annotations

import re
from pathlib import Path

#: Somebody's home, or a folder that only one machine has, at the beginning of a path.
MACHINE = re.compile(r"(?<![\w.}\]/])/(?:home|root|Users|mnt|tmp)/[\w.]")

#: A host on the internet, with or without a scheme before it.
HOST = re.compile(r"\b[a-z0-9-]+(?:\.[a-z0-9-]+)*\.(?:org|com|io|net|dev|cn|us)\b")

#: Whom the pages may send a reader to: makers' documentation, sources and issues, the CLI's own download. A package
#: index is none of them: the pages say "the package index", and every machine has its own.
#: `azurecontainer.io` is Azure's own domain of container groups, `azurecr.io` that of registries,
#: `blob.core.windows.net` that of storage accounts, `nvidia.com/gpu` what Kubernetes calls a GPU, and `privatelink.`
#: names are private DNS zones.
KNOWN = {
    "azurecontainer.io",
    "azurecr.io",
    "blob.core.windows.net",
    "distribution.github.io",
    "get.pulumi.com",
    "github.com",
    "learn.microsoft.com",
    "mcr.microsoft.com",
    "management.azure.com",
    "nvidia.com",
    "www.apache.org",
}


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


def test_pages_name_known_hosts_only(pages: dict[Path, str]) -> None:
    """Every host that a page names is one of documentation or sources, none a package index."""
    hosts = {(page.name, host) for page, text in pages.items() for host in HOST.findall(text)}
    assert hosts
    assert not {(page, host) for page, host in hosts if host not in KNOWN and not host.startswith("privatelink.")}
