"""Submissions that are imported from texts."""

import pytest

from backproof.student_code.package import SubmissionPackage
from backproof.student_code.source import Source

UNITS = ("activations", "layers", "network")


def sources(texts):
    """Give each text a file name of its own."""
    return {path: Source(text, f"handed/{path}") for path, text in texts.items()}


@pytest.fixture
def opened():
    """Open ``{path: text}`` as a package; closed again afterwards."""
    packages = []

    def open_(texts, units=UNITS, **keywords):
        packages.append(SubmissionPackage(sources(texts), units, **keywords))
        return packages[-1]

    yield open_
    for package in reversed(packages):
        package.close()
