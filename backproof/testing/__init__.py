"""The public interface for authors of assignments.

The files of an assignment import nothing else of Backproof, so the engine can change without them.
This module has what most of them need:

- ``misconception``, ``spelling`` and ``variant`` mark the functions in ``misconceptions/``;
- ``core`` and ``edge`` mark a property as what its functions are for, or as a special case of it;
- ``Demo`` and ``claim`` are for the files in ``demos/``;
- the assertions and ``TOLERANCE`` compare a result with the right one: ``assert_close`` and others
  arrays, those of ``values`` integers, strings, lists, dicts, sets and errors;
- ``as_array``, ``as_float``, ``unpack`` and ``drain`` convert a result into something that is safe
  to compute with;
- ``Mismatch`` (with ``WrongValue``), ``NotStarted`` and ``SubmissionEnded`` are the exceptions that
  end a property.

The submodules are imported by name, because they load scipy or Hypothesis:

- ``strategies``: Hypothesis strategies for arrays and seeds;
- ``differences``: gradients by differences, with bounds on their errors;
- ``statistics``: assertions about random values, with bounded false alarms;
- ``bands``: the bounds behind them, and bounds on means and frequencies;
- ``generators``: control over numpy's global random generator;
- ``style``: the look of figures.
"""

from backproof.assignment.demos import Demo, claim
from backproof.assignment.misconceptions import misconception, spelling, variant
from backproof.submission.iterables import drain
from backproof.submission.messages import Mismatch, NotStarted, SubmissionEnded, WrongValue
from backproof.suite.role import core, edge
from backproof.testing.assertions import (
    TOLERANCE,
    assert_bounded,
    assert_close,
    assert_dtype,
    assert_equal,
    assert_float64,
    assert_one_of,
    assert_slope,
    assert_that,
)
from backproof.testing.calls import assert_no_warning, assert_raises, assert_unchanged
from backproof.testing.conversions import as_array, as_float, unpack
from backproof.testing.values import (
    assert_dict,
    assert_integer,
    assert_list,
    assert_number,
    assert_set,
    assert_text,
    assert_value,
)

__all__ = [
    "TOLERANCE",
    "Demo",
    "Mismatch",
    "NotStarted",
    "SubmissionEnded",
    "WrongValue",
    "as_array",
    "as_float",
    "assert_bounded",
    "assert_close",
    "assert_dict",
    "assert_dtype",
    "assert_equal",
    "assert_float64",
    "assert_integer",
    "assert_list",
    "assert_no_warning",
    "assert_number",
    "assert_one_of",
    "assert_raises",
    "assert_set",
    "assert_slope",
    "assert_text",
    "assert_that",
    "assert_unchanged",
    "assert_value",
    "claim",
    "core",
    "drain",
    "edge",
    "misconception",
    "spelling",
    "unpack",
    "variant",
]
