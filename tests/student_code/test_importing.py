"""Import of a submission's modules from memory."""

import importlib
import linecache
import sys
from types import ModuleType

import pytest

from backproof.student_code.package import SubmissionPackage
from backproof.student_code.source import Source
from tests.student_code.conftest import UNITS, sources


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
    """Students import modules, packages and folders, absolutely and relatively."""
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
    """Two copies of a module would have two states."""
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
    """Code that reads ``__file__`` or ``__package__`` must work as with files on a disk."""
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
    """Modules that import one another work in Python, under either name."""
    package = opened(
        {
            "activations.py": "from . import layers\none = 1\ndef two(): return layers.two()",
            "layers.py": "import activations\ndef two(): return activations.one + 1",
        }
    )
    assert package.import_module("activations").two() == 2


def test_a_failed_import_leaves_no_half_of_a_module(opened):
    """A half-executed module would make the next import succeed without its functions."""
    package = opened({"activations.py": "import layers\n1 / 0", "layers.py": "import activations"})
    with pytest.raises(ZeroDivisionError):
        package.import_module("activations")
    assert "activations" not in sys.modules
    with pytest.raises(ZeroDivisionError):
        importlib.import_module("activations")


def test_a_module_may_put_something_else_in_its_place(opened):
    """Python allows a module to replace itself in ``sys.modules``."""
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
    """A student's numpy.py must not break every other module; a relative import still finds it."""
    texts = {
        f"{name}.py": "mine = 1",
        "layers.py": f"import {name} as a\nfrom . import {name} as b",
    }
    layers = opened(texts).import_module("layers")
    assert not hasattr(layers.a, "mine")
    assert layers.b.mine == 1


def test_files_that_others_look_for_are_not_run(opened):
    """A submission's sitecustomize.py or conftest.py must not run in the grader."""
    names = ("conftest.py", "sitecustomize.py", "usercustomize.py", "__init__.py", "setup.py")
    texts = dict.fromkeys(names, "raise RuntimeError('run')") | {"layers.py": "value = 1"}
    assert opened(texts).import_module("layers").value == 1


def test_a_unit_wins_over_the_standard_library_while_it_is_open():
    """The assignment's names must mean the student's modules, but only while they are open."""
    import statistics

    package = SubmissionPackage(
        sources({"statistics.py": "mine = 1", "a.py": "import statistics"}), ["statistics"]
    )
    assert package.import_module("a").statistics.mine == 1
    package.close()
    assert sys.modules["statistics"] is statistics


def test_a_library_module_stays_importable_beside_a_folder_of_its_name(opened):
    """A student's folder ``json/`` must not hide ``json.decoder`` from others."""
    package = opened({"json/extra.py": "", "layers.py": "import json.decoder\nit = json.decoder"})
    assert package.import_module("layers").it.__name__ == "json.decoder"


def test_a_helper_is_not_hidden_by_a_folder_of_its_name(opened, tmp_path, monkeypatch):
    """Folders without code are common on paths, and Python can import them."""
    (tmp_path / "plots").mkdir()
    monkeypatch.syspath_prepend(tmp_path)
    package = opened({"layers.py": "import plots", "plots.py": "value = 3"})
    assert package.import_module("layers").plots.value == 3


def test_a_submission_on_the_path_is_no_library(tmp_path, monkeypatch):
    """A student who works in their own folder must get each module once."""
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
    """A layers.py elsewhere on the path could be the reference."""
    (tmp_path / "layers.py").write_text("")
    monkeypatch.syspath_prepend(tmp_path)
    with pytest.raises(ModuleNotFoundError, match="No module named 'layers'"):
        opened({"network.py": "import layers"}).import_module("network")


def test_a_package_wins_over_a_module_of_its_name(opened):
    """Python has this order, too."""
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
    """A submission of one file defines all units, under any name that the file has."""
    package = opened({whole: f"{statement}\ndef tanh(z): return z"}, single_file=whole)
    modules = {id(package.import_module(name)) for name in (*UNITS, "my_solution")}
    assert len(modules) == 1
    assert package.import_module("layers").__file__ == f"handed/{whole}"


def test_a_notebook_is_a_module(opened):
    """A cell that fails must cost only the names that it defines."""
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
    """A syntax error must not cost the modules beside it."""
    package = opened({"layers.py": text, "network.py": "value = 1"})
    with pytest.raises(Exception):  # noqa: B017, PT011  # which one is up to Python's version
        package.import_module("layers")
    assert package.import_module("network").value == 1


def test_annotations_are_not_affected_by_this_package(opened):
    """The future imports of the compiling module must not apply to a student's code."""
    module = opened({"layers.py": "def f(x: 1 + 1): pass"}).import_module("layers")
    assert module.f.__annotations__ == {"x": 2}


def test_late_imports_find_the_submission(opened):
    """Students import inside functions, which run when other submissions may be open."""
    texts = {"layers.py": "def f():\n    import helper\n    from .helper import v\n    return v"}
    assert opened(texts | {"helper.py": "v = 3"}).import_module("layers").f() == 3


def test_a_reload_runs_the_same_source_in_the_same_module(opened):
    """Notebooks use ``importlib.reload``, which must not change names."""
    module = opened({"layers.py": "value = globals().get('value', 0) + 1"}).import_module("layers")
    spec = module.__spec__.name
    assert importlib.reload(module) is module
    assert (module.value, module.__spec__.name, sys.modules["layers"]) == (2, spec, module)


def test_no_bytecode_is_written(tmp_path, opened):
    """A student's folder must stay as it was handed in."""
    (tmp_path / "layers.py").write_text("x = 1")
    package = SubmissionPackage({"layers.py": Source("x = 1", str(tmp_path / "layers.py"))}, UNITS)
    package.import_module("layers")
    package.close()
    assert [file.name for file in tmp_path.iterdir()] == ["layers.py"]


def test_closing_puts_everything_back(monkeypatch):
    """A class is graded in one process, so nothing of a submission may be left."""
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
    """The reference and a submission are open at once."""
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
    """A helper with the same name in another submission is another file."""
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
    """Messages contain the name of a package and must not depend on earlier submissions."""
    first = SubmissionPackage({}, UNITS)
    first.close()
    second = SubmissionPackage({}, UNITS)
    second.close()
    assert first.name == second.name
