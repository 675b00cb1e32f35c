"""A property of an assignment, collected by pytest, and one run of it."""

from __future__ import annotations

import ast
import contextlib
import functools
import inspect
import textwrap
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pytest

from backproof.grades.outcomes import PASSED
from backproof.grades.property_record import PropertyRecord
from backproof.submission.base import Submission
from backproof.suite.cases import PROVIDED, frozen_case, own_copy
from backproof.suite.role import role_of

Case = Mapping[str, Any]

# Exceptions that the body of a property ends with; pytest's own are not of type ``Exception``.
FAILURES = (Exception, pytest.fail.Exception, pytest.skip.Exception)

RECORD = pytest.StashKey[PropertyRecord]()
# The first cases on which a property failed.
FAILING_CASES = pytest.StashKey[list[dict[str, Any]]]()
PROPERTY = pytest.StashKey["Property"]()

# The attribute in which Hypothesis keeps the settings of a test. Its decorator cannot be applied
# again in a second session of the same process, so they are assigned.
_SETTINGS = "_hypothesis_internal_use_settings"
# A longer text does not identify a parameter.
_MAX_PARAMETER_LETTERS = 30


def set_settings(test: Any, settings: Any) -> None:
    """Replace the Hypothesis settings of a test."""
    setattr(test, _SETTINGS, settings)


class Property:
    """A property with one set of its parameters.

    Args:
        item: The test that pytest collected.
        unit: The unit that the property belongs to.

    Attributes:
        id: The name of the test, unique in a suite.
        name: The name of the property's function, shared by all sets of its parameters.
        parameters: The set of parameters.
        role: What the property says of its functions, ``CORE`` or ``EDGE``.

    """

    def __init__(self, item: pytest.Item, unit: str) -> None:
        self.item = item
        self.unit = unit
        self.id = item.nodeid
        self.name: str = getattr(item, "originalname", item.name)
        callspec = getattr(item, "callspec", None)
        self.parameters: Mapping[str, Any] = callspec.params if callspec else {}
        self.role = role_of(item)
        self._test: Any = item.obj  # type: ignore[attr-defined]  # a property is a function
        self._hypothesis: Any = getattr(self._test, "hypothesis", None)
        self._settings = getattr(self._test, _SETTINGS, None)
        self._collected: tuple[Case, ...] | None = None

    @property
    def is_drawn(self) -> bool:
        """Whether Hypothesis draws the cases; else there is one case, without drawn arguments."""
        return self._hypothesis is not None

    @property
    def is_self_contained(self) -> bool:
        """Whether the body needs no fixtures other than ours, so that it can run without pytest."""
        needed = set(getattr(self.item, "fixturenames", ()))
        return needed <= PROVIDED | set(self.parameters)

    @property
    def max_cases(self) -> int:
        """The number of cases that Hypothesis draws at most."""
        return int(self._settings.max_examples) if self._settings else 1

    @property
    def body(self) -> Callable[..., None]:
        """The property's own function, which Hypothesis calls with each case."""
        function: Callable[..., None] = self._test
        if self.is_drawn:
            function = self._hypothesis.inner_test
        return function

    @property
    def sentence(self) -> str:
        """The property in one sentence: the first paragraph of its docstring."""
        documented = inspect.cleandoc(self._test.__doc__ or self.item.name)
        return " ".join(documented.partition("\n\n")[0].split())

    @property
    def label(self) -> str:
        """The set of parameters as text, such as ``"name=relu"``."""
        texts = [f"{name}={value}" for name, value in self.parameters.items()]
        return ", ".join(
            text for text in texts if len(text) <= _MAX_PARAMETER_LETTERS and "\n" not in text
        )

    @property
    def functions(self) -> frozenset[str]:
        """The functions of a submission that the property's source names, as ``"unit.name"``."""
        return _functions_in(inspect.unwrap(self.body))

    @contextlib.contextmanager
    def with_body(self, body: Callable[..., None]) -> Iterator[None]:
        """Replace the body while the context lasts; pytest and Hypothesis run ``body`` instead."""
        own = self.body
        target, name = (self._hypothesis, "inner_test") if self.is_drawn else (self.item, "obj")
        setattr(target, name, functools.wraps(own)(body))
        try:
            yield
        finally:
            setattr(target, name, own)

    @contextlib.contextmanager
    def with_settings(self, settings: Any) -> Iterator[None]:
        """Replace the Hypothesis settings while the context lasts."""
        before = getattr(self._test, _SETTINGS, None)
        set_settings(self._test, settings)
        try:
            yield
        finally:
            set_settings(self._test, before)

    def run_live(self) -> PropertyRecord:
        """Run the property as pytest and Hypothesis do, on the submission under test."""
        if self._settings is not None:
            # Hypothesis' pytest plugin wraps the settings of a parametrised test in one more layer
            # at every run. Without this, some hundred runs in one process exhaust the stack.
            set_settings(self._test, self._settings)
        self.item.config.hook.pytest_runtest_protocol(item=self.item, nextitem=None)
        return self.item.stash[RECORD]

    def collect_cases(self) -> tuple[Case, ...]:
        """Return the cases that Hypothesis draws, without running the body on them.

        Cases that cannot be copied are left out.
        """
        if self._collected is not None:
            return self._collected
        cases: list[Case] = []

        def keep(*_positional: Any, **arguments: Any) -> None:
            with contextlib.suppress(Exception):  # a drawn object may refuse to be copied
                cases.append(frozen_case(arguments))

        with self.with_body(keep):
            self.run_live()
        self._collected = tuple(cases)
        return self._collected

    def run_cases(self, cases: Iterable[Case], submission: Submission) -> None:
        """Run the body on cases that were drawn before; the first failure is raised."""
        for case in cases:
            submission.begin_case()
            self.body(**own_copy(case))

    def record(self, status: str, functions: Collection[str], **fields: Any) -> PropertyRecord:
        """Return the record of a run.

        Args:
            status: ``PASSED``, ``FAILED``, ``NOT_STARTED`` or ``NOT_GRADED``.
            functions: The functions that the run called.
            fields: Other fields of ``PropertyRecord`` that differ from their defaults.

        """
        # A property that did not pass may have ended before it called all of its functions.
        used = set(functions) if status == PASSED else self.functions | set(functions)
        return PropertyRecord(
            property=self.name,
            unit=self.unit,
            functions=tuple(sorted(used)),
            status=status,
            sentence=self.sentence,
            parameters=self.label,
            role=self.role,
            **fields,
        )


@functools.cache
def _functions_in(body: Callable[..., None]) -> frozenset[str]:
    """Return each ``submission.<unit>.<function>`` in the source of a property."""
    tree = ast.parse(textwrap.dedent(inspect.getsource(body)))
    found = set()
    for node in ast.walk(tree):
        match node:
            case ast.Attribute(
                value=ast.Attribute(value=ast.Name(id="submission"), attr=unit), attr=name
            ):
                found.add(f"{unit}.{name}")
    return frozenset(found)


@dataclass(frozen=True)
class PropertyRun:
    """A property that was run: its record, and the cases to run it on again.

    Attributes:
        property: The property.
        record: The result of the run.
        cases: Returns the cases that it was run on.

    """

    property: Property
    record: PropertyRecord
    cases: Callable[[], Sequence[Case]]
