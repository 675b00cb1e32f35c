"""How many cases does a property need? Enough that every misconception dies, whatever the seed.

A case kills a misconception with some probability, measured here over many cases and seeds. What
claims it is run on a number of cases each, so it survives with a probability that is a product;
where that is above one in a million, the property that kills it most often needs more.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass

from backproof.assignment.config import Assignment
from backproof.assignment.misconceptions import Misconception, load_misconceptions
from backproof.casebook.book import Entry
from backproof.casebook.draw import draw_cases
from backproof.submission.local import LocalSubmission
from backproof.suite.collect import require_units, with_suite
from backproof.suite.profiles import GRADE
from backproof.suite.suite import Suite

MAX_SURVIVAL = 1e-6
# Of a normal distribution: what is measured is taken to be so much worse than it looks.
_DEVIATIONS = 2.6


@dataclass(frozen=True)
class Shortage:
    """A property that has fewer cases than it needs.

    Attributes:
        property: Its name.
        has: Cases for each set of its parameters.
        needs: How many it needs, by what was measured; 0 if nothing killed the misconception.
        because: The misconception that lives on too often.

    """

    property: str
    has: int
    needs: int
    because: str


@dataclass
class _Tally:
    """What the cases of one item did to one misconception, over all seeds."""

    claimed_by: str
    each: int = 0
    cases: int = 0
    kills: int = 0
    certain: bool = True  # whether it was killed by cases that are the same with each seed

    def add(self, entry: Entry, kills: int) -> None:
        """Count the cases of one more seed."""
        self.each = max(self.each, len(entry.cases))
        self.cases += len(entry.cases)
        self.kills += kills
        self.certain &= entry.exhaustive and kills > 0

    @property
    def log_survival(self) -> float:
        """The logarithm of the probability that one case leaves the misconception alive."""
        return math.log1p(-_lower_bound(self.kills, self.cases))


def find_shortages(
    assignment: Assignment,
    *,
    seeds: int,
    units: Collection[str] = (),
    progress: Callable[[str, int], object] = lambda _name, _total: None,
) -> list[Shortage]:
    """Measure which properties have too few cases in the profile that grades.

    Args:
        assignment: What to measure.
        seeds: How many seeds to measure with.
        units: Only these units; all by default.
        progress: Called as each misconception is done, once for each seed.

    Returns:
        What has too few, by property.
    """
    assignment.require_reference()
    chosen = require_units(assignment, units)
    wrong = [each for each in load_misconceptions(assignment) if each.unit in chosen]
    tallies: dict[str, dict[str, _Tally]] = {each.target + each.name: {} for each in wrong}

    def measure(suite: Suite) -> None:
        entries = draw_cases(suite)
        claims: defaultdict[str, dict[str, Entry]] = defaultdict(dict)
        for entry in entries.values():
            claims[entry.property.name][entry.property.id] = entry
        for each in wrong:
            found = tallies[each.target + each.name]
            for name, node, entry, kills in _kills(assignment, suite, each, claims):
                found.setdefault(node, _Tally(name)).add(entry, kills)
            progress(each.name, seeds * len(wrong))

    for seed in range(seeds):
        with_suite(assignment, measure, profile=GRADE, seed=seed, units=units)
    short = [need for each in wrong if (need := _need(each, tallies[each.target + each.name]))]
    most = sorted(short, key=lambda need: need.needs)
    return sorted({need.property: need for need in most}.values(), key=lambda need: need.property)


def _kills(
    assignment: Assignment,
    suite: Suite,
    wrong: Misconception,
    claims: Mapping[str, Mapping[str, Entry]],
) -> Iterator[tuple[str, str, Entry, int]]:
    """Run the cases of what claims a misconception on it; count those that it fails."""
    submission = LocalSubmission(
        assignment.reference, assignment.units, {wrong.target: wrong.function}
    )
    suite.use(submission)
    for name in wrong.caught_by:
        for item, entry in claims[name].items():
            submission.begin_property(wrong.unit)
            kills = Counter(_fails(entry, case, submission) for case in entry.cases)
            yield name, item, entry, kills[True]
    submission.close()


def _fails(entry: Entry, case: Mapping[str, object], submission: LocalSubmission) -> bool:
    submission.begin_case()
    try:
        entry.property.body(**case)
    except AssertionError:
        return True
    except Exception:  # as one that Hypothesis rejects: it kills nothing
        return False
    return False


def _need(wrong: Misconception, tallies: Mapping[str, _Tally]) -> Shortage | None:
    killing = [tally for tally in tallies.values() if tally.kills]
    if any(tally.certain for tally in killing):
        return None
    if not killing:
        least = max(tallies.values(), key=lambda tally: tally.each)
        return Shortage(least.claimed_by, least.each, 0, f"{wrong.unit}.{wrong.name}")
    survival = sum(tally.each * tally.log_survival for tally in killing)
    if survival <= math.log(MAX_SURVIVAL):
        return None
    best = min(killing, key=lambda tally: tally.log_survival)
    others = survival - best.each * best.log_survival
    number = math.ceil((math.log(MAX_SURVIVAL) - others) / best.log_survival)
    return Shortage(best.claimed_by, best.each, number, f"{wrong.unit}.{wrong.name}")


def _lower_bound(kills: int, cases: int) -> float:
    """Give Wilson's lower bound on a probability of which ``kills`` of ``cases`` came true."""
    share, z2 = kills / cases, _DEVIATIONS**2
    spread = _DEVIATIONS * math.sqrt(share * (1 - share) / cases + z2 / (4 * cases**2))
    return max(0.0, (share + z2 / (2 * cases) - spread) / (1 + z2 / cases))
