"""Rendering of HTML pages: templates with automatic escaping, and a content security policy.

A page is self-contained: it loads no other file, font or address. Its policy (CSP) names the
digests of its script and its style sheet, so a browser runs nothing else, even if markup of a
student got past the escaping.
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
        template: The name of the template, without its suffix.
        script: The name of the script, without its suffix.
        values: The variables of the template.

    """
    style, code = _part("style.css"), _part(f"{script}.js")
    policy = (
        f"default-src 'none'; style-src {_digest(style)}; script-src {_digest(code)}; "
        "base-uri 'none'; form-action 'none'"
    )
    return render_part(template, policy=policy, script=code, **values)


def render_part(template: str, **values: Any) -> str:
    """Render a template, with the style sheet as its variable ``style``.

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

    from backproof.report.scores import earned, number, rules
    from backproof.report.text import function_name

    environment = Environment(
        loader=FileSystemLoader(_TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_make_visible,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {
        "number": number,
        "earned": earned,
        "rules": rules,
        "function_name": function_name,
    }
    return environment


def _make_visible(value: Any) -> Any:
    """Escape invisible characters in any text that is not markup of a template."""
    return value if hasattr(value, "__html__") or not isinstance(value, str) else visible(value)


@functools.cache
def _part(name: str) -> str:
    """Read a style sheet or script of this package."""
    return (_TEMPLATES / name).read_text(encoding="utf-8")


def _digest(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"
