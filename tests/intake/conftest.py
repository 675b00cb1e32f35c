"""What a student hands in: a folder or a zip file."""

from functools import partial

import pytest

from tests.support.trees import pack, plant


@pytest.fixture
def folder(tmp_path):
    """Write ``{path: text or bytes}`` into a folder and return it."""
    return partial(plant, tmp_path / "ada")


@pytest.fixture
def archive(tmp_path):
    """Write ``{path: text or bytes}`` into a zip file and return it; entries may be ``ZipInfo``."""
    return partial(pack, tmp_path / "ada.zip")
