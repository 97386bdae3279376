"""Where receipts are kept, and what `destroy` leaves: what the settings become, and what no message may show."""

from __future__ import annotations

from typing import Any

import pytest

from holdfast.model.errors import HoldfastError


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("https://audit.blob.core.windows.net/receipts", "https://audit.blob.core.windows.net/receipts"),
        (" https://Audit.blob.core.windows.net/receipts/ ", "https://audit.blob.core.windows.net/receipts"),
        ("https://audit.blob.core.windows.net/r-1x/a/b.c_d/", "https://audit.blob.core.windows.net/r-1x/a/b.c_d"),
        ("https://127.0.0.1:10000/dev/receipts/a", "https://127.0.0.1:10000/dev/receipts/a"),
        ("https://localhost/dev/receipts", "https://localhost/dev/receipts"),
    ],
)
def test_a_container_is_written_one_way_from_then_on(load: Any, written: str, read: str) -> None:
    """Without a slash at the end, the host in lower case; the emulator's account stays in the path."""
    assert load({"resourceGroup": "rg", "receipts": {"container": written}}).receipts == read


def test_nothing_is_kept_elsewhere_and_all_is_retained_unless_the_settings_say_so(load: Any) -> None:
    """Both are a choice: no store is asked, and nothing that holds keys or data is deleted, by default."""
    wanted = load({"resourceGroup": "rg"})
    assert (wanted.receipts, wanted.retain) == (None, True)
    assert load({"resourceGroup": "rg", "retain": False}).retain is False
    assert load({"resourceGroup": "rg", "retain": True, "vault": {"lock": "cannotDelete"}}).retain is True


@pytest.mark.parametrize("url", ["https://a.b/receipts?sig=hush", "https://me:hush@a.b/receipts", "http://a.b/hush"])
def test_what_may_be_a_secret_is_in_no_message(load: Any, url: str) -> None:
    """A log is read by more people than a stack file."""
    with pytest.raises(HoldfastError) as caught:
        load({"resourceGroup": "rg", "receipts": {"container": url}})
    assert "hush" not in str(caught.value)
