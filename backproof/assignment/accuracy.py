"""The accuracy and the dtype that an assignment asks for, which its assertions use."""

from __future__ import annotations

from dataclasses import dataclass

# Far above the rounding error of float64 in short sums, and far below the effect of any mistake.
DEFAULT_TOLERANCE = 1e-9


@dataclass
class Accuracy:
    """The accuracy that assertions require unless a property states its own.

    Attributes:
        tolerance: The accuracy of numbers, absolute or relative, whichever is looser.
        dtype: The dtype of arrays, as numpy names it.

    """

    tolerance: float = DEFAULT_TOLERANCE
    dtype: str = "float64"


# Of the assignment whose properties run in this process.
current = Accuracy()


def use(tolerance: float, dtype: str) -> None:
    """Set what the assertions require from now on."""
    current.tolerance, current.dtype = tolerance, dtype
