"""What a build has saved is what a container finds."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from holdfast_sandbox.images import Image, ImageStore

IMAGE = Image(
    registry="crml.azurecr.io",
    repository="services/iris",
    tag="abc123",
    digest="sha256:" + "1" * 64,
    base="mcr.microsoft.com/azureml/minimal-py312-inference:latest",
    root="/tmp/root",
    python="/tmp/env/bin/python",
    env={"AZUREML_MODEL_DIR": "/var/azureml-app/model"},
    command=("runsvdir", "/var/runit"),
    workdir="/var/azureml-app",
    ports=(5001,),
)


@pytest.fixture
def store(tmp_path: Path) -> ImageStore:
    return ImageStore(tmp_path)


@pytest.mark.parametrize("reference", [IMAGE.reference, f"crml.azurecr.io/services/iris@{IMAGE.digest}"])
def test_it_is_found_by_tag_and_by_digest(store: ImageStore, reference: str) -> None:
    """Whole."""
    store.save(IMAGE)
    assert store.find(reference) == IMAGE


def test_a_tag_moves_and_a_digest_does_not(store: ImageStore) -> None:
    """A second build of the same tag takes it."""
    later = replace(IMAGE, digest="sha256:" + "2" * 64)
    store.save(IMAGE)
    store.save(later)
    assert store.find(IMAGE.reference) == later
    assert store.find(f"crml.azurecr.io/services/iris@{IMAGE.digest}") == IMAGE
    assert store.tags("crml.azurecr.io", "services/iris") == ["abc123"]


@pytest.mark.parametrize(
    "reference",
    [
        "crml.azurecr.io/services/iris",
        "crml.azurecr.io/other:abc123",
        "iris",
        "",
        "crml.azurecr.io/../x:y",
        "crml.azurecr.io/a/../b:c",
        "a b/c:d",
    ],
)
def test_what_nobody_built_is_not_found(store: ImageStore, reference: str) -> None:
    """`latest` is a tag like any other; what is no reference names nothing."""
    store.save(IMAGE)
    assert store.find(reference) is None


def test_latest_is_meant_where_nothing_is_said(store: ImageStore) -> None:
    """As every client has it."""
    store.save(replace(IMAGE, tag="latest"))
    assert store.find("crml.azurecr.io/services/iris") == replace(IMAGE, tag="latest")
