"""The number of cases that each property needs, so that every misconception fails for every seed.

A case fails a misconception with some probability, which is measured over many cases and seeds.
The properties that claim a misconception run on a number of cases each, so the probability that
the misconception survives all of them is a product. Where it is above one in a million, the
property that fails the misconception most often needs more cases.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass

from backproof.assignment.config import Assignment
from backproof.assignment.misconceptions import Misconception, load_misconceptions
from backproof.casebook.draw import draw_cases
from backproof.casebook.entry import Entry
from backproof.submission.local import LocalSubmission
from backproof.suite.collect import require_units, with_suite
from backproof.suite.profiles import GRADE
from backproof.suite.suite import Suite

MAX_SURVIVAL = 1e-6
# z-score of the one-sided 99.5 % confidence bound that is put on measured kill rates.
_Z_SCORE = 2.6


@dataclass(frozen=True)
class Shortage:
    """A property that has fewer cases than it needs.

    Attributes:
        property: Its name.
        has: Its number of cases for each set of its parameters.
        needs: The number of cases that it needs by the measured rates; 0 if no case failed the
            misconception.
        because: The misconception that survives too often, as ``"unit.name"``.

    """

    property: str
    has: int
    needs: int
    because: str


@dataclass
class Tally:
    """The results of the cases of one property, with one set of parameters, on a misconception.

    Attributes:
        property_name: The name of the property.
        cases_per_seed: The number of its cases for one seed.
        cases: The number of its cases over all seeds.
        kills: The number of cases that the misconception failed.
        certain: Whether the property fails the misconception with every seed, because its cases
            are all possible ones.

    """

    property_name: str
    cases_per_seed: int = 0
    cases: int = 0
    kills: int = 0
    certain: bool = True

    def add(self, entry: Entry, kills: int) -> None:
        """Add the results for one more seed."""
        self.cases_per_seed = max(self.cases_per_seed, len(entry.cases))
        self.cases += len(entry.cases)
        self.kills += kills
        self.certain &= entry.exhaustive and kills > 0

    @property
    def log_survival(self) -> float:
        """An upper bound on the logarithm of the probability that one case passes."""
        return math.log1p(-_lower_bound(self.kills, self.cases))


# The tallies of one misconception, by the ids of the properties that claim it.
Tallies = dict[str, Tally]


def find_shortages(
    assignment: Assignment,
    *,
    seeds: int,
    units: Collection[str] = (),
    progress: Callable[[str, int], object] = lambda _name, _total: None,
) -> list[Shortage]:
    """Measure which properties have too few cases in the profile ``grade``.

    Args:
        assignment: The assignment.
        seeds: The number of seeds to measure with.
        units: Only these units; all by default.
        progress: Called after each misconception and seed, with its name and the number of calls.

    Returns:
        The shortages, sorted by property, with the largest need of each property.

    """
    assignment.require_reference()
    chosen = require_units(assignment, units)
    wrong = [each for each in load_misconceptions(assignment) if each.unit in chosen]
    tallies: dict[str, Tallies] = {each.full_name: {} for each in wrong}

    def measure(suite: Suite) -> None:
        claims: defaultdict[str, list[Entry]] = defaultdict(list)
        for entry in draw_cases(suite).values():
            claims[entry.property.name].append(entry)
        for each in wrong:
            entries = [entry for name in each.caught_by for entry in claims[name]]
            _count_kills(assignment, suite, each, entries, tallies[each.full_name])
            progress(each.name, seeds * len(wrong))

    for seed in range(seeds):
        with_suite(assignment, measure, profile=GRADE, seed=seed, units=units)
    shortages = [_shortage(name, tallies_of_one) for name, tallies_of_one in tallies.items()]
    by_need = sorted(filter(None, shortages), key=lambda shortage: shortage.needs)
    largest = {shortage.property: shortage for shortage in by_need}
    return sorted(largest.values(), key=lambda shortage: shortage.property)


def _count_kills(
    assignment: Assignment,
    suite: Suite,
    wrong: Misconception,
    entries: Iterable[Entry],
    tallies: Tallies,
) -> None:
    """Run the cases of the properties that claim a misconception on it."""
    submission = LocalSubmission(
        assignment.reference, assignment.units, {wrong.target: wrong.function}
    )
    suite.use(submission)
    for entry in entries:
        submission.begin_property(wrong.unit)
        kills = sum(fails(entry, case, submission) for case in entry.cases)
        tally = tallies.setdefault(entry.property.id, Tally(entry.property.name))
        tally.add(entry, kills)
    submission.close()


def cases_needed(tallies: Tallies) -> tuple[str, int] | None:
    """Return the property that fails a misconception most often, and the cases that it needs.

    With so many cases, the misconception survives this property alone with a probability of at most
    one in a million, by the measured rates.

    Args:
        tallies: The results of the properties that claim the misconception.

    Returns:
        The name of the property and a number; ``None`` if no case failed the misconception, or if
        a property fails it with every seed.

    """
    killing = [tally for tally in tallies.values() if tally.kills]
    if not killing or any(tally.certain for tally in killing):
        return None
    best = min(killing, key=lambda tally: tally.log_survival)
    return best.property_name, math.ceil(math.log(MAX_SURVIVAL) / best.log_survival)


def fails(entry: Entry, case: Mapping[str, object], submission: LocalSubmission) -> bool:
    """Return whether a property fails a case on the submission that is in use."""
    submission.begin_case()
    try:
        entry.property.body(**case)
    except AssertionError:
        return True
    except Exception:  # such as the rejection of a case by Hypothesis
        return False
    return False


def _shortage(misconception: str, tallies: Tallies) -> Shortage | None:
    """Return the property that needs more cases for a misconception; ``None`` if none does."""
    killing = [tally for tally in tallies.values() if tally.kills]
    if any(tally.certain for tally in killing):
        return None
    if not killing:
        largest = max(tallies.values(), key=lambda tally: tally.cases_per_seed)
        return Shortage(largest.property_name, largest.cases_per_seed, 0, misconception)
    survival = sum(tally.cases_per_seed * tally.log_survival for tally in killing)
    if survival <= math.log(MAX_SURVIVAL):
        return None
    best = min(killing, key=lambda tally: tally.log_survival)
    survival_of_others = survival - best.cases_per_seed * best.log_survival
    needs = math.ceil((math.log(MAX_SURVIVAL) - survival_of_others) / best.log_survival)
    return Shortage(best.property_name, best.cases_per_seed, needs, misconception)


def _lower_bound(kills: int, cases: int) -> float:
    """Return Wilson's lower confidence bound on the probability that a case kills."""
    share, z2 = kills / cases, _Z_SCORE**2
    spread = _Z_SCORE * math.sqrt(share * (1 - share) / cases + z2 / (4 * cases**2))
    return max(0.0, (share + z2 / (2 * cases) - spread) / (1 + z2 / cases))
