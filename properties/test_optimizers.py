"""Optimizers: the first step, whole runs in closed form, symmetries, and whose state is whose."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given

from backproof.testing import (
    TOLERANCE,
    as_array,
    assert_bounded,
    assert_equal,
    assert_float64,
    assert_no_warning,
    assert_unchanged,
    edge,
)
from properties.oracles import optimizers as oracle
from properties.runs.optimizers import (
    RULES,
    WITH_STATE,
    assert_steps,
    by_name,
    by_position,
    follow,
    follow_in_turns,
    judged,
    left_out,
    overwrite,
    run_with_steps,
    thetas_of,
    walk,
)
from properties.strategies.optimizers import (
    ANY_SHAPES,
    BETAS,
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

SCALING = RULES[2:]
each_rule = pytest.mark.parametrize("rule", RULES)
each_rule_with_state = pytest.mark.parametrize("rule", WITH_STATE)
# RMSProp's only β takes the place of β₂.
DEFAULT_BETA2 = [("momentum", 0.999), ("rmsprop", 0.9), ("adam", 0.999)]
each_default = pytest.mark.parametrize(("rule", "beta2"), DEFAULT_BETA2)
each_scaling_rule = pytest.mark.parametrize("rule", SCALING)
# Past 1000 steps, where a cap on t shows in 3 of 10,000 of a step, far above the tolerance.
ADAM_STEPS, AVERAGED_STEPS = 1006, 104
each_average = pytest.mark.parametrize("rule", ["momentum", "rmsprop"])


@given(run=runs(steps=1))
def test_optimizers_gradient_descent_steps_against_the_gradient(submission, run):
    """Gradient descent steps against the gradient: θ ← θ − η g."""
    follow(submission, "gradient_descent", run)


@given(run=runs())
def test_optimizers_momentum_steps_along_the_average_gradient(submission, run):
    """Momentum steps by −η m_t with m_t = (1 − β) Σ_i β^(t−i) g_i."""
    follow(submission, "momentum", run)


@given(run=steady_runs(steps=5))
def test_optimizers_momentum_gathers_speed_on_a_constant_gradient(submission, run):
    """Where the gradient stays the same, momentum's steps grow to η g: Δ_t = −η (1 − βᵗ) g."""
    m = oracle.warm_up(run.beta1, run.gradients) * run.gradients
    follow(submission, "momentum", run, oracle.unscaled(run, m))


@given(run=runs())
def test_optimizers_rmsprop_divides_by_the_root_of_the_average_square(submission, run):
    """RMSProp steps by −η g_t / √(v_t + ε) with v_t = (1 − β) Σ_i β^(t−i) g_i²."""
    follow(submission, "rmsprop", run)


@given(run=runs(steps=1, least=1.0))
def test_optimizers_rmsprop_first_step_has_no_bias_correction(submission, run):
    """RMSProp's first step is Δ = −η g / √((1 − β) g² + ε)."""
    g = run.gradients
    follow(submission, "rmsprop", run, oracle.scaled(run, g, (1 - run.beta2) * g**2))


@given(run=steady_runs(steps=5))
def test_optimizers_rmsprop_slows_down_on_a_constant_gradient(submission, run):
    """Where the gradient stays the same, RMSProp's steps shrink to η: v_t = (1 − βᵗ) g²."""
    g = run.gradients
    follow(submission, "rmsprop", run, oracle.scaled(run, g, oracle.warm_up(run.beta2, g) * g**2))


@given(run=runs())
def test_optimizers_adam_divides_corrected_averages(submission, run):
    """Adam steps by −η m̂_t / √(v̂_t + ε) with m̂_t = m_t / (1 − β₁ᵗ) and v̂_t = v_t / (1 − β₂ᵗ)."""
    follow(submission, "adam", run)


@given(run=runs())
def test_optimizers_adam_without_correction_divides_plain_averages(submission, run):
    """Without correction Adam steps by −η m_t / √(v_t + ε) with m_t = (1 − β₁) Σ_i β₁^(t−i) g_i."""
    follow(submission, "adam", replace(run, bias_correction=False))


@given(run=runs(steps=1, least=1.0))
def test_optimizers_adam_first_step_forgets_the_betas(submission, run):
    """With bias correction, Adam's first step is Δ = −η g / √(g² + ε), whatever β₁ and β₂ are."""
    g = run.gradients
    follow(submission, "adam", run, oracle.scaled(run, g, g**2))


@given(run=runs(steps=1, least=1.0))
def test_optimizers_adam_first_step_without_correction_is_biased(submission, run):
    """Without correction, Adam's first step is Δ = −η (1 − β₁) g / √((1 − β₂) g² + ε)."""
    run, g = replace(run, bias_correction=False), run.gradients
    required = oracle.scaled(run, (1 - run.beta1) * g, (1 - run.beta2) * g**2)
    follow(submission, "adam", run, required)


@given(run=steady_runs(steps=5))
def test_optimizers_adam_steps_evenly_on_a_constant_gradient(submission, run):
    """Where the gradient stays the same, m̂ = g and v̂ = g² at every t, so all steps are equal."""
    g = run.gradients
    follow(submission, "adam", run, oracle.scaled(run, g, g**2))


def test_optimizers_adam_overshoots_without_correction(submission):
    """Without correction, a constant gradient makes steps of up to 6.6 η, at t = 12.

    They are η (1 − β₁ᵗ) / √(1 − β₂ᵗ).
    """
    run = replace(long_run(steps=15, growth=1.0), bias_correction=False)
    m, v = (oracle.warm_up(beta, run.gradients) for beta in (run.beta1, run.beta2))
    follow(submission, "adam", run, oracle.scaled(run, m * run.gradients, v * run.gradients**2))


@given(run=runs(betas=BETAS, least=1.0))
def test_optimizers_adam_without_momentum_is_corrected_rmsprop(submission, run):
    """With β₁ = 0, Adam is RMSProp with its bias corrected: v̂_t = v_t / (1 − β₂ᵗ) and m̂_t = g_t."""
    g = run.gradients
    v = oracle.averages(g**2, run.beta2, corrected=False) / oracle.warm_up(run.beta2, g)
    follow(submission, "adam", replace(run, beta1=0.0), oracle.scaled(run, g, v))


@given(run=runs(betas=BETAS))
def test_optimizers_adam_steps_within_its_bound(submission, run):
    """With m̂ = Σ_i a_i g_i and v̂ = Σ_i b_i g_i², Adam's step is at most η √(Σ_i a_i² / b_i)."""
    steps = list(walk(submission, "adam", run))
    before = np.array([step.before for step in steps])
    after = np.array([step.after for step in steps])
    reach = run.learning_rates[0] * oracle.step_bounds(run) + TOLERANCE * np.maximum(1, abs(after))
    assert_bounded(after, before - reach, before + reach, "thetas", rule="one row for each step")


def test_optimizers_adam_reaches_its_bound(submission):
    """A gradient that grows by β₂ / β₁ makes each step as long as the bound: 2.2 η at t = 100."""
    run = long_run(steps=100, growth=0.999 / 0.9)
    required = -run.learning_rates[0] * oracle.step_bounds(run) * np.sign(run.gradients)
    assert_steps(thetas_of(submission, "adam", run), {"the bound": required})


@edge
def test_optimizers_adam_counts_on_through_a_long_run(submission):
    """After a thousand steps Adam still follows its closed form: t and the averages go on."""
    run, required = run_with_steps("adam", waving_run, steps=ADAM_STEPS)
    assert_steps(thetas_of(submission, "adam", run), required)


@edge
@each_average
def test_optimizers_averages_go_on_through_a_long_run(submission, rule):
    """After a hundred steps m and v are still (1 − β) Σ_i β^(t−i) g_i, over all gradients."""
    run, required = run_with_steps(rule, waving_run, steps=AVERAGED_STEPS)
    assert_steps(thetas_of(submission, rule, run), required)


@edge
@each_rule
def test_optimizers_no_gradient_and_no_rate_is_cut_off(submission, rule):
    """Gradients from 10⁻⁴ to 10⁸ and learning rates from 10⁻³ to 200 count in full: no limit."""
    run, required = run_with_steps(rule, growing_run)
    assert_steps(thetas_of(submission, rule, run), required)


@edge
@each_rule
def test_optimizers_large_tensors_are_no_exception(submission, rule):
    """In a tensor of 65 × 20 entries each entry takes its step, as in a small one."""
    run, required = run_with_steps(rule, large_run)
    assert_steps(thetas_of(submission, rule, run), required)


@each_scaling_rule
@given(run=runs_that_show_epsilon())
def test_optimizers_epsilon_keeps_its_place(submission, options, rule, run):
    """ε stands inside the root, √(v̂ + ε), or outside, √v̂ + ε, in one place throughout a run."""
    accepted = oracle.PLACES[options[f"{rule}_epsilon"]]
    follow(submission, rule, run, oracle.epsilon_variants(rule, run), accepted)


@edge
@each_rule
@given(run=still_runs())
def test_optimizers_zero_gradients_move_nothing(submission, rule, run):
    """Where the gradient is 0 from the start θ stays, with no 0/0 and no warning."""
    follow(submission, rule, run, afterwards=assert_no_warning)


@each_rule_with_state
@given(run=pausing_runs())
def test_optimizers_zero_gradients_count_as_steps(submission, rule, run):
    """A gradient of 0 is a step too: it lets the averages fade by β, and they may still move θ."""
    follow(submission, rule, run)


@each_scaling_rule
@given(drawn=runs_without_epsilon())
def test_optimizers_scale_of_the_gradients_does_not_matter(submission, rule, drawn):
    """With ε = 0, a factor on all gradients cancels in Adam and RMSProp: c g steps as g does."""
    run, factor = drawn
    louder = replace(run, gradients=factor * run.gradients)
    follow(submission, rule, louder, oracle.displacements(rule, run))


@each_rule
@given(run=runs_with_varying_rates())
def test_optimizers_steps_are_proportional_to_the_learning_rate(submission, rule, run):
    """Each step is proportional to its own η_t; earlier learning rates leave no trace."""
    follow(submission, rule, run)


@each_rule
@given(run=runs(steps=2))
def test_optimizers_opposite_gradients_give_opposite_steps(submission, rule, run):
    """Turning the sign of all gradients turns every step around: Δ(−g) = −Δ(g)."""
    opposite = replace(run, gradients=-run.gradients)
    follow(submission, rule, opposite, oracle.mapped(np.negative, rule, run))


@each_rule
@given(run=runs(steps=2))
def test_optimizers_steps_do_not_depend_on_theta(submission, rule, run):
    """The step follows from the gradients alone: θ + 1000 moves as θ does, without weight decay."""
    follow(submission, rule, replace(run, theta=run.theta + 1000.0))


@each_rule
@given(run=runs(steps=2, least=1.0))
def test_optimizers_entries_are_stepped_alone(submission, rule, run):
    """A gradient a thousand times larger in one entry leaves the steps of the others alone."""
    gradients = run.gradients.copy()
    gradients.reshape(len(gradients), -1)[:, 0] *= 1000.0
    follow(submission, rule, replace(run, gradients=gradients))


@each_rule
@given(run=runs(steps=2))
def test_optimizers_entries_may_stand_in_any_order(submission, rule, run):
    """Rows in reverse order take the same steps, in reverse order."""
    turned = replace(run, theta=run.theta[::-1], gradients=run.gradients[:, ::-1])
    follow(submission, rule, turned, oracle.mapped(np.fliplr, rule, run))


@edge
@each_rule
@given(run=runs(steps=2, shapes=ANY_SHAPES))
def test_optimizers_theta_keeps_its_shape(submission, rule, run):
    """The new theta has the shape of the old one, whatever its rank, and takes the same steps."""
    required = oracle.displacements(rule, run)
    for step in judged(walk(submission, rule, run), required, tuple(required)):
        as_array(step.returned, "theta", run.theta.shape)


@edge
@each_rule
@given(run=runs(steps=2))
def test_optimizers_theta_stays_float64(submission, rule, run):
    """From float64 comes float64, at every step."""
    for step in walk(submission, rule, run):
        assert_float64(step.returned, "theta")


@edge
@each_rule
@given(run=runs(steps=2))
def test_optimizers_arguments_are_left_unchanged(submission, rule, run):
    """The arrays theta and gradient still have their values after each call."""
    list(walk(submission, rule, run, afterwards=assert_unchanged))


@edge
@each_rule
@given(run=runs(steps=2))
def test_optimizers_returned_theta_is_new(submission, rule, run):
    """A returned theta keeps its values when the arguments are overwritten and steps follow."""
    for step in list(walk(submission, rule, run, afterwards=overwrite)):
        step.call.result_now()
        assert_equal(step.returned, step.after, "the theta returned before")


@edge
@each_rule_with_state
@given(run=runs(steps=2))
def test_optimizers_state_does_not_hold_on_to_arguments(submission, rule, run):
    """A caller may overwrite theta and gradient after a call: the state has its own arrays."""
    follow(submission, rule, run, afterwards=overwrite)


@each_rule_with_state
@given(run=runs(steps=2))
def test_optimizers_tensors_stepped_in_turns_move_as_if_alone(submission, rule, run):
    """Three tensors, two of one shape, stepped in turns move as each would alone."""
    twin = replace(run, gradients=1.0 - run.gradients)
    other = replace(run, theta=run.theta[:1], gradients=run.gradients[:, :1])
    follow_in_turns(submission, rule, run, twin, other)


@edge
@each_rule_with_state
@given(run=runs(steps=2))
def test_optimizers_init_starts_afresh(submission, rule, run):
    """A new state knows nothing of the runs before it, nor of their β and ε."""
    earlier = replace(run, gradients=1.0 - run.gradients, beta1=0.25, beta2=0.75, epsilon=0.5)
    follow(submission, rule, earlier)
    follow(submission, rule, run)


@edge
@each_default
@given(run=runs_by_default())
def test_optimizers_defaults_are_the_lectures(submission, rule, beta2, run):
    """Left out, β and β₁ are 0.9, β₂ is 0.999, ε is 1e-8, and Adam's bias is corrected."""
    follow(submission, rule, replace(run, beta2=beta2), passing=left_out)


@edge
@each_rule
@given(run=runs(steps=2))
def test_optimizers_hyperparameters_have_names_and_an_order(submission, rule, run):
    """The learning rate, β, ε and so on may be given by name or, in that order, by position."""
    follow(submission, rule, run, passing=by_position)
    follow(submission, rule, run, passing=by_name)
