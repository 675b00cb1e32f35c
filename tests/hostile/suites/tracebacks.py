# forges: yes
"""An exception of the code under test has the name of the function that raised it."""

import numpy as np


def test_names_in_exceptions(submission):
    submission.first.half_square(np.ones(2))
    texts = []
    try:
        submission.first.half_square(1, 2, 3)
    except BaseException as error:
        while error is not None:
            texts.append(str(error))
            error = error.__cause__ or error.__context__
    text = " ".join(texts)
    assert "half_square_without" not in text
    assert "half_square_of" not in text
