"""How the use of a student's object is written in a program: as a method call or an operator."""

from __future__ import annotations

from typing import Any

from backproof.student_code.operations import SIGNS
from backproof.submission.base import Use

_FORMS = {
    "": "{target}({arguments})",
    "__getitem__": "{target}[{arguments}]",
    "__contains__": "{arguments} in {target}",
    "__len__": "len({target})",
    "__bool__": "bool({target})",
    "__str__": "str({target})",
    "__int__": "int({target})",
    "__abs__": "abs({target})",
    "__reversed__": "list(reversed({target}))",
    "__neg__": "-{target}",
    "__pos__": "+{target}",
    "__invert__": "~{target}",
    **{f"__{name}__": f"{{target}} {sign} {{arguments}}" for name, sign in SIGNS.items()},
    **{f"__r{name}__": f"{{arguments}} {sign} {{target}}" for name, sign in SIGNS.items()},
}


def form_of(use: Use) -> str:
    """Return the use as text, with ``{target}`` and ``{arguments}`` in place of these."""
    return _FORMS.get(use.attribute, f"{{target}}.{use.attribute}({{arguments}})")


def shown_arguments(use: Use) -> tuple[Any, ...]:
    """Return the arguments that are written."""
    return use.arguments or ()
