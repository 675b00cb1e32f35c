"""What an instructor has: folders, zip files, exports."""

from functools import partial

import pytest

from tests.support.handed_in import attempts_in
from tests.support.trees import in_form, pack, plant


@pytest.fixture
def given_files(tmp_path):
    """Write files into a folder in which an instructor keeps what was handed in."""
    return lambda files, name="class": plant(tmp_path / name, files)


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
