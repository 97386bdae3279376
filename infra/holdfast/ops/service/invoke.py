"""`holdfast service invoke`: does a service answer, and what?"""

from __future__ import annotations

import json
import sys
import time

import click

from holdfast.model.errors import Blame, Fault, HoldfastError
from holdfast.ops.output import say
from holdfast.ops.payload import parsed, read_data, show_body
from holdfast.ops.service.running import missing
from holdfast.ops.service.stack import open_stack

#: Seconds for an answer, where nothing else is said: the longest that an AKS service of v1 waited by default.
TIMEOUT = 60.0


@click.command()
@click.argument("name")
@click.option("--data", required=True, metavar="FILE", help="The request's body; `-` is standard input.")
@click.option("--raw", is_flag=True, help="Print the answer's body byte for byte, and nothing else.")
@click.option("--json", "as_json", is_flag=True, help="An object {status, seconds, headers, body}.")
@click.option("--timeout", default=TIMEOUT, show_default=True, metavar="SECONDS", help="How long to wait.")
@click.option("--stack", metavar="STACK", help="Default: PULUMI_STACK, else the project's only stack.")
def invoke(name: str, data: str, raw: bool, as_json: bool, timeout: float, stack: str | None) -> None:
    """Send the content of FILE to the service NAME, with its key where it asks for one.

    The answer goes to standard output, its status and time to standard error. Exits with 3 where the service answers
    with an error or not at all.
    """
    import requests

    body = read_data(data)
    opened = open_stack(stack)
    running = opened.running(opened.service(name))
    uri = running.scoring_uri()
    if not uri:
        raise missing(name, running.id)
    keys = running.keys()
    headers = {"Content-Type": "application/json", **({"Authorization": f"Bearer {keys.primary}"} if keys else {})}
    began = time.monotonic()
    try:
        answer = requests.post(uri, data=body, headers=headers, timeout=timeout)
    except requests.RequestException as error:
        raise HoldfastError(
            [
                Fault(
                    "service-silent",
                    f"service `{name}` does not answer",
                    (("asked", uri), ("answer", type(error).__name__)),
                    f"`holdfast service show {name}` says how it is, `holdfast logs service {name}` what it wrote",
                    Blame.AZURE,
                )
            ]
        ) from None
    seconds = time.monotonic() - began
    if raw:
        sys.stdout.buffer.write(answer.content)
    elif as_json:
        whole = {
            "status": answer.status_code,
            "seconds": round(seconds, 3),
            "headers": dict(answer.headers),
            "body": parsed(answer.text),
        }
        click.echo(json.dumps(whole, indent=2, ensure_ascii=False))
    else:
        show_body(parsed(answer.text))
        said = f"{answer.status_code} {answer.reason}".strip()
        say(f"{said}, {seconds * 1000:.0f} ms")
    if not answer.ok:
        sys.exit(3)
