"""The smallest failing case as Python that a student can paste into a shell."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from backproof.submission import Call

# Longer arrays and longer runs of calls say less than they take to read.
_MOST_ENTRIES = 60
_MOST_CALLS = 8


def render_case(journal: Sequence[Call]) -> str | None:
    """Write down the calls of a case, each array spelled out; ``None`` if there were none."""
    if not journal:
        return None
    return "\n".join(_Writer().write(list(journal)))


class _Writer:
    """Names what was returned before, so that later calls can be given it again."""

    def __init__(self) -> None:
        self._names: list[tuple[Any, str]] = []
        self._setup: list[str] = []
        self._generators = 0

    def write(self, journal: list[Call]) -> list[str]:
        modules = dict.fromkeys(call.function.partition(".")[0] for call in journal)
        shown = journal if len(journal) <= _MOST_CALLS else [*journal[:3], *journal[-3:]]
        lines = []
        for number, call in enumerate(journal, 1):
            text = self._call(call, f"r{number}")
            if call in shown:
                lines += [*self._setup, text]
            elif call is journal[3]:
                lines.append(f"# … {len(journal) - 6} calls more …")
            self._setup = []
        return ["import numpy as np", *(f"import {module}" for module in modules), *lines]

    def _call(self, call: Call, name: str) -> str:
        arguments = [self._value(value) for value in call.arguments]
        arguments += [f"{key}={self._value(value)}" for key, value in call.keywords.items()]
        result = call.result
        self._names.append((result, name))
        if isinstance(result, tuple | list):
            self._names += [(entry, f"{name}[{index}]") for index, entry in enumerate(result)]
        return f"{name} = {call.function}({', '.join(arguments)})"

    def _value(self, value: Any) -> str:
        for known, name in self._names:
            if known is value and not isinstance(value, int | float | str | bool | type(None)):
                return name
        if isinstance(value, np.random.Generator):
            return self._generator(value)
        if isinstance(value, np.ndarray):
            return _array(value)
        if isinstance(value, list | tuple):
            inside = ", ".join(self._value(entry) for entry in value)
            comma = "," if len(value) == 1 else ""
            return f"({inside}{comma})" if isinstance(value, tuple) else f"[{inside}]"
        return repr(value.item() if isinstance(value, np.generic) else value)

    def _generator(self, rng: np.random.Generator) -> str:
        self._generators += 1
        name = f"rng{self._generators}"
        self._names.append((rng, name))
        entropy = getattr(rng.bit_generator.seed_seq, "entropy", None)
        self._setup.append(f"{name} = np.random.default_rng({entropy})")
        return name


def _array(value: np.ndarray[Any, Any]) -> str:
    if value.size > _MOST_ENTRIES:
        low, high = (value.min(), value.max()) if value.size else (0, 0)
        return f"np.array(...)  # shape {value.shape}, from {low:.3g} to {high:.3g}"
    if value.size == 0:
        return f"np.zeros({value.shape})"
    return f"np.array({value.tolist()})"
