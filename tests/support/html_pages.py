"""A parser of HTML pages that checks the properties of every report."""

import base64
import hashlib
import itertools
import re
from html.parser import HTMLParser

from backproof.report.text import visible

_VOID = {"meta", "input", "br"}
# The elements that pages may contain; none of them loads anything.
_TAGS = re.findall(
    r"\w+",
    """
    html head meta title style script body main header footer section nav div span p a strong
    h1 h2 h3 h4 h5 ul li dl dt dd details summary figure figcaption pre code mark
    form fieldset legend label input select option button output
    table caption thead tbody tr th td svg g text path rect circle
    """,
)


class Page(HTMLParser):
    """The elements of a page, each with its name, attributes and text."""

    def __init__(self, source):
        super().__init__()
        self.source = source
        self.elements = []
        self._open = []
        self.feed(source)
        self.close()
        assert not self._open

    def handle_starttag(self, tag, attributes):
        """Add an element."""
        element = {"tag": tag, "attributes": dict(attributes), "text": ""}
        self.elements.append(element)
        if tag not in _VOID:
            self._open.append(element)

    def handle_endtag(self, tag):
        """Require that the last opened element is closed."""
        assert self._open.pop()["tag"] == tag

    def handle_data(self, data):
        """Add a text to all open elements."""
        for element in self._open:
            element["text"] += data

    def all(self, tag, **attributes):
        """Return the elements with a tag and attributes."""
        wanted = {name.rstrip("_").replace("_", "-"): value for name, value in attributes.items()}
        return [
            element
            for element in self.elements
            if element["tag"] == tag and wanted.items() <= element["attributes"].items()
        ]

    def texts(self, tag, **attributes):
        """Return the texts of elements, with white space collapsed."""
        return [" ".join(found["text"].split()) for found in self.all(tag, **attributes)]


def parsed(source):
    """Parse a page or a part of one, and require the properties of every page."""
    page = Page(source)
    assert visible(source) == source
    for element in page.elements:
        assert element["tag"] in _TAGS
        attributes = element["attributes"]
        assert not [name for name in attributes if name.startswith("on") or name == "style"]
        assert not {"src", "srcset", "action", "formaction", "data", "xlink:href"} & set(attributes)
    ids = [
        element["attributes"]["id"] for element in page.elements if "id" in element["attributes"]
    ]
    assert len(set(ids)) == len(ids)
    levels = [int(e["tag"][1]) for e in page.elements if re.fullmatch("h[1-6]", e["tag"])]
    assert all(after <= before + 1 for before, after in itertools.pairwise(levels))
    assert not re.search(r"url\(|@import|@font-face", page.all("style")[0]["text"])
    for svg in page.all("svg"):
        said = svg["attributes"]
        assert said.get("aria-hidden") or said.get("aria-label") or said.get("class") == "cells"
    return page


def require_policy(page):
    """Require a policy that allows the script and the style of this page only."""
    (policy,) = page.all("meta", http_equiv="Content-Security-Policy")
    for tag, directive in (("style", "style-src"), ("script", "script-src")):
        ours = [e for e in page.all(tag) if e["attributes"].get("type") != "application/json"]
        digest = hashlib.sha256(ours[0]["text"].encode()).digest()
        assert len(ours) == 1
        said = policy["attributes"]["content"]
        assert f"{directive} 'sha256-{base64.b64encode(digest).decode()}';" in said
    assert said.startswith("default-src 'none';")
