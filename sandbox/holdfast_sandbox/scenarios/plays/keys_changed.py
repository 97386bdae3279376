"""Somebody regenerates an endpoint's key, and a client still has the old one."""

from collections.abc import Iterator

from holdfast_sandbox.scenarios.stage import SERVED, Stage, not_shown

SYMPTOMS = ("keys-changed",)
_VERSION = "2025-06-01"


def play(stage: Stage) -> Iterator[str]:
    yield stage.provision()
    endpoint = stage.ids[f"online-endpoint-{SERVED}"]
    old = stage.stranger.endpoint_key(endpoint)
    for kind in ("Primary", "Secondary"):
        done = stage.request("POST", f"{endpoint}/regenerateKeys", _VERSION, {"keyType": kind})
        done.raise_for_status()
    stage.wait(lambda: stage.stranger.endpoint_key(endpoint) != old, "another key")
    yield "both keys of the endpoint are regenerated"
    answer = stage.ask(SERVED, key=old)
    if answer.status_code != 401:
        raise not_shown("a request that is answered with 401", f"{answer.status_code} {answer.text}")
    yield f"a client with the old one asks: {answer.status_code} {answer.text.strip()[:120]}"
