"""One key of a stack file is changed, and not a character besides."""

from __future__ import annotations

from textwrap import dedent

import pytest
import yaml

from holdfast.model.sizing import Scale
from holdfast.settings.edit import CannotEditError, with_autoscale

SCALE = Scale(3, 18, 40)
HEAD = """\
# the stack of production
config:
  azure-native:location:   westeurope   # odd blanks stay
  holdfast:environment:
    services:
      - name: other
        target: aks
        autoscale: {min: 1, max: 2}
"""


def edited(item: str, tail: str = "") -> str:
    """The item's lines after the edit; all around them is as it was."""
    text = f"{HEAD}{item}{tail}"
    done = with_autoscale(text, "wine", SCALE)
    assert done.startswith(HEAD)
    assert done.endswith(tail)
    return done[len(HEAD) : len(done) - len(tail)]


def lines(text: str) -> str:
    """As an item of `services`."""
    return "".join(f"      {line}\n" for line in dedent(text).strip("\n").splitlines())


@pytest.mark.parametrize(
    ("before", "after"),
    [
        pytest.param(
            """
            - name: wine # the good one
              target: aks   # in the cluster
              # how it is built
              model: m
            """,
            """
            - name: wine # the good one
              target: aks   # in the cluster
              autoscale: {min: 3, max: 18, target: 40}
              # how it is built
              model: m
            """,
            id="a key that was not there stands behind the target",
        ),
        pytest.param(
            """
            - target: aks
              name: "wine"
              autoscale: {max: 9, min: 2}  # enough
            """,
            """
            - target: aks
              name: "wine"
              autoscale: {max: 18, min: 3, target: 40}  # enough
            """,
            id="numbers change in their places and the rest is added",
        ),
        pytest.param(
            """
            - name: wine
              target: aks
              autoscale:
                # paid for all night
                min: 2

                target: 70 # head-room
              model: m
            """,
            """
            - name: wine
              target: aks
              autoscale:
                # paid for all night
                min: 3

                target: 40 # head-room
                max: 18
              model: m
            """,
            id="a map over several lines keeps its remarks",
        ),
        pytest.param(
            "- {name: wine, target: aks, model: m}",
            "- {name: wine, target: aks, autoscale: {min: 3, max: 18, target: 40}, model: m}",
            id="an item in one line",
        ),
        pytest.param(
            "- {name: wine, target: aks, autoscale: {}}",
            "- {name: wine, target: aks, autoscale: {min: 3, max: 18, target: 40}}",
            id="an empty map",
        ),
        pytest.param(
            """
            - name: wine
              target: aks
              autoscale: null
            """,
            """
            - name: wine
              target: aks
              autoscale: {min: 3, max: 18, target: 40}
            """,
            id="a key without a value",
        ),
    ],
)
def test_the_one_key_is_changed(before: str, after: str) -> None:
    """Whatever way it was written."""
    assert edited(lines(before)) == lines(after)
    assert edited(lines(before), "# the end") == lines(after)


def test_the_last_line_may_lack_its_end() -> None:
    """An editor's habit."""
    text = HEAD + lines("- name: wine\n  target: aks").rstrip("\n")
    services = yaml.safe_load(with_autoscale(text, "wine", SCALE))["config"]["holdfast:environment"]["services"]
    assert services[1]["autoscale"] == {"min": 3, "max": 18, "target": 40}
    assert services[0]["autoscale"] == {"min": 1, "max": 2}


@pytest.mark.parametrize(
    ("item", "says"),
    [
        ("- name: wine\n  target: aks\n  replicas: 3", "`replicas`"),
        ("- name: beer\n  target: aks", "no item of `services`"),
        ('- name: wine\n  target: "a\\\n    ks"', "over several lines"),
        ("- &same {name: wine, target: aks, autoscale: &scale {min: 1}}\n- {<<: *same, name: wein}", "anchor"),
    ],
)
def test_what_can_not_be_changed_in_place_is_told(item: str, says: str) -> None:
    """With the reason, and nothing is made of it."""
    with pytest.raises(CannotEditError, match=says):
        with_autoscale(HEAD + lines(item), "wine", SCALE)


@pytest.mark.parametrize("text", ["", "a: 1\n", "config: {}\n", "config:\n  holdfast:environment: {services: 3}\n"])
def test_a_file_without_services_has_none_of_that_name(text: str) -> None:
    """Whatever it is instead."""
    with pytest.raises(CannotEditError, match="no item"):
        with_autoscale(text, "wine", SCALE)
