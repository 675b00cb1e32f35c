"""Submissions that are imported from texts."""

import pytest

from backproof.student_code.package import SubmissionPackage
from backproof.student_code.source import Source

UNITS = ("activations", "layers", "network")


def sources(texts):
    """Return sources of these texts, each with its own file name."""
    return {path: Source(text, f"handed/{path}") for path, text in texts.items()}


@pytest.fixture
def opened():
    """Open ``{path: text}`` as a package, which is closed after the test."""
    packages = []

    def open_(texts, units=UNITS, **keywords):
        packages.append(SubmissionPackage(sources(texts), units, **keywords))
        return packages[-1]

    yield open_
    for package in reversed(packages):
        package.close()
