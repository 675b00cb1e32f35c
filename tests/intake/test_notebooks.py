"""Notebooks as modules: which cells are extracted, and which statements run."""

import inspect
import json
import sys
import time
import traceback
from types import ModuleType

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backproof.intake.notebooks import read_notebook, without_jupyter_lines
from backproof.student_code.notebook_cells import cell_filename, run_cells


def notebook(*cells, **keys):
    """Return an .ipynb of format 4 with these code cells."""
    code = [{"cell_type": "code", "source": cell, "outputs": [], "metadata": {}} for cell in cells]
    return json.dumps({"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": code} | keys)


def module_of(*cells):
    """Return a module in which these cells were run."""
    module = ModuleType("solution")
    module.__file__ = "solution.ipynb"
    run_cells(module, read_notebook(notebook(*cells)).cells)
    return module


def test_code_cells_are_taken_in_order():
    """Cell numbers must match those that Jupyter shows, which skip empty cells."""
    cells = [
        {"cell_type": "markdown", "source": "# Title"},
        {"cell_type": "code", "source": "a = 1"},
        {"cell_type": "code", "source": ["  \n"]},
        {"cell_type": "raw", "source": "no"},
        {"cell_type": "code", "source": ["b = 2\n", "c = 3"]},
    ]
    assert read_notebook(notebook(cells=cells)).cells == ((1, "a = 1"), (2, "b = 2\nc = 3"))


def test_format_3_has_worksheets_and_inputs():
    """Some students still have notebooks of the old format."""
    sheet = {"cells": [{"cell_type": "code", "input": ["a = 1\n", "b = 2"], "language": "python"}]}
    document = {"nbformat": 3, "metadata": {"name": ""}, "worksheets": [sheet]}
    assert read_notebook(json.dumps(document)).cells == ((1, "a = 1\nb = 2"),)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "not valid JSON"),
        ("def f(): pass", "not valid JSON"),
        ("[" * 100_000, "not valid JSON"),
        ("1" * 10_000, "not valid JSON"),
        ("[]", "no cells"),
        ("{}", "no cells"),
        ('{"cells": 3}', "no cells"),
        ('{"cells": null}', "no cells"),
        ('{"worksheets": [3]}', "no cells"),
        ('{"worksheets": [{}]}', "no cells"),
        ('{"cells": [3]}', "a cell of it is no object"),
        ('{"cells": [{"cell_type": "code", "source": 3}]}', "is no text"),
        ('{"cells": [{"cell_type": "code", "source": [3]}]}', "is no text"),
        ('{"cells": [], "metadata": {"kernelspec": {"language": "R"}}}', "in 'R', not in Python"),
        ('{"cells": [], "metadata": {"language_info": {"name": "julia"}}}', "in 'julia'"),
    ],
)
def test_what_is_no_python_notebook_is_said_so(text, said):
    """A student reads one sentence, whatever the file contains."""
    with pytest.raises(ValueError, match=said):
        read_notebook(text)


@pytest.mark.parametrize("metadata", [None, 3, {"kernelspec": 3}, {"kernelspec": {"language": 3}}])
def test_odd_metadata_is_no_reason_to_refuse(metadata):
    """Metadata is often damaged by other tools, and only the cells matter."""
    assert read_notebook(notebook("a = 1", metadata=metadata)).cells == ((1, "a = 1"),)


def test_halves_of_characters_become_question_marks():
    r"""JSON can contain ``\ud800``, which cannot be encoded and sent on."""
    assert read_notebook(notebook("a = '\ud800'")).cells == ((1, "a = '?'"),)


@pytest.mark.parametrize(
    ("code", "left"),
    [
        ("%matplotlib inline\nx = 1", "pass\nx = 1"),
        ("%load_ext autoreload\n%autoreload 2", "pass\npass"),
        ("!pip install numpy\nx = 1", "pass\nx = 1"),
        ("!!ls", "pass"),
        ("?np.exp", "pass"),
        ("np.exp?", "pass"),
        ("np.exp??", "pass"),
        ("%timeit?", "pass"),
        ("a[0].b?;", "pass"),
        ("files = !ls *.txt", "pass"),
        ("a.b, c = !ls", "pass"),
        ("t = %timeit -o f()", "pass"),
        ("%time x = f()", "x = f()"),
        ("    %time x = f()", "x = f()"),
        ("%time -n f()", "pass"),
        ("%timeit f()", "pass"),
        ("pip install numpy", "pass"),
        ("cd ../data", "pass"),
        ("ls in x", "ls in x"),
        ("ls = 3", "ls = 3"),
        ("cat (x)", "cat (x)"),
        ("x = 5 % 3", "x = 5 % 3"),
        ("x = (5\n     % 3)", "x = (5\n     % 3)"),
        ("x = 5 \\\n  % 3", "x = 5 \\\n  % 3"),
        ("x = a != b", "x = a != b"),
        ("x = 1  # really?", "x = 1  # really?"),
        ("x = '%d' % 3", "x = '%d' % 3"),
        ('x = """\n%d!\n!ls\n"""\n!ls', 'x = """\n%d!\n!ls\n"""\npass'),
        ("x = '''\"\"\"\n!a\n'''\n!b", "x = '''\"\"\"\n!a\n'''\npass"),
        ("x = 'it''s'\n!a", "x = 'it''s'\npass"),
        (r"x = 'it\'s'" + "\n!a", r"x = 'it\'s'" + "\npass"),
        ("x = 'a\\\n!b'\n!c", "x = 'a\\\n!b'\npass"),
        ("x = [  # (\n!a\n]\n!b", "x = [  # (\n!a\n]\npass"),
        ("x = 'open\n!a", "x = 'open\npass"),
        ("x = 1)\n!a", "x = 1)\npass"),
        ("if a:\n    !pip install b\nelse:\n    c()", "if a:\n    pass\nelse:\n    c()"),
        ("!echo 'it\nx = 1", "pass\nx = 1"),
        ("!echo \\\n  more \\\n  end\nx = 1", "pass\n  \n  \nx = 1"),
        ("%%time\nx = 1", "pass\nx = 1"),
        ("  x = 1\n  if x:\n    y = 2", "x = 1\nif x:\n  y = 2"),
        ("x = 1\r\n!ls\r\ny = 2\rz = 3", "x = 1\npass\ny = 2\nz = 3"),
        ("def f():\n    return 1", "def f():\n    return 1"),
    ],
)
def test_what_only_jupyter_understands_is_blanked_out(code, left):
    """Python would refuse the whole cell for one line that only Jupyter understands."""
    assert without_jupyter_lines(code) == left


@pytest.mark.parametrize(
    "magic", ["bash", "html", "writefile x.txt", "javascript", "R", "", "script sh"]
)
def test_cells_of_other_languages_are_left_out(magic):
    """The other cells keep their numbers, and a note tells the student."""
    taken = read_notebook(notebook("a = 1", f"\n%%{magic}\nx = 1", "b = 2"))
    assert taken.cells == ((1, "a = 1"), (3, "b = 2"))
    assert taken.notes == (f"cell 2 is left out: it begins with %%{magic.partition(' ')[0]}",)


@pytest.mark.parametrize("magic", ["time", "timeit -n 3", "capture out", "prun"])
def test_cells_under_a_magic_that_runs_them_are_kept(magic):
    """Jupyter runs these cells in the notebook, so their functions count."""
    assert module_of(f"%%{magic}\ndef one(): return 1").one() == 1


@settings(max_examples=200, deadline=None)
@given(st.text(alphabet="ab =%!?'\"\\\n#()[]{},.;:1\t"))
def test_any_text_keeps_its_lines(code):
    """Line numbers in tracebacks must match the notebook."""
    assert without_jupyter_lines(code).count("\n") == code.count("\n")


@pytest.mark.parametrize(
    "line",
    [
        " " * 200_000 + "x",
        "a" * 200_000,
        "a?" + " " * 200_000 + "x",
        "pip" + " " * 200_000,
        "(" * 200_000,
    ],
)
def test_long_lines_take_no_time(line):
    """A regular expression with quadratic time would let a student block the grader."""
    begun = time.process_time()
    without_jupyter_lines(line)
    assert time.process_time() - begun < 5


EXPERIMENTS = [
    "raise RuntimeError('run')",
    "print(one())",
    "raise SystemExit",
    "history = [one() / 0 for _ in range(3)]",
    "for epoch in range(10**12):\n    one()",
    "while True:\n    one()",
    "with open('/nowhere') as file:\n    data = file.read()",
    "if one():\n    data = 1 / 0",
    "assert False",
    "exit()",
    "x = 1 / 0\ny = x + 1",
    "plt.plot([1, 2, 3]);",
    "await something()",
    "return 3",
    "data = np.add(1 / 0, 1)",
    "del one",
    "one",
]


@pytest.mark.parametrize("experiment", EXPERIMENTS)
def test_experiments_are_not_run(experiment):
    """A notebook trains and plots at top level, which would take minutes to grade."""
    module = module_of(
        "import numpy as np", "def one(): return 1", experiment, "def two(): return 2"
    )
    assert (module.one(), module.two()) == (1, 2)


@pytest.mark.parametrize(
    ("cells", "value"),
    [
        (["SCALE = 3", "def f(): return SCALE"], 3),
        (["a = 1", "b = a + 1", "c = b + 1", "def f(): return c"], 3),
        (["a = 3", "def f(x=a): return x"], 3),
        (["Base = dict", "class A(Base):\n    k = 3", "def f(): return A.k"], 3),
        (
            [
                "a = 3",
                "class A:\n    k = a\n    def m(self): return self.k",
                "def f(): return A().m()",
            ],
            3,
        ),
        (["def twice(g):\n    return lambda: 2 * g()", "@twice\ndef f(): return 1.5"], 3),
        (["import math", "def f(): return math.floor(3.5)"], 3),
        (["from math import *", "def f(): return floor(3.5)"], 3),
        (
            [
                "try:\n    import nowhere\nexcept ImportError:\n    nowhere = 3",
                "def f(): return nowhere",
            ],
            3,
        ),
        (["if True:\n    def f(): return 3\nelse:\n    def f(): return 4"], 3),
        (["a = 1", "if a:\n    b = 3\nelse:\n    b = 4", "def f(): return b"], 3),
        (
            [
                "import contextlib",
                "with contextlib.nullcontext(3) as c:\n    a = c",
                "def f(): return a",
            ],
            3,
        ),
        (["table = {}", "for k in range(4):\n    table[k] = k", "def f(): return table[3]"], 3),
        (["table = []", "table.append(3)", "def f(): return table[0]"], 3),
        (["table = [0]", "table[0] = 3", "def f(): return table[0]"], 3),
        (["class A: pass", "A.k = 3", "def f(): return A.k"], 3),
        (["a = 1", "a += 2", "def f(): return a"], 3),
        (["a, (b, *c) = 1, (2, 3)", "def f(): return c[0]"], 3),
        (["a: int = 3", "def f(): return a"], 3),
        (["print(a := 3)", "def f(): return a"], 3),
        (["f = lambda: 3"], 3),
        (["g = lambda: 3", "f = g"], 3),
        (["import functools", "def g(x): return x", "f = functools.partial(g, 3)"], 3),
        (["def f(): return 2", "def f(): return 3"], 3),
        (["def f(): return 2", "f = (lambda old: lambda: old() + 1)(f)"], 3),
        (["a = 2", "def f(): return a", "a = 3"], 3),
        (["def f(): return helper()", "def helper(): return 3"], 3),
        (["x = 1; y = 2", "def f(): return x + y"], 3),
        (["s = '''é'''; y = 3", "def f(): return y"], 3),
        (["def f():\n    global count\n    count = 3\n    return count"], 3),
        (
            [
                "async def g(): return 3",
                "def f():\n    try: g().send(None)\n    except StopIteration as e: return e.value",
            ],
            3,
        ),
        (["def f(): return [W * i for i in range(2)][1]", "W = 3"], 3),
        (["match 3:\n    case a: pass", "def f(): return a"], 3),
    ],
)
def test_definitions_have_what_they_need(cells, value):
    """A function needs the constants and helpers that other cells define."""
    assert module_of(*cells).f() == value


def test_names_that_are_local_need_nothing():
    """A parameter named like a result must not start the training that makes the result."""
    module = module_of(
        "params = 1 / 0\nloss = 1 / 0\nx = 1 / 0",
        "def f(params):\n    loss = params\n    return [x for x in [loss]][0]",
    )
    assert module.f(3) == 3
    assert module.__backproof_problems__ == {}


def test_a_cell_that_raises_costs_what_it_defines():
    """One broken cell must not cost the points of the others."""
    module = module_of(
        "def one(): return 1",
        "def two(x=missing): return x\ndef three(): return 3",
        "def four(): return 1 / zero\nzero = 1 / 0",
    )
    assert (module.one(), module.three()) == (1, 3)
    assert module.__backproof_problems__ == {
        "two": "cell 2 raised NameError: name 'missing' is not defined (line 1)",
        "zero": "cell 3 raised ZeroDivisionError: division by zero (line 2)",
    }


def test_a_cell_with_a_syntax_error_costs_what_it_would_define():
    """The names are found without parsing, so that the message can name the cell."""
    module = module_of("def one(): return 1", "def two(: pass\nthree = 3\nclass Four:\n    pass")
    assert module.one() == 1
    assert module.__backproof_problems__ == dict.fromkeys(
        ("two", "three", "Four"), "cell 2 is no valid Python: invalid syntax (line 1)"
    )


@pytest.mark.parametrize("later", ["def f(x=1 / 0): pass", "def f(: pass"])
def test_what_was_there_before_a_failed_redefinition_stays(later):
    """In a notebook, too, the earlier function stays defined."""
    module = module_of("def f(): return 1", later)
    assert module.f() == 1
    assert module.__backproof_problems__ == {}


def test_a_name_made_by_a_training_loop_is_told():
    """The loop is skipped as an experiment, and the student learns why the name is missing."""
    module = module_of("def step(): return 1", "for _ in range(3):\n    weights = step()")
    assert not hasattr(module, "weights")
    assert module.__backproof_problems__["weights"].startswith("cell 2 makes it in a loop")


def test_what_was_left_out_is_run_when_it_is_asked_for():
    """A skipped statement may define something that a property asks for after all."""
    module = module_of("runs = []", "def f(): runs.append(1)", "a = f()\nb = a", "c = 1 / 0")
    assert (module.b, module.b, module.runs) == (None, None, [1])
    assert not hasattr(module, "nothing")
    assert not hasattr(module, "c")
    assert "c" in module.__backproof_problems__


def test_an_own_getattr_is_kept():
    """The module has a ``__getattr__`` of ours, which must not replace the student's."""
    assert module_of("def __getattr__(name): return 3").anything == 3


def test_future_imports_hold_for_the_cells_that_follow():
    """Jupyter, too, applies them to all cells that follow."""
    module = module_of("from __future__ import annotations", "def f(x: nowhere): return x")
    assert module.f.__annotations__ == {"x": "nowhere"}


@pytest.mark.parametrize(
    "code", ["x = '\0'", "(" * 500, "-" * 100_000 + "1", "\tx = 1\n  y = 2", "é\x0c = ("]
)
def test_a_cell_that_breaks_the_parser_costs_itself(code):
    """The parser raises more than SyntaxError; the other cells must survive it."""
    assert module_of(code, "def one(): return 1").one() == 1


def test_messages_that_cannot_be_read_are_said_so():
    """Printing a student's exception runs the student's code, which may raise again."""
    evil = "class E(Exception):\n    def __str__(self): raise SystemExit\ndef boom(): raise E"
    problems = module_of(evil, "x = boom()\ndef f(): return x").__backproof_problems__
    assert problems["x"] == "cell 2 raised E: (its message could not be read) (line 1)"


def test_many_statements_are_sorted_out_quickly():
    """Quadratic time would let a large notebook block the grader."""
    begun = time.process_time()
    module = module_of("x = 1\n" * 3000 + "x = x\n" * 3000, "def f(): return x")
    assert module.f() == 1
    assert time.process_time() - begun < 5


def test_a_traceback_shows_the_cell_and_the_line():
    """A student finds the place in the notebook by the cell and the line."""
    module = module_of("def one(): return 1", "%matplotlib inline\ndef f():\n    return 1 / 0")
    with pytest.raises(ZeroDivisionError) as caught:
        module.f()
    last = traceback.extract_tb(caught.value.__traceback__)[-1]
    assert (last.filename, last.lineno, last.line) == (
        cell_filename("solution.ipynb", 2),
        3,
        "return 1 / 0",
    )


def test_a_function_of_a_cell_can_be_inspected(monkeypatch):
    """Reports show the source of a function, which is not in any file."""
    module = module_of("x = 1", "def f():\n    return 2\n")
    monkeypatch.setitem(sys.modules, "solution", module)
    assert inspect.getsource(module.f) == "def f():\n    return 2\n"
