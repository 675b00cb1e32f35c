"""The site of the documentation is complete, without broken links, and works without a network."""

import ast
import importlib
import os
import re
import shutil
import subprocess
import sys
from html.parser import HTMLParser
from urllib.parse import unquote, urldefrag, urlsplit
from xml.etree import ElementTree

import pytest

import backproof.testing
from backproof.assignment.config import load_assignment
from backproof.assignment.demos import load_demos, load_style
from docs.hooks import api, sources
from tests.conftest import ROOT

# Building the site takes long; one process does it for all tests.
pytestmark = pytest.mark.exhaustive

ASSIGNMENT = load_assignment(ROOT)
DEMOS = load_demos(ASSIGNMENT)
STYLE = load_style(ASSIGNMENT)
# The only demo that is drawn, because drawing all takes long.
DRAWN = "orthogonal_vectors"
# The folders and files that a site is built from.
PARTS = ("docs", "demos", "properties", "reference", "student_template", "examples")
FILES = ("mkdocs.yml", "pyproject.toml", "CONTRIBUTING.md")


class Page(HTMLParser):
    """A parsed page: its links, the files that it loads, its ids, and the text of each demo."""

    def __init__(self, file):
        super().__init__()
        self.ids, self.links, self.loaded, self.demos = set(), [], [], []
        self.feed(file.read_text(encoding="utf-8"))

    def handle_starttag(self, tag, attributes):
        """Record an element."""
        values = dict(attributes)
        self.ids.add(values.get("id"))
        if tag == "a" and "href" in values:
            self.links.append(values["href"])
        elif tag in ("script", "link", "img", "iframe", "source"):
            self.loaded += [values[name] for name in ("src", "href") if name in values]
        if tag == "section" and values.get("class") == "demo":
            self.demos.append({"text": "", "images": [], "links": [], "ids": []})
        if self.demos:
            demo = self.demos[-1]
            demo["images"] += [(values["src"], values["alt"])] if tag == "img" else []
            demo["links"] += [values["href"]] if tag == "a" and "href" in values else []
            demo["ids"] += [values["id"]] if "id" in values else []

    def handle_data(self, data):
        """Record the text of a demo."""
        if self.demos:
            self.demos[-1]["text"] += data


def build(root, site, **environment):
    """Build the site of a folder with ``--strict``, in a process of its own."""
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "--site-dir", site]
    environment = {**os.environ, "FIGURES": "", "FUNCTIONS": "reference", **environment}
    options = {"capture_output": True, "text": True, "check": False, "timeout": 1800}
    return subprocess.run(command, cwd=root, env=environment, **options)


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """Build the site with one figure drawn; return its folder."""
    folder = tmp_path_factory.mktemp("site")
    process = build(ROOT, folder, FIGURES=DRAWN)
    assert process.returncode == 0, process.stderr
    return folder


@pytest.fixture(scope="module")
def pages(site):
    """Parse all pages; return them by their files."""
    return {file: Page(file) for file in site.rglob("*.html") if file.name != "404.html"}


@pytest.fixture
def copied(tmp_path):
    """Return a copy of the sources of the site, for tests that change them."""
    root = tmp_path / "copied"
    for part in PARTS:
        shutil.copytree(ROOT / part, root / part)
    for name in FILES:
        shutil.copy(ROOT / name, root)
    return root


def test_the_gallery_shows_every_demo_in_lecture_order(site, pages):
    """A demo without its figure, claim, formula, rule or functions cannot be understood."""
    shown = pages[site / "gallery.html"].demos
    assert len(shown) == len(DEMOS)
    for demo, section in zip(DEMOS, shown, strict=True):
        about, text = demo.about, " ".join(section["text"].split())
        assert text.startswith(f"{about.number} {about.title}")
        for part in (about.lecture, about.claim, about.formula, about.property):
            assert " ".join(part.split()) in text
        assert section["images"][0] == (f"figures/{demo.name}.svg", about.claim)
        assert len(section["images"]) == 1 + demo.moves
        assert section["ids"][0] == demo.name.replace("_", "-")
        for name in about.functions:
            unit, _, function = name.partition(".")
            assert f"functions/{unit}.html#{function}" in section["links"]
        (rule,) = [link for link in section["links"] if link.startswith("rules/")]
        assert rule.endswith(f".html#{about.property}")


def test_every_link_leads_somewhere(pages):
    """A link is to a file of the site, with an existing anchor, or uses https."""
    inside = 0
    for file, page in pages.items():
        for link in (*page.links, *page.loaded):
            address = urlsplit(link)
            if address.netloc:
                assert address.scheme == "https", f"{file.name}: {link}"
                continue
            assert not address.scheme, f"{file.name}: {link}"
            path, anchor = urldefrag(unquote(link))
            target = (file.parent / path).resolve() if path else file
            assert target.is_dir() or target.is_file(), f"{file.name}: {link}"
            if anchor and target in pages:
                assert anchor in pages[target].ids, f"{file.name}: {link}"
                inside += 1
    assert inside > 100


def test_nothing_is_loaded_from_elsewhere(site, pages):
    """Students read the pages offline, and no other server must learn who reads them."""
    loaded = [address for page in pages.values() for address in page.loaded]
    assert loaded
    assert not [address for address in loaded if urlsplit(address).netloc]
    styles = [file.read_text(encoding="utf-8") for file in site.rglob("*.css")]
    assert not any(re.search(r"url\(['\"]?(https?:)?//|@import", text) for text in styles)


def test_the_figures_are_drawn(site):
    """A figure has the size that its page reserves; only the requested one has contents."""
    for demo in DEMOS:
        svg = ElementTree.parse(site / "figures" / f"{demo.name}.svg").getroot()
        assert (len(svg) > 0) == (demo.name == DRAWN)
        width, height = (float(svg.get(name).removesuffix("pt")) for name in ("width", "height"))
        assert height / width == pytest.approx(demo.about.height / STYLE.WIDTH)


@pytest.mark.parametrize("unit", ASSIGNMENT.units)
def test_the_pages_of_code_have_an_anchor_for_each_rule_and_function(unit, site, pages):
    """The gallery links to rules and functions by their names."""
    rules = ASSIGNMENT.property_file(unit).read_text(encoding="utf-8")
    functions = (ASSIGNMENT.reference / f"{unit}.py").read_text(encoding="utf-8")
    for place, names in (
        ("rules", re.findall(r"(?m)^def (test_\w+)", rules)),
        ("functions", re.findall(r"(?m)^def ([a-zA-Z]\w*)", functions)),
    ):
        assert names
        assert set(names) <= pages[site / place / f"{unit}.html"].ids


def test_the_reference_describes_every_public_name(site, pages):
    """An author finds each name with its signature and arguments, without reading the code."""
    page = pages[site / "api" / "testing.html"]
    assert page.ids >= {*backproof.testing.__all__} - {"TOLERANCE"}
    text = re.sub(r"<[^>]+>", "", (site / "api" / "testing.html").read_text(encoding="utf-8"))
    assert "def as_float(" in text
    assert "The name of the result in messages" in text
    for name in api.MODULES:
        module = importlib.import_module(f"backproof.testing.{name}")
        assert pages[site / "api" / f"{name}.html"].ids >= {*api.public_names(module)}


@pytest.mark.parametrize("unit", ASSIGNMENT.units)
def test_sections_leave_nothing_out(unit):
    """Together they are the whole module below its docstring, with the right line numbers."""
    text = ASSIGNMENT.property_file(unit).read_text(encoding="utf-8")
    lines, seen = text.splitlines(), []
    for section in sources.sections(text, lambda name: name.startswith("test_")):
        code = section.code.splitlines()
        assert lines[section.line - 1 : section.line - 1 + len(code)] == code
        assert section.code.count("\ndef test_") + section.code.startswith("def test_") <= 1
        seen += code
    docstring = ast.get_docstring(ast.parse(text))
    assert [line for line in seen if line] == [
        line for line in text.replace(f'"""{docstring}"""', "", 1).splitlines() if line
    ]


def test_a_section_begins_with_what_stands_above_its_function():
    """The decorators and the comment above belong to the function."""
    above = '"""Doc."""\n\nA = 1\n\n\n'
    text = above + "# Why.\n@given()\ndef test_a():\n    pass\n\n\ndef b():\n    pass\n"
    sections = sources.sections(text, lambda name: name.startswith("test_"))
    assert [(one.name, one.line) for one in sections] == [("", 3), ("test_a", 6), ("", 12)]


def test_hidden_rules_are_not_shown():
    """Neither their names nor their code may reach students."""
    name = "test_losses_value_is_quadratic"
    file = ASSIGNMENT.property_file("losses")
    assert name in sources.rules_page("losses", file, ())
    assert name not in sources.rules_page("losses", file, (name,))


@pytest.mark.parametrize(
    ("text", "required"),
    [
        ("- a\n  b\n- c\n", "- a\n    b\n- c\n"),
        ("1. a\n\n   b\n", "1. a\n\n    b\n"),
        ("- a\n\n      code\n\n  b\n- c\n", "- a\n\n        code\n\n    b\n\n- c\n"),
        ("a\n- b\n\nc\n    d\n", "a\n\n- b\n\nc\n    d\n"),
        ("```\na\n- b\n  c\n```\n", "```\na\n- b\n  c\n```\n"),
    ],
)
def test_lists_are_written_as_python_markdown_wants_them(text, required):
    """Otherwise lists that GitHub shows are run together; code in fences is unchanged."""
    assert sources.reindented(text) == required


def test_what_a_demo_says_is_shown_as_it_stands(copied, tmp_path):
    """Formulas and claims contain characters that mean something in Markdown or HTML."""
    odd = "E[X] (1) *a* _b_ `c` <d> &amp; # - e"
    file = copied / "demos" / f"{DEMOS[0].name}.py"
    text = file.read_text(encoding="utf-8")
    for name in ("title", "claim"):
        text = text.replace(f'{name}="', f'{name}="{odd} ', 1)
    file.write_text(text, encoding="utf-8")
    process = build(copied, tmp_path / "site")
    assert process.returncode == 0, process.stderr
    shown = Page(tmp_path / "site" / "gallery.html").demos[0]
    assert shown["text"].count(odd) == 2
    assert shown["images"][0][1].startswith(odd)


def test_the_site_of_another_assignment_has_its_title_rules_and_figures(tmp_path):
    """`make docs ASSIGNMENT=…` shows nothing of the first assignment but the texts in docs/."""
    folder = ROOT / "assignments" / "softmax_classification"
    process = build(ROOT, tmp_path, BACKPROOF_ASSIGNMENT=str(folder))
    assert process.returncode == 0, process.stderr
    other = load_assignment(folder)
    assert {page.stem for page in (tmp_path / "rules").iterdir()} == {*other.units}
    for name in ("index", "gallery"):
        text = (tmp_path / f"{name}.html").read_text(encoding="utf-8")
        assert other.title in text
        assert ASSIGNMENT.title not in text
    figures = {file.stem for file in (tmp_path / "figures").iterdir()}
    assert figures == {demo.name for demo in load_demos(other)}


def test_a_broken_link_is_refused(copied, tmp_path):
    """A link may be broken by its page, by its anchor, or because it leaves the folder."""
    page = copied / "docs" / "students.md"
    broken = "\n[a](nowhere.md) [b](gallery.md#nowhere) [c](../nowhere.yml)\n"
    page.write_text(page.read_text(encoding="utf-8") + broken, encoding="utf-8")
    process = build(copied, tmp_path / "site")
    assert process.returncode == 1
    for target in ("nowhere.md", "'gallery.md#nowhere'", "nowhere.yml"):
        assert target in process.stderr


def test_a_site_can_be_without_the_solution(copied, tmp_path):
    """A course may publish the site while students still work on the solution."""
    mark = "answer_that_nobody_may_see"
    solution = copied / "reference" / "layers.py"
    solution.write_text(f"{solution.read_text(encoding='utf-8')}\n{mark} = 1\n", encoding="utf-8")
    process = build(copied, tmp_path / "site", FUNCTIONS="student_template")
    assert process.returncode == 0, process.stderr
    texts = [file.read_text(encoding="utf-8") for file in (tmp_path / "site").rglob("*.html")]
    assert any("NotImplementedError" in text for text in texts)
    assert not any(mark in text for text in texts)


@pytest.mark.parametrize(
    ("variable", "message"),
    [
        ("FIGURES", "there is no demo 'nothing'"),
        ("FUNCTIONS", "FUNCTIONS is 'nothing'"),
    ],
)
def test_a_wrong_setting_is_one_line(variable, message, tmp_path):
    """An author needs the mistake, not a traceback."""
    process = build(ROOT, tmp_path, **{variable: "nothing"})
    assert process.returncode == 1
    assert message in process.stderr
    assert "Traceback" not in process.stderr
