"""Small pieces that several modules share."""


def named(activation, count):
    """The activation of each of `count` layers: the last one is the identity."""
    yield from (activation for _ in range(count - 1))
    yield "identity"


def slices(m, q):
    """The slices of length q (the last may be shorter) that cover range(m)."""
    yield from (slice(start, min(start + q, m)) for start in range(0, m, q))


def frozen(array):
    """The same array with its write flag down."""
    array.flags.writeable = False
    return array
