# forges: yes
"""The docstring of a mistake says what is wrong."""

import gc
import inspect
import types

import numpy as np


def touch(submission):
    """Call what has mistakes, as a test without a call is not run on any."""
    submission.first.half_square(np.ones(2))


def test_sources(submission):
    touch(submission)
    for each in gc.get_referents(submission, *gc.get_referents(submission)):
        for one in [each, *gc.get_referents(each)]:
            for function in [
                one,
                *(gc.get_referents(one) if isinstance(one, dict | list | tuple) else []),
            ]:
                if isinstance(function, types.FunctionType | types.ModuleType):
                    text = inspect.getdoc(function) or ""
                    assert "You " not in text
                    for held in vars(function).values():
                        assert "You " not in str(getattr(held, "__doc__", ""))
