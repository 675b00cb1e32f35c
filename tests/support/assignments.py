"""A tiny assignment: one unit of two functions, with three properties and four misconceptions."""

import textwrap
from pathlib import Path

_FILES = {
    "pyproject.toml": """
        [tool.backproof]
        title = "Scales"
        units = ["scales"]
        [tool.backproof.points]
        scales = 4
        """,
    "conftest.py": 'pytest_plugins = ["backproof.plugin"]\n',
    "reference/scales.py": '''
        """Scaling."""

        import numpy as np


        def scaled(x: np.ndarray, factor: float) -> np.ndarray:
            """Return x times factor."""
            return x * factor


        def halved(n: int) -> int:
            """Return n // 2."""
            return n // 2
        ''',
    "properties/__init__.py": "",
    "properties/helpers.py": '''
        """What the properties share."""

        from hypothesis import strategies as st

        # Hypothesis discards about half of them.
        even = st.integers(0, 50).filter(lambda n: n % 2 == 0)
        ''',
    "properties/test_scales.py": '''
        """Properties of scaling."""

        from hypothesis import given

        from backproof.testing import assert_close, assert_integer
        from backproof.testing.strategies import arrays
        from properties.helpers import even


        @given(x=arrays((2, 3)))
        def test_scales_doubles(submission, x):
            """The double is x + x."""
            assert_close(submission.scales.scaled(x, 2.0), x + x, "scaled")


        def test_scales_keeps_zero(submission):
            """Half of 0 is 0."""
            assert_integer(submission.scales.halved(0), 0, "half")


        @given(n=even)
        def test_scales_halves(submission, n):
            """The half of 2k is k."""
            assert_integer(submission.scales.halved(n), n // 2, "half")
        ''',
    "misconceptions/__init__.py": "",
    "misconceptions/scales.py": '''
        """Wrong variants of scaling."""

        from backproof.testing import misconception


        @misconception(of="scaled", caught_by="test_scales_doubles")
        def scaled_by_a_sum(x, factor):
            """You added the factor."""
            return x + factor


        @misconception(of="scaled", caught_by="test_scales_doubles")
        def scaled_twice(x, factor):
            """You multiplied twice."""
            return x * factor * factor


        @misconception(of="halved", caught_by="test_scales_halves")
        def halved_is_kept(n):
            """You returned n."""
            return n


        @misconception(of="halved", caught_by="test_scales_keeps_zero")
        def halved_and_one(n):
            """You added one."""
            return n // 2 + 1
        ''',
    "student_template/scales.py": '''
        """Scaling."""

        import numpy as np


        def scaled(x: np.ndarray, factor: float) -> np.ndarray:
            """Return x times factor."""
            raise NotImplementedError


        def halved(n: int) -> int:
            """Return n // 2."""
            raise NotImplementedError
        ''',
}


def written_assignment(folder: Path) -> Path:
    """Write the assignment into a folder, and return the folder."""
    for path, text in _FILES.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(textwrap.dedent(text).lstrip(), encoding="utf-8")
    return folder
