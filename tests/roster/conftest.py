"""Fixtures that write the folders, zip files and exports of an instructor."""

from functools import partial

import pytest

from tests.support.file_trees import in_form, pack, write_tree
from tests.support.submissions import attempts_in


@pytest.fixture
def given_files(tmp_path):
    """Write files into the folder of a class."""
    return lambda files, name="class": write_tree(tmp_path / name, files)


@pytest.fixture
def class_zip(tmp_path):
    """Write files into the zip file of a class."""
    return partial(pack, tmp_path / "class.zip")


@pytest.fixture
def export(tmp_path):
    """Write an export in one of the forms that an instructor may have it in."""
    return partial(in_form, tmp_path)


@pytest.fixture
def found(tmp_path):
    """Find the attempts in some paths."""
    return partial(attempts_in, tmp_path / "scratch")
