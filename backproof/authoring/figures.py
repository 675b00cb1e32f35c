"""Measure demos on the reference and on a submission, and draw both in one figure."""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, field, replace
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import numpy as np

from backproof.assignment.config import Assignment
from backproof.assignment.demos import Demonstration, load_demo, load_style
from backproof.atomic_write import write_atomically
from backproof.confined.level import NONE
from backproof.errors import UserError
from backproof.grading.grade import open_submission
from backproof.intake.reader import SubmittedFiles
from backproof.submission.base import Submission
from backproof.submission.local import LocalSubmission
from backproof.submission.messages import (
    Mismatch,
    NotStarted,
    SubmissionEnded,
    SubmissionRaised,
    SubmissionUnavailable,
)

REFERENCE, YOURS = "reference", "your code"


@dataclass(frozen=True)
class DrawRequest:
    """What is to be drawn, and where to.

    Attributes:
        assignment: Whose demos.
        out: The folder of the figures.
        intake: The submission to draw beside the reference, if any.
        confinement: How it is confined.
        seed: Of all that is random.
        suffix: ``png`` or ``svg``.
        animate: Whether to write a GIF too, of what moves.

    """

    assignment: Assignment
    out: Path
    intake: SubmittedFiles | None = None
    confinement: str = NONE
    seed: int = 0
    suffix: str = "png"
    animate: bool = False


@dataclass(frozen=True)
class MeasuredSide:
    """What came of a demo on one implementation.

    Attributes:
        who: ``"reference"`` or ``"your code"``.
        numbers: What was measured, by name; empty if it could not be.
        problem: Why the claim does not hold, or why nothing was measured; empty if it holds.
        measured: The measurement; ``None`` if there is none, or it is not needed any more.
        drawn: Whether it is in the figure.

    """

    who: str
    numbers: Mapping[str, float] = field(default_factory=dict)
    problem: str = ""
    measured: Any = None
    drawn: bool = False

    @property
    def remark(self) -> str:
        """Say what a reader must know of it, if anything; a student is spoken to."""
        if not self.problem:
            return ""
        if not self.drawn:
            return f"Your code is not drawn: {self.problem}."
        subject = "Your code does" if self.who == YOURS else "The reference does"
        return f"{subject} not show this: {self.problem}."


@dataclass(frozen=True)
class DrawnDemo:
    """A demo that was drawn.

    Attributes:
        name: Its name.
        sides: What was measured, without the measurements themselves.
        files: What was written.

    """

    name: str
    sides: tuple[MeasuredSide, ...]
    files: tuple[Path, ...]

    @property
    def holds(self) -> bool:
        """Whether the claim holds on everything it was measured on."""
        return not any(side.problem for side in self.sides)


def measure(demo: Demonstration, code: Submission, seed: int) -> Any:
    """Measure what a demo is about on one implementation."""
    code.begin_property(demo.about.functions[0].partition(".")[0])
    with np.errstate(all="ignore"):
        return demo.module.measure(code, seed)


def check(demo: Demonstration, measured: Any) -> str:
    """Say why the claim of a demo does not hold of a measurement; nothing if it does."""
    try:
        with np.errstate(all="ignore"):
            demo.module.check(measured)
    except AssertionError as error:
        return str(error)
    return ""


def draw(
    demo: Demonstration,
    order: DrawRequest,
    measured: Any,
    reference: Any = None,
    remarks: Sequence[str] = (),
) -> dict[str, bytes]:
    """Draw a demo; give what is to be written, by the suffix of its file."""
    style, about = load_style(order.assignment), demo.about
    pictures: dict[str, bytes] = {}
    with style.look():
        page = (about.number, about.title, about.claim, about.height, remarks)
        figure, drawing = style.page(*page)
        demo.module.draw(drawing, measured, reference)
        pictures[order.suffix] = style.rendered(figure, order.suffix)
        if order.animate and demo.moves:
            figure, drawing = style.page(*page)
            steps = demo.module.animate(drawing, measured, reference)
            pictures["gif"] = style.animated(figure, steps)
    return pictures


def demonstrate(demo: Demonstration, order: DrawRequest) -> DrawnDemo:
    """Measure a demo on the reference, if it is here, and on the submission, and draw it.

    Raises:
        UserError: A figure cannot be written.

    """
    sides = _sides(demo, order)
    remarks = [side.remark for side in sides if side.remark]
    drawn = [side.measured for side in sides if side.drawn]
    if sides[-1].who == YOURS and sides[-1].drawn:
        sides, pictures = _yours_drawn(demo, order, sides, remarks)
    elif drawn:
        pictures = draw(demo, order, drawn[0], None, remarks)
    else:
        pictures = {}
    files = []
    for suffix, content in pictures.items():
        files.append(order.out / f"{demo.name}.{suffix}")
        write_atomically(files[-1], content)
    kept = tuple(replace(side, measured=None) for side in sides)
    return DrawnDemo(demo.name, kept, tuple(files))


def demonstrate_all(
    demos: Sequence[Demonstration], order: DrawRequest, jobs: int = 1
) -> Iterator[DrawnDemo]:
    """Measure and draw demos, ``jobs`` at a time; give them in their order.

    Raises:
        UserError: A figure cannot be written, or a process of ours was ended.

    """
    if jobs == 1 or len(demos) == 1:
        yield from (demonstrate(demo, order) for demo in demos)
        return
    # Fresh processes: a fork would copy locks that threads of ours may hold.
    with ProcessPoolExecutor(jobs, get_context("spawn")) as pool:
        try:
            yield from pool.map(
                _demonstrate_here, [demo.name for demo in demos], [order] * len(demos)
            )
        except BrokenProcessPool:
            raise UserError(
                "a process that measured and drew was ended from within: if the submission may "
                "have done it, --confined keeps it apart"
            ) from None


def _demonstrate_here(name: str, order: DrawRequest) -> DrawnDemo:
    return demonstrate(load_demo(order.assignment, name), order)


def _sides(demo: Demonstration, order: DrawRequest) -> list[MeasuredSide]:
    sides = []
    if order.assignment.reference.is_dir():
        code = LocalSubmission(order.assignment.reference, order.assignment.units)
        try:
            measured = measure(demo, code, order.seed)
        finally:
            code.close()
        problem = check(demo, measured)
        sides.append(
            MeasuredSide(REFERENCE, demo.module.numbers(measured), problem, measured, True)
        )
    if order.intake is not None:
        with open_submission(order.intake, order.assignment, order.confinement) as (theirs, _):
            sides.append(_yours(demo, theirs, order.seed))
    return sides


def _yours(demo: Demonstration, code: Submission, seed: int) -> MeasuredSide:
    """Measure a student's code, which may return and raise anything."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            measured = measure(demo, code, seed)
            with np.errstate(all="ignore"):
                numbers = demo.module.numbers(measured)
            return MeasuredSide(YOURS, numbers, check(demo, measured), measured, True)
        except (SubmissionUnavailable, NotStarted) as problem:
            return MeasuredSide(YOURS, problem=str(problem))
        except SubmissionEnded as problem:
            said = str(problem).splitlines()[0].removeprefix("returned: ")
            return MeasuredSide(YOURS, problem=said.removeprefix("nothing: "))
        except SubmissionRaised as problem:
            return MeasuredSide(YOURS, problem=problem.returned)
        except Mismatch as problem:
            return MeasuredSide(
                YOURS, problem=f"{problem.returned}, where {problem.required} is required"
            )
        except Exception as problem:
            return MeasuredSide(YOURS, problem=_unusable(problem))


def _yours_drawn(
    demo: Demonstration, order: DrawRequest, sides: list[MeasuredSide], remarks: list[str]
) -> tuple[list[MeasuredSide], dict[str, bytes]]:
    """Draw a student's numbers, which may be anything; else say why not, and draw ours."""
    *ours, yours = sides
    reference = ours[0].measured if ours else None
    try:
        with warnings.catch_warnings(), np.errstate(all="ignore"):
            warnings.simplefilter("ignore")
            return sides, draw(demo, order, yours.measured, reference, remarks)
    except Exception as error:
        undrawn = MeasuredSide(YOURS, yours.numbers, _unusable(error))
    pictures = draw(demo, order, reference, None, [undrawn.remark]) if ours else {}
    return [*ours, undrawn], pictures


def _unusable(error: Exception) -> str:
    return f"what it returned cannot be used ({type(error).__name__}: {error})"
