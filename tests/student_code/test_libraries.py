"""Installed packages that a submission may import."""

import subprocess
import sys

import pytest

from backproof.student_code.finders import OnlyThese, is_installed


@pytest.fixture
def unloaded(monkeypatch):
    """Make an import of a library search for it again."""

    def unload(name):
        for loaded in [n for n in sys.modules if n == name or n.startswith(f"{name}.")]:
            monkeypatch.delitem(sys.modules, loaded)

    return unload


def test_only_what_is_allowed_can_be_imported(opened, unloaded):
    """The message lists the allowed packages, so that the student can choose one."""
    unloaded("hypothesis")
    package = opened({"layers.py": "import hypothesis.strategies"}, allowed=["numpy", "scipy"])
    said = "hypothesis is not available here; there are: numpy, scipy"
    with pytest.raises(ModuleNotFoundError, match=said) as caught:
        package.import_module("layers")
    assert caught.value.name == "hypothesis"


def test_the_standard_library_and_helpers_are_always_allowed(opened, unloaded):
    """The list restricts installed packages only."""
    unloaded("tabnanny")
    texts = {"layers.py": "import tabnanny, helper, numpy.linalg", "helper.py": ""}
    package = opened(texts, allowed=["numpy"])
    assert package.import_module("layers").helper.__file__ == "handed/helper.py"


def test_a_helper_may_have_the_name_of_what_is_not_allowed(opened, unloaded):
    """A package that cannot be imported must not hide a student's file."""
    unloaded("sortedcontainers")
    texts = {"layers.py": "import sortedcontainers as it", "sortedcontainers.py": "mine = 1"}
    assert opened(texts, allowed=["numpy"]).import_module("layers").it.mine == 1


def run(code):
    """Run code in a new interpreter and return its output."""
    return subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=600, check=True
    ).stdout


def test_allowed_libraries_do_without_the_others():
    """Allowed packages try to import others, whose absence must not break them."""
    printed = run(
        "import sys\nfrom backproof.student_code.finders import OnlyThese\n"
        "sys.meta_path.insert(0, OnlyThese(['numpy', 'scipy']))\n"
        "import numpy.testing, scipy.linalg, scipy.special\n"
        "try:\n    import pytest\nexcept ModuleNotFoundError as error:\n    print(error)\n"
    )
    assert "pytest is not available here; there are: numpy, scipy" in printed


def test_nothing_allowed_is_said_so():
    """The message must read well with an empty list too."""
    with pytest.raises(ModuleNotFoundError, match="there are: the standard library's modules"):
        OnlyThese([]).find_spec("numpy", None)


@pytest.mark.parametrize(
    ("name", "installed"),
    [("numpy", True), ("json", True), ("sys", True), ("no_such_module", False)],
)
def test_installed_is_what_an_import_would_find(name, installed):
    """Built-in modules and the standard library count as installed."""
    assert is_installed(name) is installed


def test_a_worker_gets_nothing_heavy_along_with_it():
    """Each worker on systems without a fork server imports these modules anew."""
    heavy = "{'pytest', 'numpy', 'hypothesis'}"
    printed = run(f"import sys, backproof.student_code.package\nprint({heavy} & {{*sys.modules}})")
    assert printed == "set()\n"
