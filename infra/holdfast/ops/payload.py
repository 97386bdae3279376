"""What is sent to a service, and how is its answer shown? The same for one in Azure and for one on this machine."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import click

from holdfast.model.errors import Fault, HoldfastError


def read_data(data: str) -> bytes:
    """The content of a file, or of standard input for `-`. Raises HoldfastError `data-unreadable`."""
    try:
        return sys.stdin.buffer.read() if data == "-" else Path(data).read_bytes()
    except OSError as error:
        raise HoldfastError(
            [Fault("data-unreadable", f"{data} can't be read: {error.strerror}", (("file", data),), "give a file or -")]
        ) from None


def parsed(text: str) -> object:
    """What a body says: JSON where it is some, else the text."""
    try:
        return json.loads(text)
    except ValueError:
        return text


def show_body(body: object) -> None:
    """A body on stdout, as `parsed` gives it: a text as it is."""
    click.echo(body if isinstance(body, str) else json.dumps(body, indent=2, ensure_ascii=False))
