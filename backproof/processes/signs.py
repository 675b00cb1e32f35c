"""Signs on terminals whose encoding lacks them, such as Windows-1252 and ASCII."""

from __future__ import annotations

import codecs
import sys
import unicodedata

_NAME = "backproof-signs"
# Texts for the signs of reports and formulas. Letters lose their accents; any other is named.
_TEXTS = {
    "✓": "ok",
    "✗": "x",
    "•": "*",
    "·": ".",
    "…": "...",
    "→": "->",
    "←": "<-",
    "↦": "->",
    "⇒": "=>",
    "−": "-",
    "–": "-",  # an en dash
    "—": "-",
    "×": "x",  # the sign of multiplication
    "÷": "/",
    "⊙": "*",
    "⊘": "/",
    "∝": "~",
    "⌈": "ceil(",
    "⌉": ")",
    "⁻": "^-",
    "\u0302": "^",
    "√": "sqrt",
    "∂": "d",
    "∇": "grad",
    "∞": "inf",
    "∈": "in",
    "≈": "~",
    "≠": "!=",
    "≤": "<=",
    "≥": ">=",
    "±": "+-",
    "∏": "prod",
    "σ": "sigma",
    "ŷ": "y_hat",
    "ᵀ": "^T",
    "‖": "||",
    "“": '"',
    "”": '"',
    "‘": "'",  # a quotation mark
    "’": "'",  # a quotation mark
    "│": "|",
    "━": "=",
    "─": "-",
    "█": "#",
    "░": ".",
}
_GREEK = "GREEK SMALL LETTER "
_CAPITAL_GREEK = "GREEK CAPITAL LETTER "


def sign_text(sign: str) -> str:
    """Return a text in ASCII for a sign: ``->`` for an arrow, ``sigma`` for the Greek letter."""
    if sign in _TEXTS:
        return _TEXTS[sign]
    if plain := unicodedata.normalize("NFKD", sign).encode("ascii", "ignore").decode():
        return plain
    name = unicodedata.name(sign, "")
    for prefix in (_GREEK, _CAPITAL_GREEK):
        if name.startswith(prefix):
            word = name.removeprefix(prefix).partition(" ")[0].lower()
            return word if prefix == _GREEK else word.capitalize()
    if name.startswith("BOX DRAWINGS"):
        return "-" if "HORIZONTAL" in name and "VERTICAL" not in name else "|"
    return ascii(sign)[1:-1] if name or not sign.isprintable() else "?"


def spell_signs() -> None:
    """Make the standard streams spell out the signs that their encoding lacks."""
    codecs.register_error(_NAME, _spelled)
    for stream in (sys.stdout, sys.stderr):
        # A stream of a test or of a notebook may be of another kind, which encodes nothing.
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors=_NAME)


def _spelled(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    signs = error.object[error.start : error.end]
    return "".join(map(sign_text, signs)), error.end
