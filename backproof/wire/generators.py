"""Random generators that two processes share: what one draws, the other does not draw again.

Both processes have a generator of their own; only the state crosses, as hexadecimal text.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

_KINDS: dict[str, Callable[..., Any]] = {
    "PCG64": np.random.PCG64,
    "PCG64DXSM": np.random.PCG64DXSM,
}
# The other process has to create as many children, so a worker must not report any number.
_MAX_CHILDREN = 10_000


def state_of(rng: np.random.Generator) -> str:
    """Return, as one text, the state that drawing from ``rng`` and spawning children changes.

    Raises:
        TypeError: Its bit generator is not of the kind that ``numpy.random.default_rng`` creates.
    """
    state = rng.bit_generator.state
    kind = state["bit_generator"]
    if kind not in _KINDS:
        raise TypeError(f"a generator on {kind} cannot be handed over: use numpy's default_rng")
    numbers = state["state"]
    words = numbers["state"], numbers["inc"], state["has_uint32"], state["uinteger"]
    return " ".join([kind, *(f"{word:x}" for word in (*words, children_of(rng)))])


def children_of(rng: np.random.Generator) -> int:
    """Return how many generators have been spawned from ``rng``."""
    return getattr(rng.bit_generator.seed_seq, "n_children_spawned", 0)


def seed_of(rng: np.random.Generator) -> str | None:
    """Return the seed of the generator as text; its children depend on the seed too."""
    seed = rng.bit_generator.seed_seq
    if not isinstance(seed, np.random.SeedSequence):
        return None
    entropy: Any = seed.entropy  # an integer, or a sequence of them
    many = isinstance(entropy, list | tuple)
    parts = entropy if many else [entropy or 0], seed.spawn_key, [seed.pool_size, many]
    return "|".join(" ".join(f"{int(word):x}" for word in part) for part in parts)


def make(state: str, seed: str | None) -> np.random.Generator:
    """Create a generator with a state and a seed."""
    sequence = None
    if seed is not None:
        entropy, key, (pool_size, many) = (
            [int(word, 16) for word in part.split()] for part in seed.split("|")
        )
        sequence = np.random.SeedSequence(
            entropy if many else entropy[0], spawn_key=tuple(key), pool_size=pool_size
        )
    rng = np.random.Generator(_KINDS[state.partition(" ")[0]](sequence))
    move(rng, state)
    return rng


def move(rng: np.random.Generator, state: str) -> None:
    """Put ``rng`` into a state, and spawn the children that it has there.

    Raises:
        ValueError: The text is the state of another kind of generator, or of none.
    """
    kind, *words = state.split(" ")
    if kind != type(rng.bit_generator).__name__:
        raise ValueError("another kind of generator")
    numbers = [int(word[:40], 16) for word in words]
    place, stream, has_uint32, uinteger, children = numbers
    if min(numbers) < 0 or max(place, stream) >> 128 or uinteger >> 32 or has_uint32 > 1:
        raise ValueError("the state is out of range")
    rng.bit_generator.state = {
        "bit_generator": kind,
        "state": {"state": place, "inc": stream},
        "has_uint32": has_uint32,
        "uinteger": uinteger,
    }
    seed = rng.bit_generator.seed_seq
    born = children - getattr(seed, "n_children_spawned", 0)
    if not 0 <= born <= _MAX_CHILDREN:
        raise ValueError("the number of children is out of range")
    if born and isinstance(seed, np.random.SeedSequence):
        seed.spawn(born)
