"""Examples for the report formats: grades, results, hostile texts and schemas."""

import json
from pathlib import Path

from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from backproof.grades.outcomes import (
    BLOCKED,
    FAILED,
    NOT_GRADED,
    NOT_STARTED,
    PASSED,
    STATUSES,
    FunctionCredit,
    Grade,
    Outcome,
)
from backproof.grades.results import Result, Student

TITLE = "Optimizing neural networks"

# A text of a student that attacks each format.
HOSTILE = (
    "<script>alert(1)</script></pre></details><!-- & ]]> {{x}} `a` ```` ~~~\n"
    "=1+1 | [link](http://x.example) ![image](http://x.example) www.x.example\n"
    "```\n# heading\n</td>\x1b[31mred\x1b[0m\x00\x07\u202e\r\n::error::x\n"
)

_GRADED_WITH = {
    "backproof": "0.1.0",
    "assignment": "0123456789ab",
    "profile": "grade",
    "seed": 0,
    "confinement": {"level": "strict", "layers": {}, "open": []},
    "notes": ["layers.py was read as Latin-1"],
}


def outcome(number=1, unit="layers", status=FAILED, points=None, max_points=2.0, **changes):
    """Return an outcome; by default it has all its points if it passed, and none otherwise."""
    fields = {
        "property": f"test_{unit}_{number}",
        "unit": unit,
        "functions": (f"{unit}.f",),
        "status": status,
        "kind": "wrong" if status in (FAILED, BLOCKED) else "",
        "points": (max_points if status == PASSED else 0.0) if points is None else points,
        "max_points": max_points,
        "sentence": f"Rule {number} of {unit} holds.",
        "message": "" if status == PASSED else "returned: h = 1\nrequired: h = 0",
        "case": "import numpy as np\nr1 = layers.f(np.array(-1.0))" if status == FAILED else None,
        "diagnosis": "You forgot the sign." if status == FAILED else None,
        "seconds": 0.25,
    }
    return Outcome(**{**fields, **changes})


def grade(*outcomes, **graded_with):
    """Return a grade of some outcomes, by default of one of each status but *not graded*."""
    if not outcomes:
        outcomes = (
            outcome(1, "activations", PASSED),
            outcome(2, "activations", FAILED, points=0.5),
            outcome(3, "layers", BLOCKED),
            outcome(4, "layers", NOT_STARTED),
            outcome(5, "layers", PASSED, max_points=1 / 3),
        )
    graded_with = {**_GRADED_WITH, **graded_with}
    return Grade("somebody", tuple(outcomes), graded_with, functions_of(outcomes))


def functions_of(outcomes):
    """Return the credit of one function for each unit, to which all of its points belong."""
    units = {}
    for each in outcomes:
        units.setdefault(each.unit, []).append(each)
    return tuple(
        FunctionCredit(
            function=f"{unit}.f",
            unit=unit,
            points=sum(each.points for each in own),
            max_points=sum(each.max_points for each in own),
            core_passed=sum(each.status == PASSED for each in own),
            core_total=len(own),
            edges_passed=0,
            edges_total=0,
            complete=all(each.status != NOT_GRADED for each in own),
        )
        for unit, own in units.items()
    )


def incomplete():
    """Return a grade of two units, one of which has an outcome *not graded*."""
    return grade(
        outcome(1, "activations", PASSED),
        outcome(2, "layers", PASSED),
        outcome(3, "layers", NOT_GRADED, points=0.5),  # some of its parameters passed
    )


def hostile():
    """Return a grade in which every text of the student is hostile."""
    texts = {"message": HOSTILE, "case": HOSTILE}
    return grade(outcome(1, **texts), outcome(2, status=BLOCKED, **texts), notes=[HOSTILE])


def result(name="ada", of=None, *, students=None, **fields):
    """Return a result; ``of`` is its grade, and without a grade it has a problem."""
    if students is None:
        students = (Student(name, name.title(), f"{name}@example.org"),)
    told = {"number": 1, "fingerprint": "0", "seconds": 1.5, **fields}
    told.setdefault("problem", "" if of else "the archive is damaged")
    return Result(name, students, grade=of, **told)


def texts(max_size=60):
    """Draw texts of all characters that a text may contain, or the hostile one."""
    anything = st.characters(exclude_categories=["Cs"])
    return st.one_of(st.text(anything, max_size=max_size), st.just(HOSTILE))


@st.composite
def outcomes(draw):
    """Draw outcomes of any status, with matching points."""
    status = draw(st.sampled_from(STATUSES))
    most = draw(st.floats(0, 20))
    share = 1.0 if status == PASSED else draw(st.floats(0, 1))
    return outcome(
        number=draw(st.integers(1, 9)),
        unit=draw(st.sampled_from(["activations", "layers", "stages"])),
        status=status,
        points=most * share,
        max_points=most,
        sentence=draw(texts()),
        message=draw(texts()),
        case=draw(st.none() | texts()),
        diagnosis=draw(st.none() | texts()),
    )


def grades():
    """Draw grades of a few outcomes, with notes."""
    some = st.lists(outcomes(), min_size=1, max_size=6)
    notes = st.lists(texts(), max_size=2)
    return st.builds(lambda found, said: grade(*found, notes=said), some, notes)


def students():
    """Draw students with any names and addresses, and with an ID."""
    return st.builds(Student, id=texts(20).filter(str.strip), name=texts(20), email=texts(20))


def results():
    """Draw results with or without a grade, of one student or a group."""
    return st.builds(
        lambda of, members, name: result(name, of, students=tuple(members)),
        st.none() | grades(),
        st.lists(students(), min_size=1, max_size=3),
        texts(20),
    )


def require_valid(document, schema):
    """Require that a document follows one of the schemas beside this file."""
    path = Path(__file__).parents[1] / "schemas" / f"{schema}.json"
    Draft202012Validator(json.loads(path.read_text(encoding="utf-8"))).validate(document)
