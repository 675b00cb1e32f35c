"""Importing a submission's modules from memory."""

import importlib
import inspect
import io
import linecache
import pdb
import subprocess
import sys
import traceback
from types import ModuleType

import pytest

from backproof.importing import OnlyThese, Source, SubmissionPackage, is_installed, plain

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


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        ("import layers as it", 7),
        ("from . import layers as it", 7),
        ("import layers\nit = layers", 7),
        ("import importlib\nit = importlib.import_module('layers')", 7),
        ("import importlib\nit = importlib.import_module('.layers', __package__)", 7),
        ("import helper as it", 8),
        ("from . import helper as it", 8),
        ("import tools.deep\nit = tools.deep", 9),
        ("from tools import deep as it", 9),
        ("from .tools import deep as it", 9),
        ("from tools.inner import leaf as it", 10),
        ("import tools.inner.leaf as it", 10),
        ("from loose import part as it", 11),
        ("import loose.part as it", 11),
        ("import packaged as it", 12),
    ],
)
def test_every_way_to_import_works(opened, statement, said):
    """Modules, packages and folders without an ``__init__.py``, absolutely and relatively."""
    texts = {
        "network.py": statement + "\ndef value(): return it.value",
        "layers.py": "value = 7",
        "helper.py": "value = 8",
        "tools/__init__.py": "",
        "tools/deep.py": "value = 9",
        "tools/inner/__init__.py": "",
        "tools/inner/leaf.py": "value = 10",
        "loose/part.py": "value = 11",
        "packaged/__init__.py": "from .inside import value",
        "packaged/inside.py": "value = 12",
    }
    assert opened(texts).import_module("network").value() == said


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("import layers as a", "from . import layers as b"),
        ("from . import layers as a", "import layers as b"),
        ("import tools.deep as a", "from .tools import deep as b"),
        ("from .tools import deep as a", "import tools.deep as b"),
        ("import loose.part as a", "from .loose import part as b"),
    ],
)
def test_both_names_give_one_module(opened, first, second):
    """Whichever name comes first, the module and its state exist once."""
    texts = {
        "network.py": f"{first}\n{second}",
        "layers.py": "",
        "tools/__init__.py": "",
        "tools/deep.py": "",
        "loose/part.py": "",
    }
    network = opened(texts).import_module("network")
    assert network.a is network.b


def test_modules_know_what_they_are(opened):
    """``__package__``, ``__spec__``, ``__file__`` and ``__path__`` are as for files on a disk."""
    package = opened(
        {"layers.py": "import tools.deep", "tools/deep.py": "", "tools/__init__.py": ""}
    )
    layers = package.import_module("layers")
    tools, deep = (sys.modules[f"{package.name}.{name}"] for name in ("tools", "tools.deep"))
    assert [m.__name__ for m in (layers, tools, deep)] == [
        f"{package.name}.{name}" for name in ("layers", "tools", "tools.deep")
    ]
    assert [m.__package__ for m in (layers, tools, deep)] == [
        package.name,
        f"{package.name}.tools",
        f"{package.name}.tools",
    ]
    assert [m.__spec__.name for m in (layers, tools, deep)] == [
        m.__name__ for m in (layers, tools, deep)
    ]
    assert [m.__spec__.parent for m in (layers, tools, deep)] == [
        m.__package__ for m in (layers, tools, deep)
    ]
    assert (layers.__file__, tools.__path__, layers.__spec__.has_location) == (
        "handed/layers.py",
        [],
        True,
    )


def test_circles_of_imports_work(opened):
    """Under either name, the half-way module is what the circle comes back to."""
    package = opened(
        {
            "activations.py": "from . import layers\none = 1\ndef two(): return layers.two()",
            "layers.py": "import activations\ndef two(): return activations.one + 1",
        }
    )
    assert package.import_module("activations").two() == 2


def test_a_failed_import_leaves_no_half_of_a_module(opened):
    """What was in a circle with it does not make the next import succeed."""
    package = opened({"activations.py": "import layers\n1 / 0", "layers.py": "import activations"})
    with pytest.raises(ZeroDivisionError):
        package.import_module("activations")
    assert "activations" not in sys.modules
    with pytest.raises(ZeroDivisionError):
        importlib.import_module("activations")


def test_a_module_may_put_something_else_in_its_place(opened):
    """``sys.modules[__name__] = …`` is what importers get, as ever."""
    package = opened(
        {
            "layers.py": "import sys, types\n"
            "sys.modules[__name__] = types.SimpleNamespace(value=3)",
            "network.py": "import layers\nvalue = layers.value",
        }
    )
    assert package.import_module("layers").value == 3
    assert package.import_module("network").value == 3


@pytest.mark.parametrize("name", ["numpy", "random", "statistics", "tabnanny"])
def test_a_file_named_like_a_library_replaces_nothing(opened, name):
    """The library is what an import gives; the file can still be had relatively."""
    texts = {
        f"{name}.py": "mine = 1",
        "layers.py": f"import {name} as a\nfrom . import {name} as b",
    }
    layers = opened(texts).import_module("layers")
    assert not hasattr(layers.a, "mine")
    assert layers.b.mine == 1


def test_files_that_others_look_for_are_not_run(opened):
    """Nothing but an import of the submission's own runs a file of it."""
    names = ("conftest.py", "sitecustomize.py", "usercustomize.py", "__init__.py", "setup.py")
    texts = dict.fromkeys(names, "raise RuntimeError('run')") | {"layers.py": "value = 1"}
    assert opened(texts).import_module("layers").value == 1


def test_a_unit_wins_over_the_standard_library_while_it_is_open():
    """A unit named like a module of the standard library is the student's, and then no more."""
    import statistics

    package = SubmissionPackage(
        sources({"statistics.py": "mine = 1", "a.py": "import statistics"}), ["statistics"]
    )
    assert package.import_module("a").statistics.mine == 1
    package.close()
    assert sys.modules["statistics"] is statistics


def test_a_library_module_stays_importable_beside_a_folder_of_its_name(opened):
    """A student's folder ``json/`` does not hide ``json.decoder``."""
    package = opened({"json/extra.py": "", "layers.py": "import json.decoder\nit = json.decoder"})
    assert package.import_module("layers").it.__name__ == "json.decoder"


def test_a_helper_is_not_hidden_by_a_folder_of_its_name(opened, tmp_path, monkeypatch):
    """A folder on the path without code in it is no reason not to find a student's helper."""
    (tmp_path / "plots").mkdir()
    monkeypatch.syspath_prepend(tmp_path)
    package = opened({"layers.py": "import plots", "plots.py": "value = 3"})
    assert package.import_module("layers").plots.value == 3


def test_a_submission_on_the_path_is_no_library(tmp_path, monkeypatch):
    """Someone who stands in their own folder gets each module once."""
    (tmp_path / "plots.py").write_text("raise RuntimeError('from the disk')")
    monkeypatch.syspath_prepend(tmp_path)
    files = {
        "layers.py": Source("import plots\nfrom . import plots as same", "layers.py"),
        "plots.py": Source("", str((tmp_path / "plots.py").resolve())),
    }
    package = SubmissionPackage(files, UNITS)
    layers = package.import_module("layers")
    assert layers.plots is layers.same
    package.close()


def test_a_unit_that_is_not_there_is_nobody_elses(opened, tmp_path, monkeypatch):
    """``import layers`` without a layers.py does not find one somewhere on the path."""
    (tmp_path / "layers.py").write_text("")
    monkeypatch.syspath_prepend(tmp_path)
    with pytest.raises(ModuleNotFoundError, match="No module named 'layers'"):
        opened({"network.py": "import layers"}).import_module("network")


def test_a_package_wins_over_a_module_of_its_name(opened):
    """As in Python, ``layers/__init__.py`` comes before ``layers.py``, and both before a folder."""
    package = opened(
        {
            "layers.py": "which = 'module'",
            "layers/__init__.py": "which = 'package'",
            "network.py": "which = 'module'",
            "network/part.py": "",
        }
    )
    assert package.import_module("layers").which == "package"
    assert package.import_module("network").which == "module"


@pytest.mark.parametrize("statement", ["import layers as it", "import my_solution as it", ""])
@pytest.mark.parametrize("whole", ["my-solution.py", "my_solution.py"])
def test_one_file_can_be_every_unit(opened, statement, whole):
    """Every unit's name and the file's own give one module."""
    package = opened({whole: f"{statement}\ndef tanh(z): return z"}, whole=whole)
    modules = {id(package.import_module(name)) for name in (*UNITS, "my_solution")}
    assert len(modules) == 1
    assert package.import_module("layers").__file__ == f"handed/{whole}"


def test_a_notebook_is_a_module(opened):
    """Cells are run one by one, and problems stay with the names that they cost."""
    package = opened({})
    package.close()
    cells = ((1, "def one(): return 1"), (2, "bad = 1 / 0\ndef two(): return bad"))
    notebook = Source("", "solution.ipynb", cells)
    package = SubmissionPackage({"solution.ipynb": notebook}, UNITS, "solution.ipynb")
    module = package.import_module("layers")
    assert (module.one(), *module.__backproof_problems__) == (1, "bad")
    package.close()
    assert "solution.ipynb, cell 1" not in linecache.cache


@pytest.mark.parametrize("text", ["x = '\0'", "def f(:\n", "\tx = 1", "x = (" * 300, "\udcff = 1"])
def test_a_source_that_is_no_python_fails_alone(opened, text):
    """An ordinary exception, and the module beside it is as good as ever."""
    package = opened({"layers.py": text, "network.py": "value = 1"})
    with pytest.raises(Exception):  # noqa: B017, PT011  # which one is up to Python's version
        package.import_module("layers")
    assert package.import_module("network").value == 1


def test_annotations_are_not_affected_by_this_package(opened):
    """A student's module is compiled without the flags of the code that compiles it."""
    module = opened({"layers.py": "def f(x: 1 + 1): pass"}).import_module("layers")
    assert module.f.__annotations__ == {"x": 2}


def test_late_imports_find_the_submission(opened):
    """An import inside a function works when it is called."""
    texts = {"layers.py": "def f():\n    import helper\n    from .helper import v\n    return v"}
    assert opened(texts | {"helper.py": "v = 3"}).import_module("layers").f() == 3


def test_a_reload_runs_the_same_source_in_the_same_module(opened):
    """``importlib.reload`` works and changes no name."""
    module = opened({"layers.py": "value = globals().get('value', 0) + 1"}).import_module("layers")
    spec = module.__spec__.name
    assert importlib.reload(module) is module
    assert (module.value, module.__spec__.name, sys.modules["layers"]) == (2, spec, module)


def test_a_traceback_shows_the_students_line(opened):
    """Also for a file that is on no disk."""
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
    """A layers.py in the current folder or on the path is not taken for the student's."""
    (tmp_path / "layers.py").write_text("secret = 1\n")
    monkeypatch.chdir(tmp_path)
    package = SubmissionPackage({"layers.py": Source("1 / 0", "layers.py")}, UNITS)
    with pytest.raises(ZeroDivisionError) as caught:
        package.import_module("layers")
    linecache.checkcache()
    assert traceback.extract_tb(caught.value.__traceback__)[-1].line == "1 / 0"
    package.close()


def test_the_source_can_be_inspected(opened):
    """``inspect.getsource`` works for functions, classes and modules."""
    text = "class A:\n    x = 1\n\n\ndef f():\n    return 2\n"
    module = opened({"layers.py": text}).import_module("layers")
    assert inspect.getsource(module) == text
    assert inspect.getsource(module.f) == "def f():\n    return 2\n"
    assert inspect.getsource(module.A) == "class A:\n    x = 1\n"


def test_the_debugger_shows_the_source(opened):
    """``pdb`` stops in a student's function and lists it."""
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


def test_no_bytecode_is_written(tmp_path, opened):
    """Files on a disk get no ``__pycache__`` beside them."""
    (tmp_path / "layers.py").write_text("x = 1")
    package = SubmissionPackage({"layers.py": Source("x = 1", str(tmp_path / "layers.py"))}, UNITS)
    package.import_module("layers")
    package.close()
    assert [file.name for file in tmp_path.iterdir()] == ["layers.py"]


def test_closing_puts_everything_back(monkeypatch):
    """``sys.modules``, ``sys.meta_path`` and ``linecache`` are as before, module by module."""
    standing = ModuleType("layers")
    monkeypatch.setitem(sys.modules, "layers", standing)
    monkeypatch.setitem(sys.modules, "layers.inner", ModuleType("layers.inner"))
    before, finders, cached = dict(sys.modules), list(sys.meta_path), set(linecache.cache)
    texts = {
        "layers.py": "import tools.deep, helper, loose.part",
        "tools/deep.py": "",
        "tools/__init__.py": "",
        "loose/part.py": "",
        "helper.py": "import sys, types\nsys.modules['tools.made'] = types.ModuleType('made')",
    }
    package = SubmissionPackage(sources(texts), UNITS, allowed=["numpy"])
    assert package.import_module("layers") is not standing
    assert "layers.inner" not in sys.modules
    package.close()
    package.close()
    assert dict(sys.modules) == before
    assert sys.meta_path == finders
    assert set(linecache.cache) == cached


@pytest.mark.parametrize("first_to_close", [0, 1])
def test_the_order_of_closing_does_not_matter(first_to_close):
    """Two submissions that are open at once leave nothing of either behind."""
    before = dict(sys.modules)
    texts = {"layers.py": "import helper", "helper.py": ""}
    packages = [SubmissionPackage(sources(texts), UNITS)]
    packages[0].import_module("layers")
    packages.append(SubmissionPackage(sources(texts), UNITS))
    packages[1].import_module("layers")
    packages.pop(first_to_close).close()
    packages.pop().close()
    assert dict(sys.modules) == before


def test_a_later_submission_does_not_get_an_earlier_ones_helper():
    """A helper under its bare name is out of the way while another submission is open."""
    texts = {"layers.py": "import helper\nv = helper.v"}
    first = SubmissionPackage(sources(texts | {"helper.py": "v = 1"}), UNITS)
    assert first.import_module("layers").v == 1
    helper = sys.modules["helper"]
    second = SubmissionPackage(sources(texts | {"helper.py": "v = 2"}), UNITS)
    assert second.import_module("layers").v == 2
    second.close()
    assert sys.modules["helper"] is helper
    first.close()
    assert "helper" not in sys.modules


def test_names_of_packages_do_not_pile_up():
    """Messages that show one are the same, whatever was open before."""
    first = SubmissionPackage({}, UNITS)
    first.close()
    second = SubmissionPackage({}, UNITS)
    second.close()
    assert first.name == second.name


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
    """A student reads the names that they wrote."""
    with pytest.raises((AttributeError, ImportError)) as caught:
        opened(texts).import_module("layers")
    assert said in plain(str(caught.value))


@pytest.fixture
def unloaded(monkeypatch):
    """Have a library looked for as if nobody had imported it so far."""

    def unload(name):
        for loaded in [n for n in sys.modules if n == name or n.startswith(f"{name}.")]:
            monkeypatch.delitem(sys.modules, loaded)

    return unload


def test_only_what_is_allowed_can_be_imported(opened, unloaded):
    """An installed package that is not on the list is not there, and the list is told."""
    unloaded("hypothesis")
    package = opened({"layers.py": "import hypothesis.strategies"}, allowed=["numpy", "scipy"])
    said = "hypothesis is not available here; there are: numpy, scipy"
    with pytest.raises(ModuleNotFoundError, match=said) as caught:
        package.import_module("layers")
    assert caught.value.name == "hypothesis"


def test_the_standard_library_and_helpers_are_always_allowed(opened, unloaded):
    """The list is of installed packages only; what is allowed has its submodules."""
    unloaded("tabnanny")
    texts = {"layers.py": "import tabnanny, helper, numpy.linalg", "helper.py": ""}
    package = opened(texts, allowed=["numpy"])
    assert package.import_module("layers").helper.__file__ == "handed/helper.py"


def test_a_helper_may_have_the_name_of_what_is_not_allowed(opened, unloaded):
    """What cannot be imported hides nobody's file."""
    unloaded("sortedcontainers")
    texts = {"layers.py": "import sortedcontainers as it", "sortedcontainers.py": "mine = 1"}
    assert opened(texts, allowed=["numpy"]).import_module("layers").it.mine == 1


def run(code):
    """Run lines of Python in an interpreter of their own and return what they print."""
    return subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True
    ).stdout


def test_allowed_libraries_do_without_the_others():
    """What numpy and scipy need is there while nothing else that is installed can be imported."""
    printed = run(
        "import sys\nfrom backproof.importing import OnlyThese\n"
        "sys.meta_path.insert(0, OnlyThese(['numpy', 'scipy']))\n"
        "import numpy.testing, scipy.linalg, scipy.special\n"
        "try:\n    import pytest\nexcept ModuleNotFoundError as error:\n    print(error)\n"
    )
    assert "pytest is not available here; there are: numpy, scipy" in printed


def test_nothing_allowed_is_said_so():
    """An empty list reads well, too."""
    with pytest.raises(ModuleNotFoundError, match="there are: the standard library's modules"):
        OnlyThese([]).find_spec("numpy", None)


@pytest.mark.parametrize(
    ("name", "installed"),
    [("numpy", True), ("json", True), ("sys", True), ("no_such_module", False)],
)
def test_installed_is_what_an_import_would_find(name, installed):
    """The standard library counts, and what is built in."""
    assert is_installed(name) is installed


def test_a_worker_gets_nothing_heavy_along_with_it():
    """Neither pytest nor numpy nor Hypothesis comes with it."""
    heavy = "{'pytest', 'numpy', 'hypothesis'}"
    assert run(f"import sys, backproof.importing\nprint({heavy} & {{*sys.modules}})") == "set()\n"
