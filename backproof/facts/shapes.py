"""Wrong shapes in the symbols of the call: (m,) in place of (n_out,)."""

from __future__ import annotations

from collections.abc import Sequence

from backproof.facts.factors import MIN_CASES
from backproof.facts.observation import Observation


def find_shape(observations: Sequence[Observation]) -> str | None:
    """Return the shape of results and the required one in words; ``None`` if sizes are unclear."""
    returned = _symbols([each.returned.shape for each in observations], observations)
    required = _symbols([each.required.shape for each in observations], observations)
    if returned is None or required is None or returned == required:
        return None
    return f"has shape {returned}, in place of {required}"


def _symbols(shapes: Sequence[tuple[int, ...]], observations: Sequence[Observation]) -> str | None:
    if len({len(shape) for shape in shapes}) != 1:
        return None
    symbols = []
    for sizes in zip(*shapes, strict=True):
        symbol = _symbol(sizes, observations)
        if symbol is None:
            return None
        symbols.append(symbol)
    return f"({', '.join(symbols)}{',' if len(symbols) == 1 else ''})"


def _symbol(sizes: Sequence[int], observations: Sequence[Observation]) -> str | None:
    """Return the only size of the calls that has these values, or a number."""
    if set(sizes) == {1}:
        return "1"
    fitting = []
    for quantity in observations[0].numbers:
        if not quantity.is_size or quantity.is_derived:
            continue
        values = [each.numbers.get(quantity) for each in observations]
        cases = {
            o.case
            for o, value, size in zip(observations, values, sizes, strict=True)
            if value != size
        }
        if not cases:
            fitting.append((quantity.symbol, values))
        elif len(cases) < MIN_CASES:
            return None  # a rival that too few cases tell from the size
    if not fitting:
        return _derived_symbol(sizes, observations)
    if len({len(symbol.split()) > 1 for symbol, _ in fitting}) > 1:
        return None
    documented = [symbol for symbol, _ in fitting if " " not in symbol]
    if len(documented) > 1:
        return None
    return documented[0] if documented else fitting[0][0]


def _derived_symbol(sizes: Sequence[int], observations: Sequence[Observation]) -> str | None:
    """Return the only number such as m − 1 that the sizes are; not if sizes are all alike."""
    if len(set(sizes)) < MIN_CASES:
        return None
    fitting = [
        quantity.symbol
        for quantity in observations[0].numbers
        if quantity.is_size
        and quantity.is_derived
        and [each.numbers.get(quantity) for each in observations] == [*sizes]
    ]
    return fitting[0] if len(fitting) == 1 else None
