"""Runs of an optimizer: the strategies draw settings and gradients at which mistakes show."""

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest

from backproof.testing import TOLERANCE
from properties.oracles import optimizers as oracle
from properties.strategies.optimizers import (
    ANY_SHAPES,
    BETAS,
    BETAS_OR_ZERO,
    WIDE_SHAPES,
    Run,
    growing_run,
    large_run,
    long_run,
    pausing_runs,
    runs,
    runs_by_default,
    runs_that_show_epsilon,
    runs_with_varying_rates,
    runs_without_epsilon,
    steady_runs,
    still_runs,
    waving_run,
)
from tests.support.strategies import (
    assert_all_examples,
    each,
    find_any,
    minimal,
    sound,
    zero,
)


def fits(run):
    """Return whether the arrays are sound, with a gradient like theta and a rate for each step."""
    steps = len(run.learning_rates)
    return sound(run.theta, run.gradients) and run.gradients.shape == (steps, *run.theta.shape)


def betas(run):
    """Return (β₁, β₂)."""
    return run.beta1, run.beta2


def spread(run):
    """Return the largest gradient over the smallest that is not 0, or 1 if all are 0."""
    magnitudes = np.abs(run.gradients[run.gradients != 0.0])
    return np.max(magnitudes, initial=1e-9) / np.min(magnitudes, initial=1e9)


def distances(rule, run):
    """Yield the distance of each right place of ε from all others, in tolerances, by steps."""
    found = oracle.epsilon_variants(rule, run)
    for factor in (0.1, 0.5, 2.0, 10.0):
        scaled = oracle.displacements(rule, replace(run, epsilon=factor * run.epsilon))
        found |= {f"{place}, times {factor}": steps for place, steps in scaled.items()}
    for place in oracle.PLACES["either"]:
        right = found[place]
        others = np.array([steps for name, steps in found.items() if name != place])
        gaps = np.abs(others - right) / np.maximum(1.0, np.abs(run.theta + right))
        # A displacement that is NaN counts as infinitely far from all others.
        yield np.nan_to_num(gaps, nan=np.inf).max(axis=-1).min() / TOLERANCE


each_strategy = pytest.mark.parametrize(
    ("strategy", "steps"),
    [
        (runs(), 3),
        (runs(steps=1), 1),
        (steady_runs(steps=5), 5),
        (pausing_runs(), 4),
        (still_runs(), 3),
        (runs_without_epsilon().map(lambda drawn: drawn[0]), 3),
        (runs_with_varying_rates(), 3),
        (runs_by_default(), 3),
        (runs_that_show_epsilon(), 3),
    ],
    ids=[
        "runs",
        "single steps",
        "steady",
        "pausing",
        "still",
        "without epsilon",
        "varying rates",
        "by default",
        "that show epsilon",
    ],
)
SETTINGS = {
    **{f"β = {pair}": lambda run, pair=pair: betas(run) == pair for pair in BETAS_OR_ZERO},
    **{
        f"η = {rate}": lambda run, rate=rate: run.learning_rates[0] == rate
        for rate in (0.1, 0.5, 0.3)
    },
    **{
        f"ε = {epsilon}": lambda run, epsilon=epsilon: run.epsilon == epsilon
        for epsilon in (0.1, 1e-2, 1e-3, 1e-8)
    },
}
GRADIENTS = {
    "small": lambda run: 0 < np.abs(run.gradients).max() < 4e-3,
    "large": lambda run: np.abs(run.gradients).max() > 10,
    "a wide spread": lambda run: spread(run) > 100,
    "a 0 among others": lambda run: 0.0 in run.gradients and np.any(run.gradients),
    "either sign in one entry": lambda run: np.any(np.ptp(np.sign(run.gradients), axis=0) == 2),
    "three unlike each other": lambda run: all((a != b).all() for a, b in pairwise(run.gradients)),
    "theta anywhere": lambda run: np.all(run.theta) and np.ptp(np.sign(run.theta)) == 2,
}


@each_strategy
def test_runs_have_one_gradient_and_one_rate_for_each_step(strategy, steps):
    """A property takes a gradient and a rate for each step without a check."""
    assert_all_examples(strategy, lambda run: fits(run) and len(run.gradients) == steps)


@each_strategy
def test_runs_have_at_least_two_entries(strategy, steps):
    """With a single entry, a step that mixes entries would be right."""
    assert_all_examples(strategy, lambda run: run.theta.size >= 2)


@pytest.mark.parametrize("pair", BETAS_OR_ZERO, ids=str)
def test_betas_show_when_they_are_mixed_up(pair):
    """Equal ones, ½, or two that add up to 1 would hide β₁ for β₂ or 1 − β for β."""
    assert pair[0] != pair[1]
    assert sum(pair) != pytest.approx(1.0)
    assert 0.5 not in pair
    assert set(BETAS_OR_ZERO) - set(BETAS) == {pair for pair in BETAS_OR_ZERO if 0.0 in pair}


@pytest.mark.parametrize("shape", WIDE_SHAPES, ids=str)
def test_runs_can_make_each_shape(shape):
    """A step must treat vectors, tables and columns entry by entry."""
    find_any(runs(), lambda run: run.theta.shape == shape)


@pytest.mark.parametrize("shape", ANY_SHAPES, ids=str)
def test_runs_can_make_any_shape_asked_for(shape):
    """Parameters may have any rank, 0-d included."""
    run = find_any(runs(shapes=ANY_SHAPES), lambda run: run.theta.shape == shape)
    assert fits(run)


@each(SETTINGS | GRADIENTS)
def test_runs_can_make_each_regime(condition):
    """A setting or a size of gradients that is never drawn checks nothing."""
    find_any(runs(), condition)


def test_runs_take_the_betas_asked_for():
    """A property that excludes β = 0 relies on it."""
    assert_all_examples(runs(betas=BETAS[1:3]), lambda run: betas(run) in BETAS[1:3])


def test_runs_keep_the_gradients_of_a_run_together():
    """Gradients of unlike sizes would cost a right formula the digits that are judged."""
    assert_all_examples(runs(), lambda run: spread(run) <= 300 * (1 + 1e-9), examples=200)


@pytest.mark.parametrize("least", [1.0, 0.25])
def test_runs_push_gradients_away_from_zero(least):
    """A gradient of 0 takes no step, whatever the formula."""
    assert_all_examples(
        runs(least=least), lambda run: np.abs(run.gradients).min() >= 1e-3 * least * (1 - 1e-12)
    )


def test_runs_shrink_to_ones():
    """A student looks at two entries, ones and the first of the settings."""
    run = minimal(runs())
    assert (run.theta.shape, run.gradients.shape) == ((2,), (3, 2))
    assert np.all(run.theta == 1.0)
    assert np.all(run.gradients == 1.0)
    assert (run.learning_rates, betas(run), run.epsilon) == ((0.1,) * 3, BETAS[0], 1e-2)


def test_runs_shrink_to_a_single_other_gradient():
    """A student looks at one entry of one step where all equal ones do not fail."""
    run = minimal(runs(), lambda run: not zero(np.diff(run.gradients, axis=0)))
    assert sorted(run.gradients.ravel()) == [1.0] * 5 + [2.0]


def test_runs_shrink_pushed_gradients_to_integers():
    """A student looks at gradients that are easy to compute with."""
    assert (minimal(runs(least=1.0)).gradients == 2.0).all()


@pytest.mark.parametrize(
    ("rule", "names"),
    [
        ("gradient_descent", []),
        ("momentum", ["beta"]),
        ("rmsprop", ["beta", "epsilon"]),
        ("adam", ["beta1", "beta2", "epsilon", "bias_correction"]),
    ],
)
def test_hyperparameters_are_in_the_order_of_the_contract(rule, names):
    """Properties also pass them by position."""
    run = Run(np.zeros(2), np.zeros((1, 2)), (0.1,), 0.3, 0.7, 0.02, False)
    values = {"momentum": [0.3], "rmsprop": [0.7, 0.02], "adam": [0.3, 0.7, 0.02, False]}
    assert run.hyperparameters(rule) == dict(zip(names, values.get(rule, []), strict=True))


def test_steady_runs_repeat_one_gradient():
    """Under one gradient, the closed form of a step is known."""
    assert_all_examples(
        steady_runs(steps=4),
        lambda run: zero(run.gradients - run.gradients[0]) and np.all(run.gradients),
    )


def test_steady_runs_can_make_unlike_entries_and_shrink_to_equal_ones():
    """Equal entries would hide a norm over all of them."""
    find_any(steady_runs(steps=4), lambda run: run.gradients.min() < 0 < run.gradients.max())
    assert (minimal(steady_runs(steps=4)).gradients == 2.0).all()


def test_pausing_runs_rest_at_the_first_and_third_step():
    """Averages of 0 and of an earlier gradient are where states go wrong."""
    assert_all_examples(
        pausing_runs(),
        lambda run: zero(run.gradients[::2]) and np.all(run.gradients[1::2]) and all(betas(run)),
    )


def test_pausing_runs_can_turn_around_and_shrink_to_integers():
    """A state that keeps a sign shows only if the gradient changes its own."""
    find_any(pausing_runs(), lambda run: (run.gradients[1] * run.gradients[3] < 0).any())
    assert minimal(pausing_runs()).gradients[:, 0].tolist() == [0.0, 2.0, 0.0, 2.0]


def test_still_runs_have_no_gradient():
    """Without a gradient nothing may move, so not a single one may differ from 0."""
    assert_all_examples(still_runs(), lambda run: zero(run.gradients))
    find_any(still_runs(), lambda run: np.all(run.theta))
    assert np.all(minimal(still_runs()).theta == 1.0)


def test_runs_without_epsilon_have_an_exact_factor():
    """Invariance under a factor is exact only for powers of 2, without overflow."""

    def exact(drawn):
        run, factor = drawn
        louder = factor * run.gradients
        return run.epsilon == 0.0 and np.all(louder) and zero(louder / factor - run.gradients)

    assert_all_examples(runs_without_epsilon(), exact)


@each({"up": lambda drawn: drawn[1] > 1000, "down": lambda drawn: drawn[1] < 1e-6})
def test_runs_without_epsilon_can_make_factors_up_and_down(condition):
    """A constant hidden in a formula shows beside very small or very large gradients."""
    find_any(runs_without_epsilon(), condition)


def test_runs_without_epsilon_shrink_to_integers():
    """A student looks at gradients of 2 and the first factor."""
    run, factor = minimal(runs_without_epsilon())
    assert (run.gradients == 2.0).all()
    assert factor == 2.0**-10


def test_runs_with_varying_rates_have_another_rate_at_each_step():
    """A rate that is kept from the first step shows only if all differ."""
    assert_all_examples(
        runs_with_varying_rates(),
        lambda run: (
            len(set(run.learning_rates)) == 3
            and set(np.sign(np.diff(run.learning_rates))) == {-1.0, 1.0}
            and np.all(run.gradients)
        ),
    )
    assert minimal(runs_with_varying_rates()).learning_rates == pytest.approx((0.1, 0.3, 0.02))


def test_runs_by_default_have_the_lectures_hyperparameters():
    """The defaults of a submission are compared with exactly these."""
    assert_all_examples(
        runs_by_default(),
        lambda run: (*betas(run), run.epsilon, run.bias_correction) == (0.9, 0.999, 1e-8, True),
    )


@pytest.mark.parametrize("rule", ["rmsprop", "adam"])
def test_runs_by_default_show_epsilon_in_the_second_entry_alone(rule):
    """One entry judges β and the other ε, so that a message names the right one."""

    def shows(run):
        found = oracle.epsilon_variants(rule, replace(run, beta2=0.9))
        right = np.array([found[place] for place in oracle.PLACES["either"]])
        changes = np.abs(found["left out"] - right)
        reach = np.abs(found["left out"])
        return (changes[..., 0] < 1e-7).all() and (changes[..., 1] > 1e-3 * reach[..., 1]).all()

    assert_all_examples(runs_by_default(), shows)


def test_runs_by_default_shrink_to_integers_and_their_millionth():
    """A student looks at gradients of 2 and 2e-6."""
    run = minimal(runs_by_default())
    assert run.gradients.tolist() == [[2.0, 2e-6]] * 3
    assert np.all(run.theta == 1.0)


def test_runs_that_show_epsilon_have_entries_beside_it():
    """Only gradients near ε or its root show the place of ε."""

    def beside(run):
        ratios = np.abs(run.gradients) / [np.sqrt(run.epsilon), run.epsilon]
        constant = zero(run.gradients - run.gradients[0])
        return constant and ratios.min() >= 2 - 1e-9 and ratios.max() <= 8 + 1e-9

    assert_all_examples(runs_that_show_epsilon(), beside, examples=150)


@pytest.mark.parametrize(
    ("rule", "corrected"), [("rmsprop", False), ("adam", True), ("adam", False)]
)
def test_runs_that_show_epsilon_tell_its_places_apart(rule, corrected):
    """A right place must never be within the tolerance of a wrong one."""
    assert_all_examples(
        runs_that_show_epsilon(),
        lambda run: min(distances(rule, replace(run, bias_correction=corrected))) > 100,
        examples=150,
    )


@pytest.mark.parametrize("epsilon", [1e-2, 1e-4, 4e-2, 4e-4])
@pytest.mark.parametrize("pair", BETAS, ids=str)
def test_runs_that_show_epsilon_can_make_each_setting(pair, epsilon):
    """A wrong ε may hide behind a certain β."""
    find_any(
        runs_that_show_epsilon(),
        lambda run: betas(run) == pair and run.epsilon == pytest.approx(epsilon),
    )


def test_runs_that_show_epsilon_shrink_to_multiples_of_epsilon_and_its_root():
    """A student looks at gradients of 4 √ε and 4 ε."""
    run = minimal(runs_that_show_epsilon())
    assert run.gradients[0] == pytest.approx([4 * np.sqrt(run.epsilon), 4 * run.epsilon])
    assert np.all(run.theta == 1.0)


@pytest.mark.parametrize(("steps", "growth"), [(15, 1.0), (100, 0.999 / 0.9), (250, -0.99)])
def test_long_run_grows_by_one_factor(steps, growth):
    """The bound on a step is reached only under such growth and without ε."""
    run = long_run(steps=steps, growth=growth)
    assert fits(run)
    assert len(run.gradients) == steps
    assert run.epsilon == 0.0
    assert run.gradients[1:] == pytest.approx(growth * run.gradients[:-1], rel=1e-12)
    assert np.all(run.gradients)


def test_waving_run_goes_on_for_as_long_as_it_is():
    """An average that fades would hide what is forgotten."""
    run = waving_run(steps=130)
    assert fits(run)
    last = oracle.displacements("momentum", run)["the step"][-20:]
    assert np.abs(last).max() > 0.01


def test_growing_run_has_small_and_large_steps_that_show():
    """A limit anywhere between must change a step by more than the tolerance at theta."""
    run = growing_run()
    assert fits(run)
    for rule in ("gradient_descent", "momentum", "rmsprop", "adam"):
        [steps] = {s.tobytes(): s for s in oracle.displacements(rule, run).values()}.values()
        theta = np.cumsum(steps, axis=0)
        assert (np.abs(steps) > 1e3 * TOLERANCE * np.maximum(1e-3, np.abs(theta))).all()


def test_large_run_has_more_entries_than_any_drawn_one():
    """It is for limits on rows, columns and entries."""
    run = large_run()
    assert fits(run)
    assert min(run.theta.shape) > 10
    assert run.theta.size > 1000
