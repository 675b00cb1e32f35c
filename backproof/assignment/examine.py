"""How students' tests are examined: the table ``[tool.backproof.examine]``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Literal

from msgspec import Meta, Struct

_Name = Annotated[str, Meta(min_length=1)]
_Points = Annotated[float, Meta(ge=0)]
_Seconds = Annotated[float, Meta(gt=0)]
_Count = Annotated[int, Meta(ge=1)]

# Tests may import these names of ``backproof.testing``, and these of its modules.
HELPERS = (
    "Mismatch",
    "NotStarted",
    "SubmissionEnded",
    "TOLERANCE",
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
    "core",
    "drain",
    "edge",
    "unpack",
    "bands",
    "differences",
    "generators",
    "statistics",
    "strategies",
)


class Examine(Struct, frozen=True, forbid_unknown_fields=True):
    """How students' tests are examined.

    Attributes:
        functions: The functions that students are asked to test, as ``"unit.name"``; a unit stands
            for all of its functions. Empty: all functions with misconceptions.
        validity: Points for tests that accept every right implementation.
        thoroughness: Points for tests that reject the wrong ones.
        weigh_by: What counts as one mistake: ``"concept"``, all mistakes of a function that the
            same properties notice, or each ``"mistake"`` by itself.
        tell: What is told of mistakes that are not caught: their ``"count"``, the ``"concept"``,
            or the ``"name"`` with the sentence that explains it.
        concepts: Names of concepts, by the properties that notice them; by default a concept is
            called by the name of the property.
        cases: The most cases that Hypothesis draws for a test.
        seconds_per_test: Time for one run of one test.
        seconds: Time for all runs of a student's tests.
        helpers: What tests may import of ``backproof.testing``: names, or names of its modules.
    """

    functions: tuple[_Name, ...] = ()
    validity: _Points = 4.0
    thoroughness: _Points = 6.0
    weigh_by: Literal["concept", "mistake"] = "concept"
    tell: Literal["count", "concept", "name"] = "concept"
    concepts: Mapping[str, _Name] = {}
    cases: _Count = 30
    seconds_per_test: _Seconds = 10.0
    seconds: _Seconds = 600.0
    helpers: tuple[_Name, ...] = HELPERS
