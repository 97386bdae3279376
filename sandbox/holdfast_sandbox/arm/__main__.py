"""The server as a process: `python -m holdfast_sandbox.arm --state DIR [--port N] [--latency L] ...`.

A refusal to start goes to stderr as one JSON object, which the command that started the process shows in its own words.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from holdfast_sandbox.arm.server import Options, log_to, serve
from holdfast_sandbox.errors import SandboxError


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m holdfast_sandbox.arm")
    parser.add_argument("--state", type=Path, required=True)
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--latency", default="off")
    parser.add_argument("--list-lag", type=float, default=0.0)
    parser.add_argument("--list-recase", action="store_true")
    parser.add_argument("--rbac", action="store_true")
    parser.add_argument("--parent", type=int, default=0)
    parser.add_argument("--while-used", action="store_true")
    parser.add_argument("--ephemeral", action="store_true")
    parser.add_argument("--autoscale", type=float, default=1.0)
    args = parser.parse_args()
    args.state.mkdir(parents=True, exist_ok=True)
    log_to(args.state / "server.log")
    options = Options(
        args.state.resolve(),
        args.port,
        args.latency,
        args.list_lag,
        args.list_recase,
        args.rbac,
        args.parent,
        args.while_used,
        args.ephemeral,
        args.autoscale,
    )
    try:
        serve(options)
    except SandboxError as error:
        print(json.dumps(error.as_json()), file=sys.stderr)
        sys.exit(2)


if __name__ == "__main__":
    main()
