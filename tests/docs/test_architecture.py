"""The page on the architecture describes the code as it is; all pages name files that exist."""

import ast
import re
import tomllib

import pytest

from tests.conftest import ROOT

ENGINE = ROOT / "backproof"
ARCHITECTURE = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
PAGES = [*sorted((ROOT / "docs").glob("*.md")), ROOT / "README.md", ROOT / "CONTRIBUTING.md"]
# The packages and top-level modules of the engine.
PARTS = {
    path.stem
    for path in ENGINE.iterdir()
    if path.suffix == ".py" or (path / "__init__.py").is_file()
} - {"__init__"}
# Names with dots that are files of a user, not modules.
FILE_SUFFIXES = {"md", "py", "sqlite", "toml", "zip"}


def code_spans(text):
    """Return the inline code of a page, without blocks of code."""
    return re.findall(r"`([^`\n]+)`", re.sub(r"(?ms)^```.*?^```", "", text))


def modules_named(text):
    """Return the names with dots in a page's inline code, which stand for modules of the engine."""
    dotted = [span for span in code_spans(text) if re.fullmatch(r"[a-z_]\w*(\.[a-z_]\w*)+", span)]
    return [name for name in dotted if name.rpartition(".")[2] not in FILE_SUFFIXES]


def listed_parts(text):
    """Return the first words of the rows in the page's list of packages, from top to bottom."""
    block = re.search(r"(?ms)^## The packages$.*?^```text\n(.*?)^```", text)[1]
    return re.findall(r"(?m)^    (\w+) {2,}\S", block)


def exists(module):
    """Return whether the engine has a module or package of a name with dots."""
    path = ENGINE.joinpath(*module.removeprefix("backproof.").split("."))
    return path.with_suffix(".py").is_file() or (path / "__init__.py").is_file()


def definitions():
    """Return the names of all functions and classes of the engine, also of methods."""
    return {
        node.name
        for path in ENGINE.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
    }


def test_the_page_lists_every_package_once():
    """A package that the map leaves out is one that a newcomer does not find."""
    listed = listed_parts(ARCHITECTURE)
    assert len(listed) == len(set(listed))
    assert set(listed) == PARTS


def test_the_list_has_the_order_that_import_linter_enforces():
    """The page says that a package imports only from the rows below its own."""
    document = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    contracts = document["tool"]["importlinter"]["contracts"]
    (layers,) = (one["layers"] for one in contracts if one.get("containers") == ["backproof"])
    level = {name: place for place, row in enumerate(layers) for name in row.split(" | ")}
    listed = [level[name] for name in listed_parts(ARCHITECTURE)]
    assert listed == sorted(listed)


def test_the_wall_stands_above_what_a_worker_may_load():
    """The contract on a student's process and the drawing of it must be the same."""
    document = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    contracts = document["tool"]["importlinter"]["contracts"]
    (contract,) = (one for one in contracts if "pytest" in one.get("forbidden_modules", ()))
    below = re.search(r"(?ms)^═+ the wall.*?═\n(.*?)^\S", ARCHITECTURE)[1]
    drawn = re.findall(r"(?m)^    (\w+) {2,}\S", below)
    assert {f"backproof.{name}" for name in drawn} == {*contract["source_modules"]}


def test_every_module_that_the_page_names_exists():
    """A renamed module would send a newcomer to a file that is not there."""
    named = modules_named(ARCHITECTURE)
    assert len(named) > 50
    assert [name for name in named if not exists(name)] == []


def test_every_function_and_class_that_the_page_names_exists():
    """Functions are written as ``name()``, and classes in capitalised words."""
    spans = code_spans(ARCHITECTURE)
    functions = {span.removesuffix("()") for span in spans if re.fullmatch(r"[a-z_]+\(\)", span)}
    classes = {span for span in spans if re.fullmatch(r"([A-Z][a-z]+)+", span)}
    assert len(functions) > 3
    assert len(classes) > 5
    assert (functions | classes) - definitions() == set()


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_files_of_the_repository_that_a_page_names_exist(page):
    """``tests/…`` and ``backproof/…`` in inline code are paths; ``<unit>`` stands for any name."""
    spans = code_spans(page.read_text(encoding="utf-8"))
    roots = "backproof|benchmarks|demos|docs|examples|misconceptions|properties|reference|tests"
    paths = [span for span in spans if re.fullmatch(rf"({roots})/[\w<>*./-]*", span)]
    patterns = [re.sub(r"<\w+>", "*", path).rstrip("/") or "." for path in paths]
    missing = [pattern for pattern in patterns if not any(ROOT.glob(pattern))]
    assert missing == []


@pytest.mark.parametrize(
    ("damage", "notices"),
    [
        (("`grading.grade`", "`grading.marks`"), lambda text: map(exists, modules_named(text))),
        (("`backproof.testing`", "`testing.tools`"), lambda text: map(exists, modules_named(text))),
        (("    watch  ", "    survey  "), lambda text: [{*listed_parts(text)} == PARTS]),
    ],
)
def test_a_wrong_name_would_be_noticed(damage, notices):
    """The patterns above must recognise a module that does not exist."""
    assert damage[0] in ARCHITECTURE
    assert not all(notices(ARCHITECTURE.replace(*damage)))
