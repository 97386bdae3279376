"""Does uv take packages from where this machine's pip does?"""

from __future__ import annotations

from pathlib import Path

import pytest

from holdfast_sandbox.builds.package_index import environment


@pytest.mark.source("pip.pypa.io/en/stable/topics/configuration")
def test_pips_files_and_variables_reach_uv_and_uvs_own_win(tmp_path: Path) -> None:
    """A file, over it a variable, over that what the Dockerfile says; what uv is told itself stays."""
    (tmp_path / ".config/pip").mkdir(parents=True)
    text = "[global]\nindex-url = https://a/simple\nextra-index-url =\n  https://b/simple\n  https://c/simple\n"
    text += "trusted-host = a b\n"
    (tmp_path / ".config/pip/pip.conf").write_text(text)
    machine = {"HOME": str(tmp_path), "PIP_FIND_LINKS": "/x /y", "VIRTUAL_ENV": "/v", "PATH": "/bin"}
    found = environment(machine, {})
    assert found["UV_DEFAULT_INDEX"] == "https://a/simple"
    assert found["UV_INDEX"] == "https://b/simple https://c/simple"
    assert found["UV_INDEX_STRATEGY"] == "unsafe-best-match"
    assert found["UV_INSECURE_HOST"] == "a b"
    assert found["UV_FIND_LINKS"] == "/x,/y"
    assert found["UV_PYTHON_DOWNLOADS"] == "never"
    assert "VIRTUAL_ENV" not in found
    assert environment({**machine, "PIP_INDEX_URL": "https://d"}, {})["UV_DEFAULT_INDEX"] == "https://d"
    assert environment({**machine, "UV_DEFAULT_INDEX": "https://e"}, {})["UV_DEFAULT_INDEX"] == "https://e"
    assert environment(machine, {"PIP_INDEX_URL": "https://f", "OTHER": "x"})["UV_DEFAULT_INDEX"] == "https://f"
    assert "OTHER" not in environment(machine, {"OTHER": "x"})
    assert "UV_DEFAULT_INDEX" not in environment({"HOME": str(tmp_path), "PIP_CONFIG_FILE": "/dev/null"}, {})
