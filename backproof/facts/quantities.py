"""The numbers of a call that a fact may refer to: sizes of its arrays, and its scalars."""

from __future__ import annotations

import itertools
import numbers
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from backproof.facts.signatures import Signature


@dataclass(frozen=True)
class Quantity:
    """A number of a call.

    Attributes:
        symbol: Its name in a formula, such as ``"m"`` or ``"1 − beta"``.
        meaning: What it is, if the symbol alone does not say so.
        is_size: Whether it is the size of an array.
        base: The quantity that it is computed from, if it is.

    """

    symbol: str
    meaning: str = field(default="", compare=False)
    is_size: bool = False
    base: str = ""

    @property
    def is_derived(self) -> bool:
        """Whether it is computed from another one."""
        return bool(self.base)

    def __str__(self) -> str:
        """Return the symbol and its meaning."""
        return f"{self.symbol}, {self.meaning}" if self.meaning else self.symbol


def quantities(
    arguments: Mapping[str, Any], signature: Signature, step: int
) -> dict[Quantity, float]:
    """Return the numbers of a call.

    Args:
        arguments: The arguments by their names.
        signature: The signature of the function.
        step: The number of the call among those of its function in the case, from 1 on.

    """
    found: dict[Quantity, float] = {Quantity("t", "the number of the call"): float(step)}
    conflicting = set()
    for name, value in arguments.items():
        for quantity, number in _of_argument(name, value, signature):
            if found.setdefault(quantity, number) != number:
                conflicting.add(quantity)
    known = {quantity: number for quantity, number in found.items() if quantity not in conflicting}
    return known | dict(_derived(known))


def _of_argument(name: str, value: Any, signature: Signature) -> Iterator[tuple[Quantity, float]]:
    if isinstance(value, np.ndarray) and value.ndim > 0:
        symbols = signature.shapes.get(name, ())
        for axis, size in enumerate(value.shape):
            symbol = symbols[axis] if len(symbols) == value.ndim else ""
            yield _size(name, axis, value.ndim, symbol), float(size)
    elif isinstance(value, numbers.Real) and not isinstance(value, bool):
        yield Quantity(name, is_size=isinstance(value, numbers.Integral)), float(value)


def _size(name: str, axis: int, ndim: int, symbol: str) -> Quantity:
    axes = {1: ("number of entries",), 2: ("number of rows", "number of columns")}
    meaning = f"the {axes[ndim][axis]} of {name}" if ndim in axes else f"a size of {name}"
    if symbol:
        return Quantity(symbol, meaning, is_size=True)
    return Quantity(meaning if ndim in axes else f"size {axis} of {name}", is_size=True)


def _derived(known: Mapping[Quantity, float]) -> Iterator[tuple[Quantity, float]]:
    step = next(iter(known.values()))
    sizes = [quantity for quantity in known if quantity.is_size and " " not in quantity.symbol]
    for one, other in itertools.combinations(sizes, 2):
        entries, number = f"{one.symbol} · {other.symbol}", known[one] * known[other]
        yield Quantity(entries, is_size=True, base=entries), number
        yield Quantity(f"{entries} − 1", is_size=True, base=entries), number - 1
    for quantity, number in known.items():
        name = quantity.symbol
        if quantity.is_size:
            yield Quantity(f"{name} − 1", is_size=True, base=name), number - 1
            yield Quantity(f"{name} + 1", is_size=True, base=name), number + 1
        elif 0 <= number < 1 and name != "t":
            yield Quantity(f"1 − {name}", base=name), 1 - number
            yield Quantity(f"1 − {name}ᵗ", base=name), 1 - number**step
