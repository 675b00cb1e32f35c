"""Display of a submission's source in tracebacks, inspection, the debugger and messages."""

import inspect
import io
import linecache
import pdb
import sys
import traceback

import pytest

from backproof.student_code.package import SubmissionPackage, plain
from backproof.student_code.source import Source
from tests.student_code.conftest import UNITS


def test_a_traceback_shows_the_students_line(opened):
    """The source is in memory, so Python cannot read it from a file."""
    module = opened({"layers.py": "def f():\n    return 1 / 0  # here"}).import_module("layers")
    with pytest.raises(ZeroDivisionError) as caught:
        module.f()
    last = traceback.extract_tb(caught.value.__traceback__)[-1]
    assert (last.filename, last.lineno, last.line) == (
        "handed/layers.py",
        2,
        "return 1 / 0  # here",
    )


def test_a_traceback_does_not_show_another_file_of_that_name(tmp_path, monkeypatch):
    """A layers.py in the current folder is not the student's."""
    (tmp_path / "layers.py").write_text("secret = 1\n")
    monkeypatch.chdir(tmp_path)
    package = SubmissionPackage({"layers.py": Source("1 / 0", "layers.py")}, UNITS)
    with pytest.raises(ZeroDivisionError) as caught:
        package.import_module("layers")
    linecache.checkcache()
    assert traceback.extract_tb(caught.value.__traceback__)[-1].line == "1 / 0"
    package.close()


def test_the_source_can_be_inspected(opened):
    """``inspect.getsource`` is used by numba and similar libraries, and by students."""
    text = "class A:\n    x = 1\n\n\ndef f():\n    return 2\n"
    module = opened({"layers.py": text}).import_module("layers")
    assert inspect.getsource(module) == text
    assert inspect.getsource(module.f) == "def f():\n    return 2\n"
    assert inspect.getsource(module.A) == "class A:\n    x = 1\n"


def test_the_debugger_shows_the_source(opened):
    """``backproof check --pdb`` stops in a student's function."""
    module = opened({"layers.py": "def f():\n    x = 41\n    return x + 1"}).import_module("layers")
    out = io.StringIO()
    debugger = pdb.Pdb(
        stdin=io.StringIO("n\nlist\np x\nc\n"), stdout=out, nosigint=True, readrc=False
    )
    trace = sys.gettrace()
    assert debugger.runcall(module.f) == 42
    sys.settrace(trace)
    assert "return x + 1" in out.getvalue()
    assert "41" in out.getvalue().split()


@pytest.mark.parametrize(
    ("texts", "said"),
    [
        (
            {"layers.py": "import helper\nhelper.nothing", "helper.py": ""},
            "module 'helper' has no attribute 'nothing'",
        ),
        ({"layers.py": "from .nowhere import x"}, "No module named 'nowhere'"),
        (
            {"layers.py": "from . import nowhere"},
            "cannot import name 'nowhere' from 'your submission'",
        ),
    ],
)
def test_messages_can_be_told_without_the_package(opened, texts, said):
    """A student must read the names that they wrote, not those of the engine."""
    with pytest.raises((AttributeError, ImportError)) as caught:
        opened(texts).import_module("layers")
    assert said in plain(str(caught.value))
