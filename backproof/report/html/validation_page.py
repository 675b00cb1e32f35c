"""The HTML page of a validation: what properties detect, draw and cost, and surviving mutants."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from backproof.report.html.pages import render_page
from backproof.report.text import one_line


def render(
    title: str,
    units: Sequence[Mapping[str, Any]],
    problems: Sequence[str] | None = None,
    mutants: Mapping[str, Any] | None = None,
) -> str:
    """Return the page.

    Args:
        title: The assignment's title.
        units: What the properties do, as ``authoring.survey.survey`` returns it.
        problems: The problems that the validation found; ``None`` if there was no validation.
        mutants: The results of the mutants, as ``mutation.findings.document_of`` returns them;
            ``None`` if none were tried.

    Raises:
        UserError: Jinja is not installed.

    """
    return render_page(
        "validation",
        "class",
        title=one_line(title),
        units=units,
        problems=problems,
        mutants=mutants,
    )
