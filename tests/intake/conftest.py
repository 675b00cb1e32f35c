"""Fixtures that write a submission as a folder or as a zip file."""

from functools import partial

import pytest

from tests.support.file_trees import pack, write_tree


@pytest.fixture
def folder(tmp_path):
    """Write ``{path: text or bytes}`` into a folder and return it."""
    return partial(write_tree, tmp_path / "ada")


@pytest.fixture
def archive(tmp_path):
    """Write ``{path: text or bytes}`` into a zip file and return it; entries may be ``ZipInfo``."""
    return partial(pack, tmp_path / "ada.zip")
