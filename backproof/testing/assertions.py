"""How a property says what is wrong: returned, required, and where they first differ.

Nothing here calls a submission. A result is copied into an array of ours before it is judged.
"""

from __future__ import annotations

import numpy as np

from backproof.grades import evidence
from backproof.submission.messages import Found, Mismatch

# The contract's accuracy: absolute or relative, whichever is looser.
TOLERANCE = 1e-9
# A view of one number can have any shape; nothing that is asked for is nearly as large.
MOST_ENTRIES = 10**7


def as_array(returned, what, shape=None):
    """Copy a result into a float64 array.

    Args:
        returned: Anything that ``numpy.asarray`` takes.
        what: Its name in a message, such as ``"dW"``.
        shape: The shape that it must have, if known.

    Raises:
        Mismatch: It is no array of real numbers, or of another shape.

    """
    required = "an array of numbers" if shape is None else f"an array of shape {shape}"
    try:
        given = np.asarray(returned)
    except Exception as error:  # a student's object may raise anything on conversion
        raise Mismatch(f"{what} is {_kind(returned)}", required) from error
    if given.dtype.kind not in "fiub":
        raise Mismatch(f"{what} is {_kind(returned)}", required)
    if shape is None and given.size > MOST_ENTRIES:
        raise Mismatch(f"{what} has shape {given.shape}", "an array that fits into memory")
    if shape is not None and given.shape != shape:
        found = Found(given, f"{given.shape}, required {shape}", "np.shape({})")
        raise Mismatch(f"{what} has shape {given.shape}", f"{what} has shape {shape}", "", found)
    with np.errstate(over="ignore"):
        return np.array(given, dtype=np.float64)


def as_float(returned, what):
    """Turn a result into a float; ``Mismatch`` if ``float()`` does not take it."""
    try:
        return float(returned)
    except Exception as error:  # a student's object may raise anything on conversion
        raise Mismatch(f"{what} is {_kind(returned)}", "a number") from error


def unpack(returned, *names):
    """Split a returned tuple or list into its parts, one for each name."""
    required = f"({', '.join(names)})"
    if not isinstance(returned, tuple | list):
        raise Mismatch(_kind(returned), required)
    if len(returned) != len(names):
        raise Mismatch(f"{len(returned)} values", f"{len(names)} values: {required}")
    return tuple(returned)


def assert_close(returned, required, what, *, tolerance=TOLERANCE, rule="", path=None):
    """Every entry is within ``tolerance``, absolute or relative, of the required one.

    Args:
        returned: The submission's result.
        required: What it must be.
        what: Its name in a message.
        tolerance: A number, or an array of bounds on the absolute error of each entry.
        rule: More about what is required, for the message.
        path: What came after each of some steps, returned and required, to be drawn.

    Raises:
        Mismatch: With the first wrong entry, the shape, or the kind of the result.

    """
    required = np.asarray(required, dtype=np.float64)
    got = as_array(returned, what, required.shape)
    bound = tolerance * np.maximum(1.0, np.abs(required)) if np.isscalar(tolerance) else tolerance
    # A NaN compares false, so it is wrong; equal infinities would subtract to NaN.
    with np.errstate(invalid="ignore", over="ignore"):
        wrong = ~((got == required) | (np.abs(got - required) <= bound))
    if wrong.any():
        drawn = evidence.of_path(*path, what) if path else None
        picture = drawn or evidence.of_entries(got, required, wrong, what)
        raise _first_wrong(got, required, wrong, what, rule, picture, _printed(returned))


def assert_slope(returned, slopes, bounds, what):
    """A gradient is within a difference's own error, and the contract's, of the slope."""
    allowed = bounds + TOLERANCE * np.maximum(1.0, np.abs(slopes))
    assert_close(returned, slopes, what, tolerance=allowed)


def assert_one_of(returned, candidates, what, *, tolerance=TOLERANCE):
    """The result equals one of the named ``candidates`` throughout; return that one's name."""
    for name, required in candidates.items():
        got = as_array(returned, what, np.shape(required))
        bound = tolerance * np.maximum(1.0, np.abs(required))
        with np.errstate(invalid="ignore", over="ignore"):
            if (np.abs(got - required) <= bound).all():
                return name
    name, required = next(iter(candidates.items()))
    others = ", or ".join(candidates)
    assert_close(returned, required, what, tolerance=tolerance, rule=f"accepted: {others}")
    return name


def assert_equal(returned, required, what, rule=""):
    """The result is exactly the required value."""
    assert_close(returned, required, what, tolerance=0.0, rule=rule)


def assert_bounded(returned, low, high, what, rule="", *, of=None, by="{}"):
    """Every entry lies in [low, high]; the bounds broadcast against the result.

    Args:
        returned: The result, or a statistic of it.
        low: The least that it may be.
        high: The most that it may be.
        what: Its name in a message.
        rule: More about what is required, for the message.
        of: What the statistic is of, where it is one.
        by: How it comes from that, as an expression.

    Raises:
        Mismatch: With the first entry that is outside.

    """
    got = as_array(returned, what)
    evidence.measured(got, low, high, what)
    wrong = ~((got >= low) & (got <= high))
    if wrong.any():
        where = _position(wrong)
        edges = [np.broadcast_to(edge, got.shape)[where] for edge in (low, high)]
        required = f"between {_number(edges[0])} and {_number(edges[1])}"
        remark = f"{_number(got[where])}, required {required}"
        subject, expression = (got, f"{{}}{_subscripts(where)}") if of is None else (of, by)
        drawn = evidence.of_measured(got, low, high, what)
        found = Found(subject, remark, expression, drawn)
        raise Mismatch(f"{_entry(what, where)} = {_number(got[where])}", required, rule, found)


def assert_that(condition, returned, required, rule=""):
    """``condition`` holds; the texts say what was returned and what is required."""
    if not condition:
        raise Mismatch(returned, required, rule)


def assert_float64(returned, what, shape=None):
    """The result is, or converts to, an array of float64, of this shape if one is given."""
    as_array(returned, what, shape)
    dtype = np.asarray(returned).dtype
    if dtype != np.float64:
        found = Found(returned, f"{dtype}, required float64", "np.asarray({}).dtype")
        raise Mismatch(f"{what} has dtype {dtype}", f"{what} has dtype float64", "", found)


def assert_unchanged(call):
    """The call returned something and left every argument as it was."""
    _assert_returned(call)
    if changed := call.changed:
        number = int(changed[0].rpartition(" ")[2])
        found = Found(call.arguments[number - 1], "as it is after the call; it must stay as it was")
        returned = f"{_name(call)} changed {', '.join(changed)} in place"
        raise Mismatch(returned, "arguments left as they are", "", found)


def assert_no_warning(call):
    """The call returned something and gave no numerical warning."""
    _assert_returned(call)
    first = call.warnings[0] if call.warnings else ""
    assert_that(not first, f"{_name(call)} warned: {first}", "no numerical warning")


def _assert_returned(call):
    # Doing nothing is no way to do no harm.
    assert_that(call.result is not None, f"{_name(call)} gave {_kind(None)}", "a result")


def _name(call):
    return call.function.partition(".")[2]


def _first_wrong(got, required, wrong, what, rule, picture, printed):
    where = _position(wrong)
    label = _entry(what, where)
    returned, wanted = _number(got[where]), _number(required[where])
    count = f"  ({int(wrong.sum())} of {wrong.size} entries differ)" if wrong.size > 1 else ""
    remark = f"{returned}, required {wanted}"
    found = Found(got, remark, printed.format(f"{{}}{_subscripts(where)}"), picture)
    return Mismatch(f"{label} = {returned}{count}", f"{label} = {wanted}", rule, found)


def _printed(returned):
    # numpy prints a number of another type to as many digits as that type has.
    dtype = getattr(returned, "dtype", np.float64)
    return "{}" if dtype == np.float64 else "float({})"


def _position(wrong):
    return tuple(int(i) for i in np.argwhere(wrong)[0])


def _subscripts(where):
    return "".join(f"[{index}]" for index in where)


def _entry(what, where):
    index = f"[{', '.join(map(str, where))}]" if where else ""
    # After a name the index can follow; after words it needs one of its own.
    name = what.rstrip(",")
    return f"{name}, entry {index}" if index and " " in name else f"{name}{index}"


def _number(value):
    if np.isnan(value):
        return "NaN (not a number)"
    if np.isinf(value):
        return "infinity" if value > 0 else "-infinity"
    return f"{value:.10g}"


def _kind(value):
    return "None: is a return missing?" if value is None else f"of type {type(value).__name__}"
