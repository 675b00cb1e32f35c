"""Cases are given again unchanged, and copied only as far as a property could change them."""

from dataclasses import dataclass
from types import SimpleNamespace

import numpy as np
import pytest

from backproof.suite.cases import frozen_case, own_copy


@dataclass(frozen=True)
class Drawn:
    """A case of a property, as the strategies make them."""

    X: np.ndarray
    names: tuple


def test_the_arrays_of_a_frozen_case_cannot_be_written_into():
    """A property that changes its case must not change it for the next submission."""
    X = np.ones(3)
    case = frozen_case({"drawn": Drawn(X, ("tanh",)), "submission": object()})
    with pytest.raises(ValueError, match="read-only"):
        case["drawn"].X[0] = 2.0
    X[0] = 5.0
    assert case["drawn"].X[0] == 1.0


def test_provided_fixtures_are_not_copied():
    """The submission under test is one object for all cases."""
    submission = object()
    assert frozen_case({"submission": submission})["submission"] is submission


def test_an_unchangeable_case_is_shared_by_all_runs():
    """Copying takes longer than many a property, and there is nothing to protect."""
    case = frozen_case({"drawn": Drawn(np.ones(3), ("tanh",)), "rate": 0.1})
    assert own_copy(case)["drawn"] is case["drawn"]


def test_what_a_property_could_change_is_its_own():
    """A list that one run appends to must not be longer in the next run; arrays stay shared."""
    case = frozen_case({"arrays": [np.ones(3)], "state": SimpleNamespace(t=0)})
    copied = own_copy(case)
    copied["arrays"].append(1)
    copied["state"].t = 1
    assert len(case["arrays"]) == 1
    assert case["state"].t == 0
    assert copied["arrays"][0] is case["arrays"][0]
