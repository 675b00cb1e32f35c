"""The gallery: for each demo its figure, claim and formula, with links to its rule and code."""

from __future__ import annotations

import ast
import html
import re

from figures import PLACE, size

from backproof.errors import UserError

_ENTRY = """\
<section class="demo" markdown>

## {number} {title} {{ #{name} }}

<p class="lecture">Lecture: {lecture}</p>

<figure markdown>
[![{claim}]({place}.svg){{ {size} }}]({place}.svg)
<figcaption markdown="span">{claim}</figcaption>
</figure>

`{formula}`
{{ .formula }}
{motion}
Rule
:   {sentence}
    [`{property}`](rules/{unit}.md#{property})

Functions
:   {functions}

On your code
:   `backproof demo {name} --submission PATH`

</section>
"""
_MOTION = """
<details markdown>
<summary>In motion</summary>
![{claim}]({place}.gif){{ {size} loading=lazy }}
</details>
"""
_THUMBNAIL = "[![]({place}.svg){{ {size} }}<span>{number} {title}</span>](gallery.md#{name})\n"


def entries(assignment, demos):
    """Return the gallery, in Markdown.

    Raises:
        UserError: A demo names a property that does not exist, or that is hidden from students.

    """
    rules = dict(_rules(assignment))
    return "\n".join(_entry(assignment, demo, rules) for demo in demos)


def sheet(assignment, demos):
    """Return a sheet of all figures, each a link to its place in the gallery."""
    links = [_THUMBNAIL.format(**_fields(assignment, demo)) for demo in demos]
    return '<div class="sheet" markdown>\n' + "".join(links) + "</div>\n"


def _entry(assignment, demo, rules):
    fields, about = _fields(assignment, demo), demo.about
    functions = (name.partition(".") for name in about.functions)
    if about.property not in rules:
        raise UserError(f"demos/{demo.name}.py names {about.property}, which is no rule to show")
    unit, sentence = rules[about.property]
    return _ENTRY.format(
        **fields,
        lecture=html.escape(about.lecture),
        formula=about.formula,
        motion=_MOTION.format(**fields) if demo.moves else "",
        sentence=_text(sentence),
        property=about.property,
        unit=unit,
        functions=", ".join(f"[`{u}.{f}`](functions/{u}.md#{f})" for u, _, f in functions),
    )


def _fields(assignment, demo):
    width, height = size(assignment, demo)
    return {
        "name": demo.name.replace("_", "-"),
        "number": demo.about.number,
        "title": _text(demo.about.title),
        "claim": _text(demo.about.claim),
        "place": PLACE.format(demo.name),
        # The page reserves the space, so nothing moves when the figure has loaded.
        "size": f"width={width} height={height}",
    }


def _rules(assignment):
    """Yield each property's name, its unit and the first paragraph of its docstring."""
    for unit in assignment.units:
        for node in ast.parse(assignment.property_file(unit).read_text(encoding="utf-8")).body:
            if isinstance(node, ast.FunctionDef) and node.name not in assignment.hidden:
                sentence = (ast.get_docstring(node) or "").split("\n\n")[0]
                yield node.name, (unit, " ".join(sentence.split()))


def _text(plain):
    """Escape plain text for Markdown."""
    return re.sub(r"([\\`*_{}\[\]()#+.!-])", r"\\\1", html.escape(plain, quote=False))
