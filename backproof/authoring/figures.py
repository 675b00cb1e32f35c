"""Demos measured on the reference and on a submission, and drawn in one figure."""

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
    """The settings of the figures to draw.

    Attributes:
        assignment: The assignment whose demos are drawn.
        out: The folder of the figures.
        submitted: The submission to draw beside the reference, if any.
        confinement: The level of confinement of the submission.
        seed: The seed of all random numbers.
        suffix: The format of the figures: ``png`` or ``svg``.
        animate: Whether to write a GIF too, if the demo has an animation.

    """

    assignment: Assignment
    out: Path
    submitted: SubmittedFiles | None = None
    confinement: str = NONE
    seed: int = 0
    suffix: str = "png"
    animate: bool = False


@dataclass(frozen=True)
class MeasuredSide:
    """The result of a demo on one implementation.

    Attributes:
        who: ``"reference"`` or ``"your code"``.
        numbers: The measured numbers, by name; empty if nothing was measured.
        problem: The reason why the claim does not hold, or why nothing was measured; empty if the
            claim holds.
        measured: The measurement; ``None`` if there is none.
        drawn: Whether it is in the figure.

    """

    who: str
    numbers: Mapping[str, float] = field(default_factory=dict)
    problem: str = ""
    measured: Any = None
    drawn: bool = False

    @property
    def remark(self) -> str:
        """The problem as a sentence for the student; empty if there is none."""
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
        sides: The results, without the measurements themselves.
        files: The written files.

    """

    name: str
    sides: tuple[MeasuredSide, ...]
    files: tuple[Path, ...]

    @property
    def holds(self) -> bool:
        """Whether the claim holds on each measured implementation."""
        return not any(side.problem for side in self.sides)


def demonstrate_all(
    demos: Sequence[Demonstration], request: DrawRequest, jobs: int = 1
) -> Iterator[DrawnDemo]:
    """Measure and draw demos, ``jobs`` at a time, and yield them in their order.

    Raises:
        UserError: A figure cannot be written, or a process that draws was ended.

    """
    if jobs == 1 or len(demos) == 1:
        yield from (demonstrate(demo, request) for demo in demos)
        return
    # Processes are spawned, because a fork would copy locks that other threads may hold.
    with ProcessPoolExecutor(jobs, get_context("spawn")) as pool:
        try:
            names = [demo.name for demo in demos]
            yield from pool.map(_demonstrate_by_name, names, [request] * len(demos))
        except BrokenProcessPool:
            raise UserError(
                "a process that measured and drew was ended from within: if the submission may "
                "have done it, --confined keeps it apart"
            ) from None


def _demonstrate_by_name(name: str, request: DrawRequest) -> DrawnDemo:
    return demonstrate(load_demo(request.assignment, name), request)


def demonstrate(demo: Demonstration, request: DrawRequest) -> DrawnDemo:
    """Measure a demo on the reference and on the submission, as far as they exist, and draw it.

    Raises:
        UserError: A figure cannot be written.

    """
    reference = _measure_reference(demo, request)
    yours = _measure_submission(demo, request)
    pictures: dict[str, bytes] = {}
    if yours is not None and yours.drawn:
        yours, pictures = _draw_submission(demo, request, yours, reference)
    if reference is not None and not pictures:
        pictures = draw(demo, request, reference.measured, None, _remarks(reference, yours))
    files = []
    for suffix, content in pictures.items():
        files.append(request.out / f"{demo.name}.{suffix}")
        write_atomically(files[-1], content)
    # Measurements may be large, and are not needed by the process that prints the results.
    sides = [replace(side, measured=None) for side in (reference, yours) if side is not None]
    return DrawnDemo(demo.name, tuple(sides), tuple(files))


def measure(demo: Demonstration, code: Submission, seed: int) -> Any:
    """Return the measurement of a demo on an implementation."""
    code.begin_property(demo.about.functions[0].partition(".")[0])
    with np.errstate(all="ignore"):
        return demo.module.measure(code, seed)


def check(demo: Demonstration, measured: Any) -> str:
    """Return why the claim of a demo does not hold for a measurement; empty if it does."""
    try:
        with np.errstate(all="ignore"):
            demo.module.check(measured)
    except AssertionError as error:
        return str(error)
    return ""


def draw(
    demo: Demonstration,
    request: DrawRequest,
    measured: Any,
    reference: Any = None,
    remarks: Sequence[str] = (),
) -> dict[str, bytes]:
    """Draw a demo.

    Args:
        demo: The demo.
        request: The settings.
        measured: The measurement to draw.
        reference: The measurement of the reference, if it is to be drawn beside the other.
        remarks: Sentences below the figure.

    Returns:
        The contents of the files, by their suffix.

    """
    style, about = load_style(request.assignment), demo.about
    pictures: dict[str, bytes] = {}
    with style.look():
        page = (about.number, about.title, about.claim, about.height, remarks)
        figure, drawing = style.page(*page)
        demo.module.draw(drawing, measured, reference)
        pictures[request.suffix] = style.rendered(figure, request.suffix)
        if request.animate and demo.moves:
            figure, drawing = style.page(*page)
            steps = demo.module.animate(drawing, measured, reference)
            pictures["gif"] = style.animated(figure, steps)
    return pictures


def _measure_reference(demo: Demonstration, request: DrawRequest) -> MeasuredSide | None:
    folder = request.assignment.reference
    if not folder.is_dir():
        return None
    code = LocalSubmission(folder, request.assignment.units)
    try:
        measured = measure(demo, code, request.seed)
    finally:
        code.close()
    numbers = demo.module.numbers(measured)
    return MeasuredSide(REFERENCE, numbers, check(demo, measured), measured, drawn=True)


def _measure_submission(demo: Demonstration, request: DrawRequest) -> MeasuredSide | None:
    """Measure the student's code, which may return and raise anything."""
    if request.submitted is None:
        return None
    opened = open_submission(request.submitted, request.assignment, request.confinement)
    with opened as (code, _), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            measured = measure(demo, code, request.seed)
            with np.errstate(all="ignore"):
                numbers = demo.module.numbers(measured)
            return MeasuredSide(YOURS, numbers, check(demo, measured), measured, drawn=True)
        except (Exception, SubmissionUnavailable, NotStarted, SubmissionEnded) as error:
            return MeasuredSide(YOURS, problem=_problem(error))


def _problem(error: BaseException) -> str:
    """Return the problem that an exception during a measurement describes."""
    match error:
        case SubmissionUnavailable() | NotStarted():
            return str(error)
        case SubmissionEnded():
            first_line = str(error).splitlines()[0]
            return first_line.removeprefix("returned: ").removeprefix("nothing: ")
        case SubmissionRaised():
            return error.returned
        case Mismatch():
            return f"{error.returned}, where {error.required} is required"
    return f"what it returned cannot be used ({type(error).__name__}: {error})"


def _draw_submission(
    demo: Demonstration,
    request: DrawRequest,
    yours: MeasuredSide,
    reference: MeasuredSide | None,
) -> tuple[MeasuredSide, dict[str, bytes]]:
    """Draw the student's measurement, beside that of the reference.

    Returns:
        The student's side and the pictures. If the student's values cannot be drawn, the side has
        the problem and there are no pictures.

    """
    beside = reference.measured if reference is not None else None
    remarks = _remarks(reference, yours)
    try:
        with warnings.catch_warnings(), np.errstate(all="ignore"):
            warnings.simplefilter("ignore")
            return yours, draw(demo, request, yours.measured, beside, remarks)
    except Exception as error:  # values of a student may fail anywhere in matplotlib
        return MeasuredSide(YOURS, yours.numbers, _problem(error)), {}


def _remarks(*sides: MeasuredSide | None) -> list[str]:
    return [side.remark for side in sides if side is not None and side.remark]
