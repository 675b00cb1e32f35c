"""Examination of tests that students hand in, end to end and confined."""

import pytest

from backproof.errors import UserError
from backproof.examination import verdicts as judging
from backproof.examination.implementations import Implementations, RightImplementation
from backproof.examination.jobs import FULL, Job, JobResult, Run
from backproof.examination.lines import cards, head, problems
from backproof.examination.results import FLAKY, TOO_STRICT, VALID, WITHOUT_CODE, Examination
from backproof.examination.suite import StudentTest, read_suite
from backproof.examination.test_worker import ACCEPTED, REJECTED, Outcome
from backproof.examination.verdicts import Evidence
from backproof.intake.reader import SubmittedFiles

GOOD = """
import numpy as np
from hypothesis import given, strategies as st
from hypothesis.extra.numpy import arrays
from backproof.testing import as_array

vectors = arrays(np.float64, 4, elements=st.floats(-9, 9))


@given(vectors)
def test_half_square_is_the_oracle(submission, x):
    assert abs(float(submission.first.half_square(x)) - 0.5 * float(x @ x)) < 1e-6


@given(vectors)
def test_gradient_is_x(submission, x):
    gradient = as_array(submission.first.half_square_gradient(x), "the gradient")
    assert np.allclose(gradient, x)


@given(vectors, st.floats(-3, 3), st.floats(1, 3))
def test_decode_undoes_encode(submission, x, shift, scale):
    y = submission.first.encode(x, shift, scale)
    assert np.allclose(submission.first.decode(y, shift, scale), x)


def test_noise_has_its_spread(submission):
    drawn = submission.first.noise(4000, 0.25, np.random.default_rng(3))
    assert 0.2 < np.std(drawn) < 0.3
"""
ODD = """
import os
import numpy as np
from hypothesis import given, strategies as st
from hypothesis.extra.numpy import arrays

vectors = arrays(np.float64, 3, elements=st.floats(-9, 9))


@given(vectors)
def test_gradient_is_an_array(submission, x):
    gradient = submission.first.half_square_gradient(x)
    assert isinstance(gradient, np.ndarray)


def test_by_chance(submission):
    submission.first.half_square(np.ones(2))
    assert os.urandom(1)[0] < 128


def test_true(submission):
    assert True


@given(vectors)
def test_of_the_shape(submission, x):
    assert np.shape(submission.first.encode(x, 0.0, 1.0)) == (3,)


def test_without_code():
    assert 1 + 1 == 2


@given(vectors)
def test_half_square_is_the_oracle(submission, x):
    assert abs(submission.first.half_square(x) - 0.5 * float(x @ x)) < 1e-6


@given(vectors)
def test_half_square_again(submission, x):
    assert abs(submission.first.half_square(x) - 0.5 * float(sum(x**2))) < 1e-6
"""
BROKEN = {
    "test_syntax.py": "def test_one(submission)\n    pass\n",
    "test_unknown.py": "from backproof.testing import spelling\ndef test_two(submission): ...\n",
    "test_nothing.py": "x = 1\n",
    "test_fixture.py": "def test_three(submission, nobody): ...\n",
}


@pytest.fixture(scope="module")
def examined(examiner, tmp_path_factory):
    """Return the examination of a suite that is given as the texts of its files."""

    def examine(**files):
        folder = tmp_path_factory.mktemp("suite")
        for name, text in files.items():
            (folder / f"{name}.py").write_text(text)
        return examiner.examine(read_suite(folder))

    return examine


@pytest.fixture(scope="module")
def odd(examined):
    """The examination of tests that each have one fault."""
    return examined(test_odd=ODD)


def verdicts(examination):
    """Return the verdicts by the names of the tests."""
    return {test.name: test for test in examination.tests}


def test_good_tests_earn_all_points(examined):
    """Tests that accept what the contract allows and reject each mistake are perfect."""
    examination = examined(test_good=GOOD)
    assert {test.status for test in examination.tests} == {VALID}
    assert [each.share for each in examination.functions] == [1.0] * 4
    assert examination.is_perfect
    assert Examination.from_json(examination.to_json()) == examination


def test_a_test_that_rejects_right_code_is_too_strict(odd):
    """The report says which input, and what the contract allows."""
    verdict = verdicts(odd)["test_gradient_is_an_array"]
    assert verdict.status == TOO_STRICT
    assert verdict.rejection.implementation == "lists"
    assert verdict.rejection.allowed == "The gradient may be a list."
    assert "x=array([0., 0., 0.])" in verdict.rejection.case
    assert verdict.caught == 0


def test_a_test_that_changes_its_mind_is_flaky(odd):
    """It accepts and rejects one implementation, with both seeds and the rate."""
    verdict = verdicts(odd)["test_by_chance"]
    assert verdict.status == FLAKY
    assert 0 < verdict.rejected < verdict.runs
    assert len(verdict.seeds) == 2


def test_a_test_that_says_nothing_catches_nothing(odd):
    """A student is told which trivial function would pass."""
    found = verdicts(odd)
    assert found["test_true"].status == VALID
    assert found["test_true"].caught == 0
    assert found["test_of_the_shape"].passes_on == (
        "encode returned x",
        "encode returned zeros",
    )


def test_a_test_without_the_fixture_counts_for_nothing(odd):
    """It cannot say anything about the code."""
    assert verdicts(odd)["test_without_code"].status == WITHOUT_CODE
    assert any("does not take the fixture `submission`" in line for line in odd.problems)


def test_a_test_that_repeats_another_is_pointed_out(odd):
    """Two tests that catch the same mistakes are one."""
    found = verdicts(odd)
    assert found["test_half_square_again"].repeats == "test_half_square_is_the_oracle"
    assert found["test_half_square_is_the_oracle"].repeats == ""


def test_thoroughness_counts_each_function(odd):
    """Only valid tests count, and a missed mistake is named as a concept."""
    shares = {each.function: each.share for each in odd.functions}
    assert shares["first.half_square"] == 1.0
    assert shares["first.decode"] == 0.0
    told = odd.for_student().functions[-1].missed[0]
    assert told.concept == "noise has the given spread"
    assert told.names == ("",)


def test_files_that_cannot_be_used_are_one_line_each(examined):
    """Bad input loses nothing: the good test is examined all the same."""
    good = GOOD.replace("test_half", "test_good_half")
    broken = {name.removesuffix(".py"): text for name, text in BROKEN.items()}
    examination = examined(test_good=good, **broken)
    assert examination.functions[0].share == 1.0
    lines = problems(examination)
    assert [sum(name in line for line in lines) for name in BROKEN] == [1, 1, 1, 1]
    assert all("\n" not in line for line in lines)
    assert "test_fixture.py: test_three takes `nobody`, which is no fixture" in " ".join(lines)


def test_the_report_has_a_card_for_what_is_to_be_changed(odd):
    """The points come first, then each test that is not good, then each function."""
    assert head(odd)[0].startswith("valid: 4 of 7 tests")
    headings = [card.heading for card in cards(odd)]
    assert "test_gradient_is_an_array is too strict" in headings
    assert "test_half_square_again adds nothing" in headings
    assert headings[-1].startswith("first.noise: 0 of 1 mistake caught")


@pytest.mark.parametrize("content", [{}, {"readme.txt": "no tests"}, {"a.py": "", "b.py": ""}])
def test_a_folder_without_tests_is_refused(tmp_path, content):
    """The line says what is expected."""
    for name, text in content.items():
        (tmp_path / name).write_text(text)
    with pytest.raises(UserError, match=r"has no tests: expected files test_\*\.py"):
        read_suite(tmp_path)


def test_a_flaky_test_is_shown_with_the_code_that_it_also_accepts():
    """The message says that this code is accepted with another seed."""
    right = [RightImplementation(name, SubmittedFiles(name, {}, None, ())) for name in "abc"]
    evidence = Evidence([StudentTest("t.py", "test_t")], Implementations(right, [], []))
    for number, accepted in enumerate([(1, 1, 1), (0, 0, 0), (1, 1, 0)]):
        statuses = (ACCEPTED if each else REJECTED for each in accepted)
        runs = [Run(0, seed, Outcome(status)) for seed, status in enumerate(statuses)]
        evidence.add(Job(FULL, right=number), JobResult(tuple(runs)))
    [verdict] = judging.test_verdicts(evidence)
    assert (verdict.status, verdict.seeds) == (FLAKY, (0, 2))
    assert verdict.rejection.implementation == "c"
