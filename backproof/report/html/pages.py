"""What the HTML pages share: templates that escape everything, and a policy to hold them to.

A page needs nothing but itself: no network, no font, no other file. Its policy (CSP) lets the
browser run the one script and the one style sheet whose digests it names, so that even markup that
got past the escaping could do nothing.
"""

from __future__ import annotations

import base64
import functools
import hashlib
from pathlib import Path
from typing import TYPE_CHECKING, Any

from backproof.report.optional import require_package
from backproof.report.text import visible

if TYPE_CHECKING:
    from jinja2 import Environment

_TEMPLATES = Path(__file__).parent / "templates"


def render_page(template: str, script: str, **values: Any) -> str:
    """Render a whole page.

    Args:
        template: The name of its template, without its ending.
        script: The name of its script, without its ending.
        values: What the template shows.

    Raises:
        UserError: Jinja is not installed.

    """
    style, code = _part("style.css"), _part(f"{script}.js")
    policy = (
        f"default-src 'none'; style-src {_digest(style)}; script-src {_digest(code)}; "
        "base-uri 'none'; form-action 'none'"
    )
    return render_part(template, policy=policy, script=code, **values)


def render_part(template: str, **values: Any) -> str:
    """Render a template with the style sheet at hand; it decides where to put it.

    Raises:
        UserError: Jinja is not installed.

    """
    require_package("jinja2", "html")
    return (
        _environment()
        .get_template(f"{template}.html.j2")
        .render(style=_part("style.css"), **values)
    )


@functools.cache
def _environment() -> Environment:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    from backproof.report.scores import number

    made = Environment(
        loader=FileSystemLoader(_TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_visible,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters["number"] = number
    return made


def _visible(value: Any) -> Any:
    """Show what cannot be seen in any text that is not markup of ours."""
    return value if hasattr(value, "__html__") or not isinstance(value, str) else visible(value)


@functools.cache
def _part(name: str) -> str:
    """Read one of our own files, to be put into a page as it is."""
    return (_TEMPLATES / name).read_text(encoding="utf-8")


def _digest(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"
