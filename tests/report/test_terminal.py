"""A grade on the terminal: one cause whole, a line for each other one, and not too many lines."""

import io

import pytest
from rich.cells import chop_cells
from rich.console import Console

from backproof.assignment.config import load_assignment
from backproof.assignment.misconceptions import load_misconceptions
from backproof.confined.level import IN_PROCESS
from backproof.diagnosis.diagnostician import Diagnostician
from backproof.failure_kinds import MISSING
from backproof.grades.outcomes import BLOCKED, FAILED, NOT_STARTED, PASSED
from backproof.grading.grade import grade_records, run_properties
from backproof.report.terminal.grade import print_grade
from backproof.submission.local import LocalSubmission
from backproof.suite.collect import with_suite
from tests.conftest import ROOT
from tests.support.report_examples import TITLE, grade, outcome

WIDTH = 80
MOST_LINES, MOST_LINES_OF_THREE = 25, 40
F, G = ("layers.f",), ("layers.g",)
CASE = "\n".join(f"x{number} = {number}" for number in range(30))


def printed(made, **options):
    """Return the lines that a terminal of 80 columns shows."""
    text = io.StringIO()
    print_grade(Console(file=text, width=WIDTH), made, TITLE, **options)
    lines = text.getvalue().splitlines()
    # Combining characters take no column, so the cells are counted.
    return [part for line in lines for part in chop_cells(line, WIDTH) or [""]]


def failure(number, blamed=F, **changes):
    """Return a failure that is about a function."""
    return outcome(number, status=FAILED, blamed=blamed, **changes)


MISTAKES = [
    failure(1),
    failure(2, case=CASE),
    failure(3, G, diagnosis="You forgot the sign of g."),
    outcome(4, "network", BLOCKED, blamed=("network.n",), blocked_by=F),
    outcome(5, "losses", PASSED),
]


def test_the_cause_to_fix_first_is_whole():
    """Rule, returned, required and the mistake come before the case, then what else it breaks."""
    lines = [line.strip() for line in printed(grade(*MISTAKES))]
    cause = lines[lines.index("✗ f in layers  test_layers_1") :]
    assert cause[1:5] == [
        "Rule 1 of layers holds.",
        "returned: h = 1",
        "required: h = 0",
        "You forgot the sign.",
    ]
    assert cause[5] == "smallest case:"
    assert "It also breaks 1 rule of layers, 1 of network." in cause
    assert "✗ g in layers: You forgot the sign of g." in cause
    assert "Rule 3" not in "".join(lines)


def test_the_last_line_repeats_the_next_step_and_names_options():
    """The beginning has scrolled away when a student reads the end."""
    last = " ".join(printed(grade(*MISTAKES))[-2:])
    assert last.startswith("Next, fix f in layers.")
    assert all(option in last for option in ("--case", "--pdb", "--watch", "--all"))
    lacks = failure(1, kind=MISSING, message="layers.py has no `f`", case=None)
    assert "--case" not in "".join(printed(grade(lacks)))
    assert printed(grade(outcome(1, status=PASSED)))[-1].startswith("Nothing is left to do")


def test_all_failures_are_printed_on_request():
    """The list is for those who want it."""
    text = "\n".join(printed(grade(*MISTAKES), everything=True))
    assert all(f"Rule {number} of" in text for number in (1, 2, 3, 4))
    assert CASE in text
    assert "--all" not in text


def test_a_missing_function_says_only_that():
    """Its rules have not been tried, so they say nothing."""
    lacks = [failure(n, kind=MISSING, message="layers.py has no `f`", case=None) for n in (1, 2)]
    lines = printed(grade(*lacks, outcome(3, status=NOT_STARTED, message="g is not started")))
    assert "✗ layers.py has no `f`" in [line.strip() for line in lines]
    assert "Rule" not in "".join(lines)
    assert "· 1 not started in layers" in [line.strip() for line in lines]


def test_a_long_case_is_cut_but_for_its_last_lines():
    """The last call and the line that prints what is wrong."""
    words = "the sum over all rows of the batch of what each of them contributes "
    long = failure(1, case=CASE, sentence=words * 3, diagnosis=words * 2)
    lines = printed(grade(long, *(outcome(n, status=BLOCKED, blocked_by=F) for n in range(2, 9))))
    assert len(lines) <= MOST_LINES
    assert "x0 = 0" in lines
    assert {"x28 = 28", "x29 = 29"} <= {*lines}
    assert "x27 = 27" not in lines
    assert any(line.startswith("# … ") for line in lines)


def test_the_case_is_whole_where_there_is_space():
    """With several causes the screen is longer."""
    short = "\n".join(CASE.splitlines()[:18])
    assert short in "\n".join(printed(grade(failure(1, case=short), failure(2, G))))


def test_many_causes_do_not_fill_the_screen():
    """Nobody repairs twenty things at once."""
    many = [failure(n, (f"layers.f{n}",), sentence="long " * 40, case=CASE) for n in range(30)]
    assert len(printed(grade(*many))) <= MOST_LINES_OF_THREE


def lines_of(mistakes, *, everything=False):
    """Return the number of lines that ``check`` prints about the reference with some mistakes.

    Only the properties that the mistakes name are run, unless everything in their units is.
    """
    assignment = load_assignment(ROOT)

    def work(suite):
        replaced = {wrong.target: wrong.function for wrong in mistakes}
        submission = LocalSubmission(assignment.reference, assignment.units, replaced)
        claims = [name for wrong in mistakes for name in wrong.caught_by]
        names, diagnostician = None if everything else claims, Diagnostician(assignment)
        records = run_properties(suite, submission, names, diagnostician=diagnostician)
        submission.close()
        return grade_records(suite, "mine", records, IN_PROCESS, [])

    made = with_suite(assignment, work, profile="quick", units={w.unit for w in mistakes})
    assert made.count(PASSED) < len(made.outcomes)
    return len(printed(made))


def mistakes_of(unit):
    """List the mistakes of a unit."""
    return [wrong for wrong in load_misconceptions(load_assignment(ROOT)) if wrong.unit == unit]


@pytest.mark.parametrize("unit", ["layers", "minibatches", "optimizers"])
def test_one_mistake_fits_on_a_screen(unit):
    """A student reads one card, and need not scroll."""
    assert lines_of(mistakes_of(unit)[:1]) <= MOST_LINES


@pytest.mark.long
@pytest.mark.exhaustive
@pytest.mark.parametrize("unit", load_assignment(ROOT).units)
def test_many_a_mistake_fits_on_a_screen(unit):
    """As above, for every eightieth mistake, with all rules that it breaks."""
    mistakes = mistakes_of(unit)[20::80]
    assert [w.full_name for w in mistakes if lines_of([w], everything=True) > MOST_LINES] == []


def test_three_mistakes_fit_on_two():
    """A line for each further cause is enough until it is its turn."""
    mistakes = [mistakes_of(unit)[0] for unit in ("activations", "layers", "losses")]
    assert lines_of(mistakes) <= MOST_LINES_OF_THREE
