# forges: yes
"""The functions that the code under test consists of say where they come from."""

import types

import numpy as np


def functions_of(submission):
    """Return the functions of all modules that the submission holds."""
    code = vars(submission).get("_code")
    modules = getattr(code, "_modules", {}).values()
    return [
        each
        for module in modules
        for each in vars(module).values()
        if isinstance(each, types.FunctionType)
    ]


def test_modules_of_functions(submission):
    submission.first.half_square(np.ones(2))
    names = {each.__module__.partition(".")[0] for each in functions_of(submission)}
    assert "misconceptions" not in names
