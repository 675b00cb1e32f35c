"""The marks that decide how a property counts for the credit of a function."""

import pytest

from backproof.suite.role import role_of

MARKED = """
import pytest
from backproof.testing import core, edge

{module}

def test_plain(): ...

@edge
def test_edge(): ...

@core
def test_core(): ...

@edge
@pytest.mark.parametrize("x", [1, pytest.param(2, marks=core)])
def test_each(x): ...
"""


@pytest.mark.parametrize(
    ("module", "expected"),
    [("", "core edge core edge core"), ("pytestmark = edge", "edge edge core edge core")],
)
def test_the_nearest_mark_decides(tmp_path, module, expected):
    """An author marks a whole file, a property, or one set of parameters; the default is core."""
    file = tmp_path / f"test_marked_{len(module)}.py"  # Python imports a name once
    file.write_text(MARKED.format(module=module))
    found = []

    class Collected:
        def pytest_collection_finish(self, session):
            found.extend(role_of(item) for item in session.items)

    options = ["--collect-only", "-q", "--strict-markers", "--rootdir", tmp_path, "-c", "/dev/null"]
    options += ["-p", "no:cacheprovider", "--import-mode=importlib", file]
    pytest.main([*map(str, options)], plugins=[Collected()])
    assert " ".join(found) == expected
