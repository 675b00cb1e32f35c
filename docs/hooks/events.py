"""Event handlers of mkdocs: they add the pages and figures that are not files in ``docs/``."""

from __future__ import annotations

import os
import re
from contextlib import contextmanager
from pathlib import Path

import api
import gallery
import sources
from figures import figures
from mkdocs.exceptions import PluginError
from mkdocs.structure.files import File

from backproof.assignment.config import load_assignment
from backproof.assignment.demos import load_demos
from backproof.errors import UserError

# The comments in a page that are replaced by the gallery and by the sheet of all figures.
# The title that these pages give to the assignment; the site of another one has its own there.
LECTURE = "Optimizing neural networks"
GALLERY, SHEET = "<!-- gallery -->", "<!-- contact sheet -->"
# The heading above the pages of functions, by the folder that they show.
FUNCTIONS = {"reference": "The lecture as code", "student_template": "The functions"}
# A link from a page in docs/ to a file outside it.
_OUTSIDE = re.compile(r"\]\(\.\./([^)#\s]+)")


@contextmanager
def _one_line_errors():
    try:
        yield
    except UserError as error:
        raise PluginError(str(error)) from None


@_one_line_errors()
def on_config(config):
    """Add the pages of code, and of the public interface, to the navigation."""
    assignment = _assignment(config)
    modules = [{"backproof.testing": "api/testing.md"}]
    modules += [{f"backproof.testing.{name}": f"api/{name}.md"} for name in api.MODULES]
    config.nav.append({"Reference": modules})
    folder = config.extra["functions"]
    if folder not in FUNCTIONS or not (assignment.root / folder).is_dir():
        raise UserError(f"FUNCTIONS is {folder!r}; it must be {' or '.join(FUNCTIONS)}")
    for title, pages in (("The rules", "rules"), (FUNCTIONS[folder], "functions")):
        config.nav.append(
            {title: [{unit.capitalize(): f"{pages}/{unit}.md"} for unit in assignment.units]}
        )


@_one_line_errors()
def on_files(files, config):
    """Add the figures, and a page for each unit's rules and functions."""
    assignment = _assignment(config)
    contents = api.pages()
    for unit in assignment.units:
        rules = assignment.property_file(unit)
        functions = assignment.root / config.extra["functions"] / f"{unit}.py"
        contents[f"rules/{unit}.md"] = sources.rules_page(unit, rules, assignment.hidden)
        contents[f"functions/{unit}.md"] = sources.functions_page(unit, functions)
    for page in files.documentation_pages():
        for path in _OUTSIDE.findall(page.content_string):
            if (_root(config) / path).is_file():
                contents[f"files/{path}.md"] = sources.file_page(_root(config), path)
    if _demos(assignment):
        contents.update(figures(assignment, config.extra["figures"] or ""))
    for path, content in contents.items():
        files.append(File.generated(config, path, content=content))
    return files


@_one_line_errors()
def on_page_markdown(markdown, page, config, files):
    """Insert the gallery, and convert GitHub's Markdown to that of Python-Markdown."""
    if page.file.generated_by:
        return markdown
    markdown = sources.reindented(_OUTSIDE.sub(r"](files/\1.md", markdown))
    for placeholder, write in ((GALLERY, gallery.entries), (SHEET, gallery.sheet)):
        if placeholder in markdown:
            assignment = _assignment(config)
            text = write(assignment, _demos(assignment))
            markdown = markdown.replace(placeholder, text).replace(LECTURE, assignment.title)
    return markdown


def _assignment(config):
    return load_assignment(os.environ.get("BACKPROOF_ASSIGNMENT") or _root(config))


def _demos(assignment):
    """Return the demos; none for an assignment without figures."""
    has_any = any((assignment.root / "demos").glob("[!_]*.py"))
    return load_demos(assignment) if has_any else []


def _root(config):
    return Path(config.config_file_path).parent
