"""Tables whose rows can be told apart, so that it shows where each of them went."""

from dataclasses import dataclass

import numpy as np
from hypothesis import strategies as st

# In no order, so that sorted rows are not the stored ones.
_CODES = (3.0, 1.0, 4.0, 0.0, 6.0, 2.0, 5.0)


@dataclass(frozen=True, eq=False)
class Table:
    """Inputs X (m, n_x) and targets Y (m, n_y); no two rows of X are equal, nor two of Y."""

    X: np.ndarray
    Y: np.ndarray


def coded_table(m, n_x, n_y):
    """Build a table with a code of its row in every entry of X, and a function of it in Y."""
    code = np.array([_CODES[r % 7] + 7 * (r // 7) for r in range(m)])[:, None]
    # Halves and quarters: no integer holds them.
    return Table(code + 0.5 + np.arange(n_x) / 4, -(code**2) - 0.5 - np.arange(n_y) / 4)


def tables():
    """Tables of few rows; three of them show full, partial and oversized batches already."""
    widths = st.sampled_from([1, 2, 3])
    return st.builds(coded_table, st.sampled_from([3, 4, 5, 6, 2, 1]), widths, widths)
