"""Profiles: the number of cases of a property, and bounds on the search for a smaller one."""

from __future__ import annotations

import math
import os
from typing import NamedTuple

from backproof.user_folders import cache_folder


class Profile(NamedTuple):
    """A profile of Hypothesis settings.

    Attributes:
        cases: Cases for each set of a property's parameters; in ``GRADE`` for all sets together.
        max_shrink_runs: Runs of a property's body after its first failure.

    """

    cases: int
    max_shrink_runs: int


PROFILES = {
    "quick": Profile(10, 80),
    "grade": Profile(30, 80),
    "ci": Profile(100, 400),
    "thorough": Profile(1000, 2000),
}

# In this profile the parameter sets of a property share its cases. Each set gets at least
# _MIN_CASES, so that a mistake that shows in half of all cases is found.
GRADE, _MIN_CASES = "grade", 8


def register_profiles() -> None:
    """Register the profiles with Hypothesis, which keeps its files in the user's cache."""
    from hypothesis import HealthCheck, Phase, configuration, settings
    from hypothesis.internal.conjecture import providers

    # Hypothesis also draws numbers that it reads in the modules that are loaded. The cases would
    # depend on the submission, on what was graded before, and on how Backproof is installed.
    if hasattr(providers, "_get_local_constants"):
        providers._get_local_constants = type(providers._local_constants)
    # By default it leaves a folder .hypothesis wherever a check is started. It does without the
    # files where they cannot be written.
    if not os.environ.get("HYPOTHESIS_STORAGE_DIRECTORY"):
        configuration.set_hypothesis_home_dir(cache_folder() / "hypothesis")
    for name, profile in PROFILES.items():
        settings.register_profile(
            name,
            max_examples=profile.cases,
            database=None,  # a grade must not depend on earlier failures on this machine
            deadline=None,  # slow code is correct code
            derandomize=False,  # the plugin sets the seed, and the grade states it
            report_multiple_bugs=False,
            phases=(Phase.explicit, Phase.generate, Phase.shrink),
            suppress_health_check=(HealthCheck.too_slow, HealthCheck.differing_executors),
        )


def cases_for_each(profile: str, parameter_sets: int, configured: int | None) -> int:
    """Return the number of cases for each parameter set of a property.

    Args:
        profile: The name of the profile.
        parameter_sets: The number of sets of parameters of the property.
        configured: The assignment's number for this property, which is used in ``GRADE`` only.

    """
    cases = PROFILES[profile].cases
    if profile != GRADE:
        return cases
    return configured or max(math.ceil(cases / parameter_sets), _MIN_CASES)
