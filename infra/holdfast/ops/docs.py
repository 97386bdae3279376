"""`holdfast docs`: are the generated pages those of this code? Written anew, or checked in CI."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import click

from holdfast.model.errors import Fault, HoldfastError


@click.command()
@click.option("--check", is_flag=True, help="Write nothing; name the pages that differ and exit with 2.")
def docs(check: bool) -> None:
    """Write the generated pages of a checkout: settings, rules, symptoms, the sandbox's coverage and scenarios."""
    root = _checkout()
    stale = []
    for name, text in _pages(root).items():
        path = root / name
        if path.is_file() and path.read_text(encoding="utf-8") == text:
            continue
        stale.append(name)
        if not check:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
            click.echo(f"wrote {name}", err=True)
    if check and stale:
        raise HoldfastError(
            [
                Fault(
                    "docs-out-of-date",
                    "generated pages do not say what the code says",
                    tuple(("page", name) for name in stale),
                    "`make docs` writes them; commit what it wrote",
                )
            ]
        )


def _pages(root: Path) -> dict[str, str]:
    from holdfast.diagnose import catalogue
    from holdfast.settings import pages
    from holdfast_sandbox.arm import coverage
    from holdfast_sandbox.scenarios import pages as scenarios

    found = dict(pages.render())
    found.update(catalogue.render())
    found["sandbox/COVERAGE.md"] = coverage.render()
    found["docs/scenarios.md"] = scenarios.render()
    # The pack may import nothing but pulumi_policy, and nothing may import the pack: it renders its own page.
    command = [sys.executable, "-m", "policies.catalogue"]
    found["docs/policies.md"] = subprocess.run(command, cwd=root, check=True, capture_output=True, text=True).stdout
    return found


def _checkout() -> Path:
    for folder in (Path.cwd(), *Path.cwd().parents):
        if (folder / "stacks").is_dir() and (folder / "Pulumi.yaml").is_file():
            return folder
    raise HoldfastError(
        [Fault("no-checkout", "this is no checkout of Holdfast", (("looked from", str(Path.cwd())),), "cd into one")]
    )
