"""Tables are lists of rows, rows are lists of floats."""

import numpy as np


def array(values):
    return np.asarray(values, dtype=float)


def plain(values):
    """Nested lists of Python floats (a bare float for a 0-d array)."""
    return array(values).tolist()


def columns(table):
    """The columns of a table, each as a tuple."""
    return list(zip(*table, strict=True))


def with_width(table, width):
    """The table as an array that keeps its width when it has no rows."""
    return np.reshape(table, (len(table), width))
