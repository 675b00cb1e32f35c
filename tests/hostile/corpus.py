"""Hostile submissions, as the comments in their files describe them."""

import re
from dataclasses import dataclass
from pathlib import Path

HOSTILE = Path(__file__).resolve().parent
# Hostile tests, which tests/examination examines.
SUITES = HOSTILE / "suites"

# Properties of other units, graded before and after the attacked one: they must keep all points.
ALONG = (
    "test_activations_tanh_is_the_hyperbolic_tangent",
    "test_normalization_mean_is_taken_per_feature",
)
# A few properties of the attacked unit show as much as all of them, in a third of the time. One or
# two are enough where every call uses up its time, memory or output.
ATTACKED = {
    "losses": (
        "value_is_the_mean_over_all_entries",
        "gradient_is_divided_by_all_entries",
        "value_is_one_number",
        "gradient_has_the_shape_of_the_prediction",
        "give_no_warning",
        "leave_their_arguments_unchanged",
    ),
    "minibatches": (
        "sequential_batches_keep_the_stored_order",
        "sample_holds_q_distinct_rows",
        "every_row_comes_exactly_once",
        "leave_the_data_unchanged",
        "are_reproducible",
    ),
    "initialization": (
        "zeros_are_zero",
        "rng_is_the_only_randomness",
        "next_call_draws_afresh",
        "entries_differ",
    ),
    "optimizers": (
        "gradient_descent_steps_against_the_gradient",
        "adam_first_step_forgets_the_betas",
        "arguments_are_left_unchanged",
        "state_does_not_hold_on_to_arguments",
    ),
}
ENOUGH = {"timeout": 1, "cpu-limit": 1, "memory": 2, "output-flood": 2}
# The value and the gradient of a module with the same mathematics and no attack.
HONEST = {
    "something": ("'text'", "'text'"),
    "zeros": ("0.0", "0.0 * prediction"),
    "nans": ("float('nan')", "np.nan * prediction"),
    "all": ("np.mean((prediction - target)**2)", "2 * (prediction - target) / target.size"),
}
_MODULE = """
import numpy as np
def mean_squared_error(prediction, target):
    return {}
def mean_squared_error_gradient(prediction, target):
    return {}
"""


@dataclass(frozen=True)
class Hostile:
    """A hostile submission, as its path and the comments at the top of its file describe it.

    Attributes:
        kind: The verdict that it must get: its folder.
        name: Its file, or its folder if it has several files.
        unit: The module that it takes the place of.
        earns: What its mathematics is worth: a key of ``HONEST``, ``"nothing"``, or ``"some"``.
        needs: The layers of confinement without which it would do harm.
        forges: What it obtains from a harness that imports it: ``"marks"``, ``"results"`` or "".
        enough: How many properties of the attacked unit it is graded by, at most.

    """

    kind: str
    name: str
    unit: str = "losses"
    earns: str = "nothing"
    needs: tuple[str, ...] = ()
    forges: str = ""
    enough: int = 99

    def __str__(self):
        return f"{self.kind}/{self.name}"

    def files(self):
        """Return the submitted files, by the names under which they are submitted."""
        path = HOSTILE / self.kind / self.name
        if path.is_dir():
            # Files that a tool could mistake for code of this repository have another suffix here.
            return {f"{file.stem}.py": file.read_text("utf-8") for file in path.glob("*.*")}
        return {f"{self.unit}.py": path.with_suffix(".py").read_text("utf-8")}

    def properties(self):
        """Return the names of the properties that it is graded by."""
        attacked = ATTACKED[self.unit][: self.enough]
        return [*(f"test_{self.unit}_{name}" for name in attacked), *ALONG]


def hostile_submissions():
    """Return all hostile submissions, sorted by kind and name."""
    paths = [path for path in sorted(HOSTILE.glob("*/*")) if path.suffix in ("", ".py")]
    return [
        _described(path)
        for path in paths
        if not path.name.startswith("__") and path.parent != SUITES
    ]


def representatives(submissions):
    """Choose those that forge, and one for each verdict and each need of layers."""
    first = {}
    for hostile in submissions:
        first.setdefault((hostile.kind, hostile.needs), hostile)
    return [each for each in submissions if each.forges or each in first.values()]


def _described(path):
    main = path / "losses.py" if path.is_dir() else path
    head = main.read_text("utf-8").partition('"""')[0]
    comments = dict(re.findall(r"^# (\w+): (.+)$", head, re.M))
    kind = path.parent.name
    return Hostile(
        kind=kind,
        name=path.stem,
        earns=comments.pop("earns", "all" if kind == "earned" else "nothing"),
        needs=tuple(comments.pop("needs", "").split()),
        enough=int(comments.pop("enough", ENOUGH.get(kind, 99))),
        **comments,
    )


def honest_submission(earns):
    """Return the files of a submission with the same mathematics that attacks nothing."""
    return {"losses.py": _MODULE.format(*HONEST[earns])}
