"""The HTML page on the strength of properties: kill rates and surviving mutants."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from backproof.report.html.pages import render_page
from backproof.report.text import one_line


def render(document: Mapping[str, Any], title: str) -> str:
    """Return the page.

    Args:
        document: The results, as ``mutation.findings.document_of`` returns them.
        title: The assignment's title.

    Raises:
        UserError: Jinja is not installed.

    """
    return render_page("mutants", "class", title=one_line(title), **document)
