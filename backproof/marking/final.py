"""The final results of a class: everyone on the roster, lateness, and decisions of staff."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from backproof.grades.outcomes import NOT_STARTED, Adjustment, FunctionCredit, Grade, Outcome
from backproof.grades.results import Result, Student
from backproof.marking.adjustments import Decision
from backproof.marking.class_list import ClassList, Enrolled, with_student
from backproof.marking.lateness import Lateness
from backproof.report.scores import number

NOTHING_HANDED_IN = "nothing handed in"


@dataclass
class FinalResults:
    """Makes final results of the results of a store.

    Attributes:
        lateness: What being late costs.
        points: The points of each unit.
        class_list: The roster; ``None`` without one.
        decisions: The decisions about each student, by id in lower case.
        unknown: The students with a result who are not on the roster; ``of`` adds them.
    """

    lateness: Lateness
    points: Mapping[str, float]
    class_list: ClassList | None = None
    decisions: Mapping[str, Sequence[Decision]] = field(default_factory=dict)
    unknown: list[str] = field(default_factory=list)

    def of(self, results: Iterable[Result]) -> Iterator[Result]:
        """Yield the final results, those of students without a submission at the end.

        The members of a group that get different points have a result each.
        """
        self.unknown = []
        seen: set[str] = set()
        for result in results:
            pairs = [self._listed(student) for student in result.students]
            seen |= {enrolled.student.id for _, enrolled in pairs if enrolled}
            finals = [self._final(result, student, enrolled) for student, enrolled in pairs]
            if (
                len(
                    {
                        (each.grade, each.problem) if each.grade is None else each.grade.adjustments
                        for each in finals
                    }
                )
                > 1
            ):
                for each in finals:
                    name = f"{result.name}-{_safe(each.students[0].id)}"
                    yield replace(each, name=name)
            else:
                students = tuple(student for student, _ in pairs)
                yield replace(finals[0] if finals else result, students=students)
        for enrolled in self.class_list.students if self.class_list else ():
            if enrolled.student.id not in seen:
                yield self._absent(enrolled)

    def score(self, points: float, max_points: float, submitted: str, student: Student) -> float:
        """Return the points of one attempt of a student after what being late costs."""
        _, enrolled = self._listed(student)
        late = self.lateness.adjustment(submitted, enrolled, points, max_points)
        return points + (late.points if late else 0.0)

    def _listed(self, student: Student) -> tuple[Student, Enrolled | None]:
        if self.class_list is None:
            return student, None
        enrolled = self.class_list.find(student)
        if enrolled is None:
            self.unknown.append(student.id)
            return student, None
        return with_student(enrolled, student), enrolled

    def _final(self, result: Result, student: Student, enrolled: Enrolled | None) -> Result:
        decisions = self._decisions_about(student, result, enrolled)
        grade = result.grade
        if grade is None and any(d.points is not None and not d.function for d in decisions):
            grade, result = self._ungraded(result), replace(result, problem="")
        grade = grade and self._adjusted(grade, result, enrolled, decisions)
        return replace(result, students=(student,), grade=grade)

    def _decisions_about(
        self, student: Student, result: Result, enrolled: Enrolled | None
    ) -> Sequence[Decision]:
        """Return the decisions under any id of a student, as another roster may have others."""
        ids = {student.id.casefold(), *(enrolled.keys if enrolled else ())}
        if len(result.students) == 1:
            ids.add(result.students[0].id.casefold())
        return [one for each in sorted(ids) for one in self.decisions.get(each, ())]

    def _ungraded(self, result: Result) -> Grade:
        """Return a grade without points, for staff to decide them."""
        outcomes = [
            Outcome("", unit, (), NOT_STARTED, "", 0.0, points, "", "", None, None, 0.0)
            for unit, points in self.points.items()
        ]
        notes = [result.problem] if result.problem else []
        return Grade(result.name, tuple(outcomes), {"notes": notes})

    def _adjusted(
        self,
        grade: Grade,
        result: Result,
        enrolled: Enrolled | None,
        decisions: Sequence[Decision],
    ) -> Grade:
        functions, adjustments = list(grade.functions), list(grade.adjustments)
        for decision in decisions:
            if decision.function:
                functions, of_function = _of_function(functions, decision)
                adjustments += of_function
        grade = replace(grade, functions=tuple(functions), adjustments=tuple(adjustments))
        late = self.lateness.adjustment(result.submitted, enrolled, grade.score, grade.max_score)
        if late:
            grade = replace(grade, adjustments=(*grade.adjustments, late))
        for decision in decisions:
            if not decision.function:
                change = 0.0 if decision.points is None else decision.points - grade.score
                what = "" if decision.points is None else f" in total {number(decision.points)}"
                added = Adjustment(f"{_by(decision)}{what}: {decision.comment}", round(change, 6))
                grade = replace(grade, adjustments=(*grade.adjustments, added))
        return grade

    def _absent(self, enrolled: Enrolled) -> Result:
        student = enrolled.student
        name = " ".join(filter(None, (student.name, student.id)))
        absent = Result(name, (student,), 0, "", None, NOTHING_HANDED_IN)
        return self._final(absent, student, enrolled)


def _of_function(
    functions: list[FunctionCredit], decision: Decision
) -> tuple[list[FunctionCredit], list[Adjustment]]:
    """Return the functions with the points of a decision, and the line that says so."""
    changed, added = [], []
    for credit in functions:
        if credit.function == decision.function:
            points = credit.points if decision.points is None else decision.points
            change = round(points - credit.points, 6)
            what = f"{credit.function} {number(credit.points)} → {number(points)}"
            text = f"{_by(decision)} {what}: {decision.comment}"
            added.append(Adjustment(text, change, credit.function))
            credit = replace(credit, points=points)
        changed.append(credit)
    return changed, added


def _by(decision: Decision) -> str:
    day = decision.when[:10]
    return " ".join(filter(None, ("decided", f"by {decision.who}" if decision.who else "", day)))


def _safe(text: str) -> str:
    return "".join(c if c.isalnum() or c in "-_." else "_" for c in text).lstrip(".")[:60]
