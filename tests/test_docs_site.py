"""The documentation's site: complete, strictly built, its links whole, and nothing from elsewhere."""

import ast
import os
import re
import shutil
import subprocess
import sys
from html.parser import HTMLParser
from urllib.parse import unquote, urldefrag, urlsplit

import pytest

from backproof.assignment import load_assignment
from backproof.demos import load_demos
from docs.hooks import sources
from tests.conftest import ROOT

ASSIGNMENT = load_assignment(ROOT)
DEMOS = load_demos(ASSIGNMENT)
DRAWN = "orthogonal_vectors"
# What a site is built from.
PARTS = ("docs", "demos", "properties", "reference", "student_template", "examples")


class Page(HTMLParser):
    """What a page links to and loads, its ids, and the text of each of its demos."""

    def __init__(self, file):
        super().__init__()
        self.ids, self.links, self.loaded, self.demos = set(), [], [], []
        self.feed(file.read_text(encoding="utf-8"))

    def handle_starttag(self, tag, attributes):
        """Note an element."""
        found = dict(attributes)
        self.ids.add(found.get("id"))
        if tag == "a" and "href" in found:
            self.links.append(found["href"])
        elif tag in ("script", "link", "img", "iframe", "source"):
            self.loaded += [found[name] for name in ("src", "href") if name in found]
        if tag == "section" and found.get("class") == "demo":
            self.demos.append({"text": "", "images": [], "links": [], "ids": []})
        if self.demos:
            demo = self.demos[-1]
            demo["images"] += [(found["src"], found["alt"])] if tag == "img" else []
            demo["links"] += [found["href"]] if tag == "a" and "href" in found else []
            demo["ids"] += [found["id"]] if "id" in found else []

    def handle_data(self, data):
        """Note text."""
        if self.demos:
            self.demos[-1]["text"] += data


def built(root, site, **environment):
    """Build the site of a folder strictly, in a process of its own."""
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet", "--site-dir", site]
    environment = {**os.environ, "FIGURES": "", "FUNCTIONS": "reference", **environment}
    return subprocess.run(
        command, cwd=root, env=environment, capture_output=True, text=True, check=False, timeout=120
    )


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """The site, with one figure drawn."""
    folder = tmp_path_factory.mktemp("site")
    process = built(ROOT, folder, FIGURES=DRAWN)
    assert process.returncode == 0, process.stderr
    return folder


@pytest.fixture(scope="module")
def pages(site):
    """All pages, by their file."""
    return {file: Page(file) for file in site.rglob("*.html") if file.name != "404.html"}


@pytest.fixture
def copied(tmp_path):
    """A copy of what the site is built from, to be changed."""
    root = tmp_path / "copied"
    for part in PARTS:
        shutil.copytree(ROOT / part, root / part)
    for name in ("mkdocs.yml", "pyproject.toml"):
        shutil.copy(ROOT / name, root)
    return root


def test_the_gallery_shows_every_demo_in_lecture_order(site, pages):
    """Each with its figure, claim, formula, rule and functions."""
    shown = pages[site / "gallery.html"].demos
    assert len(shown) == len(DEMOS)
    for demo, found in zip(DEMOS, shown, strict=True):
        about, text = demo.about, " ".join(found["text"].split())
        assert text.startswith(f"{about.number} {about.title}")
        for part in (about.lecture, about.claim, about.formula, about.property):
            assert " ".join(part.split()) in text
        assert found["images"][0] == (f"figures/{demo.name}.svg", about.claim)
        assert len(found["images"]) == 1 + demo.moves
        assert found["ids"][0] == demo.name.replace("_", "-")
        for name in about.functions:
            unit, _, function = name.partition(".")
            assert f"functions/{unit}.html#{function}" in found["links"]
        (rule,) = [link for link in found["links"] if link.startswith("rules/")]
        assert rule.endswith(f".html#{about.property}")


def test_every_link_leads_somewhere(pages):
    """To a file of the site and an anchor in it, or by https."""
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
    """No page and no style sheet needs a network."""
    loaded = [address for page in pages.values() for address in page.loaded]
    assert loaded
    assert not [address for address in loaded if urlsplit(address).netloc]
    styles = [file.read_text(encoding="utf-8") for file in site.rglob("*.css")]
    assert not any(re.search(r"url\(['\"]?(https?:)?//|@import", text) for text in styles)


def test_the_figures_are_drawn(site):
    """The one that was asked for, without the caption; the others are empty frames of its size."""
    size = {}
    for demo in DEMOS:
        text = (site / "figures" / f"{demo.name}.svg").read_text(encoding="utf-8")
        assert ("<path" in text) == (demo.name == DRAWN)
        (demo_size,) = re.findall(r'<svg [^>]*?width="([\d.]+)[^>]*?height="([\d.]+)', text) or [
            re.findall(r'<svg [^>]*?height="([\d.]+)pt[^>]*?width="([\d.]+)', text)[0][::-1]
        ]
        size[demo.name] = float(demo_size[1]) / float(demo_size[0])
        assert size[demo.name] == pytest.approx(demo.about.height / 6.0, rel=0.01)


def test_the_pages_of_code_hold_every_rule_and_function(site, pages):
    """With an anchor for each, and all of its text."""
    for unit in ASSIGNMENT.units:
        for place, source in (
            ("rules", ASSIGNMENT.property_file(unit)),
            ("functions", ASSIGNMENT.reference / f"{unit}.py"),
        ):
            page = site / place / f"{unit}.html"
            names = re.findall(r"(?m)^def (test_\w+)" if place == "rules" else r"(?m)^def ([a-z]\w+)", source.read_text(encoding="utf-8"))
            assert names
            assert set(names) <= pages[page].ids


