"""Mistakes in gradient descent, momentum, RMSProp and Adam."""

import functools
from contextvars import ContextVar
from dataclasses import dataclass, replace

import numpy as np

from backproof.testing import misconception, spelling, variant
from reference import optimizers

# Where ε is while a step is taken: inside the root, as in the reference, or outside it. Either is
# right, so each mistake is made in both ways.
_outside = ContextVar("_outside", default=False)


def _root(v, epsilon):
    return np.sqrt(v) + epsilon if _outside.get() else np.sqrt(v + epsilon)


def _either_epsilon(step):
    """Give a step another one of the same kind, with ε outside the root."""

    @functools.wraps(step)
    def outside(*arguments, **keywords):
        token = _outside.set(True)
        try:
            return step(*arguments, **keywords)
        finally:
            _outside.reset(token)

    step.__variants__ = (outside,)
    return step


@dataclass
class _Adam:
    """A right step of Adam in pieces, to get one of them wrong."""

    theta: np.ndarray
    gradient: np.ndarray
    m: np.ndarray
    v: np.ndarray
    t: int
    rest: list
    learning_rate: float
    beta1: float
    beta2: float
    epsilon: float
    bias_correction: bool

    def next_m(self):
        return self.beta1 * self.m + (1 - self.beta1) * self.gradient

    def next_v(self):
        return self.beta2 * self.v + (1 - self.beta2) * np.square(self.gradient)

    def hat(self, average, beta):
        return average / (1 - beta ** (self.t + 1)) if self.bias_correction else average

    def m_hat(self):
        return self.hat(self.next_m(), self.beta1)

    def v_hat(self):
        return self.hat(self.next_v(), self.beta2)

    def step(self, *, m=None, v=None, m_hat=None, v_hat=None, root=None, t=None, rest=()):
        """Take the step, with other values in place of those that are given."""
        m = self.next_m() if m is None else m
        v = self.next_v() if v is None else v
        m_hat = self.hat(m, self.beta1) if m_hat is None else m_hat
        v_hat = self.hat(v, self.beta2) if v_hat is None else v_hat
        root = _root(v_hat, self.epsilon) if root is None else root
        t = self.t + 1 if t is None else t
        return self.theta - self.learning_rate * m_hat / root, (m, v, t, *rest)


def _adam_step(body):
    """Give ``body``, a function of an ``_Adam``, the signature of ``adam_step``."""

    def adam_step(
        theta,
        gradient,
        state,
        learning_rate,
        beta1=0.9,
        beta2=0.999,
        epsilon=1e-8,
        bias_correction=True,
    ):
        m, v, t, *rest = state
        arguments = (learning_rate, beta1, beta2, epsilon, bias_correction)
        return body(_Adam(theta, gradient, m, v, t, rest, *arguments))

    functools.update_wrapper(adam_step, body)
    del adam_step.__wrapped__  # or its signature would be the body's
    return _either_epsilon(adam_step)


def _also(mistake, *others):
    """Add the same mistake with other numbers, and what these have in other places of ε."""
    more = [each for other in others for each in (other, *getattr(other, "__variants__", ()))]
    mistake.__variants__ = (*getattr(mistake, "__variants__", ()), *more)


def _mean(average, value, beta):
    return beta * average + (1 - beta) * value


@variant(of="adam_step")
def adam_with_epsilon_outside(*arguments, **keywords):
    """A right step with ε outside the root."""
    [step] = _adam_step(_Adam.step).__variants__
    return step(*arguments, **keywords)


@variant(of="rmsprop_step")
def rmsprop_with_epsilon_outside(theta, gradient, state, learning_rate, beta=0.9, epsilon=1e-8):
    """A right step with ε outside the root."""
    v = _mean(state[0], gradient**2, beta)
    return theta - learning_rate * gradient / (np.sqrt(v) + epsilon), (v,)


# Gradient descent


@misconception(
    of="gradient_descent_step",
    caught_by=(
        "test_optimizers_gradient_descent_steps_against_the_gradient",
        "test_optimizers_opposite_gradients_give_opposite_steps",
    ),
)
def gradient_descent_ascends(theta, gradient, learning_rate):
    """You added the gradient: that climbs, and descent goes against it."""
    return theta + learning_rate * gradient


@misconception(
    of="gradient_descent_step",
    caught_by=(
        "test_optimizers_gradient_descent_steps_against_the_gradient",
        "test_optimizers_steps_are_proportional_to_the_learning_rate",
    ),
)
def gradient_descent_ignores_the_learning_rate(theta, gradient, learning_rate):
    """You subtracted the gradient itself: the step is the learning rate times the gradient."""
    return theta - gradient


@misconception(
    of="gradient_descent_step",
    caught_by="test_optimizers_gradient_descent_steps_against_the_gradient",
)
def gradient_descent_divides_by_the_size(theta, gradient, learning_rate):
    """You divided the gradient by its number of entries: an average belongs into the loss."""
    return theta - learning_rate * gradient / np.size(gradient)


@misconception(of="gradient_descent_step", caught_by="test_optimizers_entries_are_stepped_alone")
def gradient_descent_normalises_the_gradient(theta, gradient, learning_rate):
    """You divided the gradient by its length, so every step was equally long."""
    length = np.linalg.norm(gradient)
    return theta - learning_rate * gradient / length if length else theta.copy()


@misconception(of="gradient_descent_step", caught_by="test_optimizers_entries_are_stepped_alone")
def gradient_descent_clips_the_gradient(theta, gradient, learning_rate):
    """You clipped the gradient's entries to [−1, 1]."""
    return theta - learning_rate * np.clip(gradient, -1.0, 1.0)


@misconception(of="gradient_descent_step", caught_by="test_optimizers_steps_do_not_depend_on_theta")
def gradient_descent_decays_theta(theta, gradient, learning_rate):
    """You let theta decay towards 0: weight decay is no part of this step."""
    return theta - learning_rate * (gradient + 0.01 * theta)


@misconception(
    of="gradient_descent_step",
    caught_by="test_optimizers_gradient_descent_steps_against_the_gradient",
)
def gradient_descent_returns_the_step(theta, gradient, learning_rate):
    """You returned the step; what is wanted is theta after the step."""
    return -learning_rate * gradient


@misconception(
    of="gradient_descent_step",
    caught_by=(
        "test_optimizers_arguments_are_left_unchanged",
        "test_optimizers_returned_theta_is_new",
    ),
)
def gradient_descent_moves_the_callers_theta(theta, gradient, learning_rate):
    """You wrote theta −= …, which changes the caller's array instead of making a new one."""
    theta -= learning_rate * gradient
    return theta


@misconception(of="gradient_descent_step", caught_by="test_optimizers_theta_stays_float64")
def gradient_descent_rounds_to_float32(theta, gradient, learning_rate):
    """You converted theta to float32, which keeps only 7 digits."""
    return np.float32(theta - learning_rate * gradient)


@misconception(of="gradient_descent_step", caught_by="test_optimizers_theta_keeps_its_shape")
def gradient_descent_flattens_theta(theta, gradient, learning_rate):
    """You returned theta as one long vector: it keeps its shape."""
    return np.ravel(theta - learning_rate * gradient)


@misconception(
    of="gradient_descent_step", caught_by="test_optimizers_entries_may_stand_in_any_order"
)
def gradient_descent_forgets_the_first_row(theta, gradient, learning_rate):
    """You started counting at 1, so the first row of theta never moved."""
    moved = np.array(theta)
    for i in range(1, len(theta)):
        moved[i] -= learning_rate * gradient[i]
    return moved


# Momentum


@misconception(of="momentum_init", caught_by="test_optimizers_zero_gradients_move_nothing")
def momentum_starts_at_theta(theta):
    """You started the average at theta: it is an average of gradients and starts at 0."""
    return (np.array(theta),)


@spelling(of=momentum_starts_at_theta)
def _momentum_is_theta(theta):
    return (theta,)


@misconception(
    of="momentum_init", caught_by="test_optimizers_tensors_stepped_in_turns_move_as_if_alone"
)
def momentum_shares_one_average(theta):
    """You gave all tensors of one shape the same array for their averages."""
    m = _shared.setdefault(np.shape(theta), np.zeros(np.shape(theta)))
    m[...] = 0.0
    return (m,)


_shared = {}


@misconception(of="momentum_init", caught_by="test_optimizers_init_starts_afresh")
def momentum_resumes_the_last_run(theta):
    """You made the array of the average only once, so a new run began where the last one ended."""
    return (_kept.setdefault(np.shape(theta), np.zeros(np.shape(theta))),)


_kept = {}


@misconception(
    of="momentum_step",
    caught_by=(
        "test_optimizers_momentum_steps_along_the_average_gradient",
        "test_optimizers_momentum_gathers_speed_on_a_constant_gradient",
        "test_optimizers_defaults_are_the_lectures",
    ),
)
def momentum_adds_up_the_gradients(theta, gradient, state, learning_rate, beta=0.9):
    """You left out the factor 1 − β: m ← β m + g adds up gradients instead of averaging them."""
    m = beta * state[0] + gradient
    return theta - learning_rate * m, (m,)


@misconception(
    of="momentum_step", caught_by="test_optimizers_momentum_gathers_speed_on_a_constant_gradient"
)
def momentum_starts_at_the_first_gradient(theta, gradient, state, learning_rate, beta=0.9):
    """You started the average at the first gradient: it starts at 0."""
    started = len(state) > 1
    m = _mean(state[0], gradient, beta) if started else np.array(gradient)
    return theta - learning_rate * m, (m, "started")


@misconception(
    of="momentum_step",
    caught_by=(
        "test_optimizers_momentum_steps_along_the_average_gradient",
        "test_optimizers_zero_gradients_count_as_steps",
    ),
)
def momentum_swaps_the_weights(theta, gradient, state, learning_rate, beta=0.9):
    """You gave the new gradient the weight β; that is the weight of the old average."""
    m = _mean(state[0], gradient, 1 - beta)
    return theta - learning_rate * m, (m,)


@misconception(
    of="momentum_step", caught_by="test_optimizers_momentum_steps_along_the_average_gradient"
)
def momentum_corrects_its_bias(theta, gradient, state, learning_rate, beta=0.9):
    """You corrected the average for its start at 0, which only Adam does."""
    m, t = _mean(state[0], gradient, beta), 1 + (state[1] if len(state) > 1 else 0)
    return theta - learning_rate * m / (1 - beta**t), (m, t)


@misconception(
    of="momentum_step", caught_by="test_optimizers_momentum_steps_along_the_average_gradient"
)
def momentum_looks_ahead(theta, gradient, state, learning_rate, beta=0.9):
    """You stepped along β m + (1 − β) g with m already averaged: that is Nesterov's momentum."""
    m = _mean(state[0], gradient, beta)
    return theta - learning_rate * _mean(m, gradient, beta), (m,)


@misconception(
    of="momentum_step",
    caught_by=(
        "test_optimizers_momentum_steps_along_the_average_gradient",
        "test_optimizers_momentum_gathers_speed_on_a_constant_gradient",
    ),
)
def momentum_steps_before_it_averages(theta, gradient, state, learning_rate, beta=0.9):
    """You stepped along the average from before this gradient: average first, then step."""
    return theta - learning_rate * state[0], (_mean(state[0], gradient, beta),)


@misconception(
    of="momentum_step", caught_by="test_optimizers_momentum_gathers_speed_on_a_constant_gradient"
)
def momentum_forgets_its_average(theta, gradient, state, learning_rate, beta=0.9):
    """You returned the old state, so every step started from m = 0."""
    m = _mean(state[0], gradient, beta)
    return theta - learning_rate * m, state


@misconception(
    of="momentum_step", caught_by="test_optimizers_opposite_gradients_give_opposite_steps"
)
def momentum_climbs(theta, gradient, state, learning_rate, beta=0.9):
    """You added the average gradient: the step goes against it."""
    return optimizers.momentum_step(theta, gradient, state, -learning_rate, beta)


@misconception(
    of="momentum_step", caught_by="test_optimizers_momentum_steps_along_the_average_gradient"
)
def momentum_fades_with_the_wrong_sign(theta, gradient, state, learning_rate, beta=0.9):
    """You subtracted β m from the new gradient: the old average is added to it."""
    m = -beta * state[0] + (1 - beta) * gradient
    return theta - learning_rate * m, (m,)


@misconception(
    of="momentum_step",
    caught_by="test_optimizers_steps_are_proportional_to_the_learning_rate",
)
def momentum_averages_whole_steps(theta, gradient, state, learning_rate, beta=0.9):
    """You put the learning rate into the average, so old steps kept their old learning rate."""
    m = _mean(state[0], learning_rate * gradient, beta)
    return theta - m, (m,)


@misconception(of="momentum_step", caught_by="test_optimizers_state_does_not_hold_on_to_arguments")
def momentum_keeps_the_callers_gradients(theta, gradient, state, learning_rate, beta=0.9):
    """You kept the gradient arrays themselves in the state; the caller may overwrite them."""
    state = (*state, gradient)
    m = state[0]
    for past in state[1:]:
        m = _mean(m, past, beta)
    return theta - learning_rate * m, state


@misconception(of="momentum_step", caught_by="test_optimizers_entries_may_stand_in_any_order")
def momentum_has_one_average_for_all_entries(theta, gradient, state, learning_rate, beta=0.9):
    """You used one number m for all entries, which went on from one entry to the next."""
    moved, running = np.array(theta), np.mean(state[0])
    for index in np.ndindex(moved.shape):
        running = _mean(running, gradient[index], beta)
        moved[index] -= learning_rate * running
    return moved, (np.full_like(state[0], running),)


@misconception(of="momentum_step", caught_by="test_optimizers_defaults_are_the_lectures")
def momentum_remembers_longer_by_default(theta, gradient, state, learning_rate, beta=0.99):
    """You chose 0.99 as the default of β: it is 0.9."""
    return optimizers.momentum_step(theta, gradient, state, learning_rate, beta)


@misconception(
    of="momentum_step",
    caught_by="test_optimizers_hyperparameters_have_names_and_an_order",
)
def momentum_has_beta_fixed(theta, gradient, state, learning_rate, beta=0.9):
    """You wrote 0.9 into the formula and did not use the β that was given."""
    return optimizers.momentum_step(theta, gradient, state, learning_rate, 0.9)


@misconception(of="momentum_step", caught_by="test_optimizers_theta_keeps_its_shape")
def momentum_needs_a_vector(theta, gradient, state, learning_rate, beta=0.9):
    """You counted on theta to have a length: a single number of shape () has none."""
    m = np.array([_mean(state[0][i], gradient[i], beta) for i in range(len(theta))])
    return theta - learning_rate * m, (m,)


# RMSProp


@misconception(
    of="rmsprop_init",
    caught_by=(
        "test_optimizers_rmsprop_first_step_has_no_bias_correction",
        "test_optimizers_scale_of_the_gradients_does_not_matter",
    ),
)
def rmsprop_starts_at_one(theta):
    """You started the average square at 1: it starts at 0."""
    return (np.ones(np.shape(theta)),)


@misconception(
    of="rmsprop_step",
    caught_by=(
        "test_optimizers_rmsprop_first_step_has_no_bias_correction",
        "test_optimizers_rmsprop_slows_down_on_a_constant_gradient",
    ),
)
@_either_epsilon
def rmsprop_starts_at_the_first_square(
    theta, gradient, state, learning_rate, beta=0.9, epsilon=1e-8
):
    """You started v at the first g²: it starts at 0, so that the first step is longer than η."""
    v = _mean(state[0], gradient**2, beta) if len(state) > 1 else gradient**2
    return theta - learning_rate * gradient / _root(v, epsilon), (v, "started")


@misconception(
    of="rmsprop_step",
    caught_by=(
        "test_optimizers_rmsprop_first_step_has_no_bias_correction",
        "test_optimizers_rmsprop_slows_down_on_a_constant_gradient",
    ),
)
@_either_epsilon
def rmsprop_corrects_its_bias(theta, gradient, state, learning_rate, beta=0.9, epsilon=1e-8):
    """You corrected v for its start at 0, which only Adam does."""
    v, t = _mean(state[0], gradient**2, beta), 1 + (state[1] if len(state) > 1 else 0)
    return theta - learning_rate * gradient / _root(v / (1 - beta**t), epsilon), (v, t)


@misconception(
    of="rmsprop_step",
    caught_by=(
        "test_optimizers_rmsprop_divides_by_the_root_of_the_average_square",
        "test_optimizers_scale_of_the_gradients_does_not_matter",
    ),
)
@_either_epsilon
def rmsprop_forgets_the_root(theta, gradient, state, learning_rate, beta=0.9, epsilon=1e-8):
    """You divided by v instead of by its root."""
    v = _mean(state[0], gradient**2, beta)
    return theta - learning_rate * gradient / (v + epsilon), (v,)


@misconception(
    of="rmsprop_step", caught_by="test_optimizers_rmsprop_slows_down_on_a_constant_gradient"
)
@_either_epsilon
def rmsprop_adds_up_the_squares(theta, gradient, state, learning_rate, beta=0.9, epsilon=1e-8):
    """You added up all squares without letting old ones fade: that is AdaGrad."""
    v = state[0] + gradient**2
    return theta - learning_rate * gradient / _root(v, epsilon), (v,)


@misconception(
    of="rmsprop_step",
    caught_by="test_optimizers_rmsprop_divides_by_the_root_of_the_average_square",
)
@_either_epsilon
def rmsprop_swaps_the_weights(theta, gradient, state, learning_rate, beta=0.9, epsilon=1e-8):
    """You gave the new square the weight β; that is the weight of the old average."""
    v = _mean(state[0], gradient**2, 1 - beta)
    return theta - learning_rate * gradient / _root(v, epsilon), (v,)


@misconception(
    of="rmsprop_step", caught_by="test_optimizers_rmsprop_first_step_has_no_bias_correction"
)
@_either_epsilon
def rmsprop_leaves_out_one_minus_beta(
    theta, gradient, state, learning_rate, beta=0.9, epsilon=1e-8
):
    """You left out the factor 1 − β of the new square."""
    v = beta * state[0] + gradient**2
    return theta - learning_rate * gradient / _root(v, epsilon), (v,)


@misconception(
    of="rmsprop_step",
    caught_by="test_optimizers_rmsprop_divides_by_the_root_of_the_average_square",
)
def rmsprop_averages_magnitudes(theta, gradient, state, learning_rate, beta=0.9, epsilon=1e-8):
    """You averaged |g| instead of g²: that is the mean, not the root of the mean square."""
    v = _mean(state[0], np.abs(gradient), beta)
    return theta - learning_rate * gradient / (v + epsilon), (v,)


@misconception(
    of="rmsprop_step",
    caught_by="test_optimizers_rmsprop_divides_by_the_root_of_the_average_square",
)
@_either_epsilon
def rmsprop_divides_by_the_old_average(
    theta, gradient, state, learning_rate, beta=0.9, epsilon=1e-8
):
    """You divided by v from before this gradient: average first, then step."""
    (v,) = state
    step = learning_rate * gradient / _root(v, epsilon)
    return theta - step, (_mean(v, gradient**2, beta),)


@misconception(
    of="rmsprop_step",
    caught_by="test_optimizers_rmsprop_divides_by_the_root_of_the_average_square",
)
@_either_epsilon
def rmsprop_subtracts_the_mean(theta, gradient, state, learning_rate, beta=0.9, epsilon=1e-8):
    """You divided by the deviation, √(v − m²): RMSProp does not subtract the mean."""
    m = _mean(state[1] if len(state) > 1 else 0.0, gradient, beta)
    v = _mean(state[0], gradient**2, beta)
    return theta - learning_rate * gradient / _root(np.maximum(v - m**2, 0.0), epsilon), (v, m)


@misconception(of="rmsprop_step", caught_by="test_optimizers_entries_are_stepped_alone")
@_either_epsilon
def rmsprop_divides_by_one_number(theta, gradient, state, learning_rate, beta=0.9, epsilon=1e-8):
    """You averaged g² over the entries, too: each entry has its own v."""
    v = _mean(state[0], np.mean(gradient**2), beta)
    return theta - learning_rate * gradient / _root(v, epsilon), (v,)


@misconception(
    of="rmsprop_step", caught_by="test_optimizers_opposite_gradients_give_opposite_steps"
)
def rmsprop_loses_the_sign(theta, gradient, state, learning_rate, beta=0.9, epsilon=1e-8):
    """You stepped by √(g²), which is |g|: theta fell whatever the gradient's sign."""
    return optimizers.rmsprop_step(theta, np.abs(gradient), state, learning_rate, beta, epsilon)


@misconception(
    of="rmsprop_step",
    caught_by="test_optimizers_rmsprop_divides_by_the_root_of_the_average_square",
)
def rmsprop_steps_by_the_sign(theta, gradient, state, learning_rate, beta=0.9, epsilon=1e-8):
    """You divided g by its own root of the square, so only its sign was left."""
    return theta - learning_rate * np.sign(gradient), state


@misconception(of="rmsprop_step", caught_by="test_optimizers_epsilon_keeps_its_place")
def rmsprop_subtracts_epsilon(theta, gradient, state, learning_rate, beta=0.9, epsilon=1e-8):
    """You subtracted ε from √v, so the denominator can become 0."""
    v = _mean(state[0], gradient**2, beta)
    return theta - learning_rate * gradient / (np.sqrt(v) - epsilon), (v,)


@misconception(of="rmsprop_step", caught_by="test_optimizers_epsilon_keeps_its_place")
def rmsprop_moves_epsilon(theta, gradient, state, learning_rate, beta=0.9, epsilon=1e-8):
    """You put ε inside the root at the first step and outside it later."""
    v = _mean(state[0], gradient**2, beta)
    first = len(state) == 1
    root = np.sqrt(v + epsilon) if first else np.sqrt(v) + epsilon
    return theta - learning_rate * gradient / root, (v, "started")


@misconception(
    of="rmsprop_step",
    caught_by=(
        "test_optimizers_zero_gradients_move_nothing",
        "test_optimizers_epsilon_keeps_its_place",
    ),
)
def rmsprop_leaves_out_epsilon(theta, gradient, state, learning_rate, beta=0.9, epsilon=1e-8):
    """You left ε out, so a gradient of 0 gives 0/0."""
    return optimizers.rmsprop_step(theta, gradient, state, learning_rate, beta, 0.0)


@misconception(of="rmsprop_step", caught_by="test_optimizers_defaults_are_the_lectures")
def rmsprop_remembers_longer_by_default(
    theta, gradient, state, learning_rate, beta=0.99, epsilon=1e-8
):
    """You chose 0.99 as the default of β: it is 0.9."""
    return optimizers.rmsprop_step(theta, gradient, state, learning_rate, beta, epsilon)


@misconception(
    of="rmsprop_step", caught_by="test_optimizers_hyperparameters_have_names_and_an_order"
)
def rmsprop_swaps_beta_and_epsilon(theta, gradient, state, learning_rate, beta=0.9, epsilon=1e-8):
    """You took β for ε and ε for β."""
    v = _mean(state[0], gradient**2, epsilon)
    return theta - learning_rate * gradient / np.sqrt(v + beta), (v,)


@misconception(of="rmsprop_step", caught_by="test_optimizers_zero_gradients_count_as_steps")
@_either_epsilon
def rmsprop_skips_zero_gradients(theta, gradient, state, learning_rate, beta=0.9, epsilon=1e-8):
    """You left v as it was where the gradient is 0: there, too, it fades by β."""
    v = np.where(gradient == 0, state[0], _mean(state[0], gradient**2, beta))
    return theta - learning_rate * gradient / _root(v, epsilon), (v,)


# Adam


@misconception(
    of="adam_init",
    caught_by=(
        "test_optimizers_adam_steps_evenly_on_a_constant_gradient",
        "test_optimizers_adam_first_step_forgets_the_betas",
    ),
)
def adam_counts_from_two(theta):
    """You started t at 1 and counted it up before the first step: there, t is 1."""
    m, v, _ = optimizers.adam_init(theta)
    return m, v, 1


@misconception(of="adam_init", caught_by="test_optimizers_scale_of_the_gradients_does_not_matter")
def adam_starts_v_at_one(theta):
    """You started v at 1: it starts at 0."""
    m, _, t = optimizers.adam_init(theta)
    return m, np.ones_like(m), t


@misconception(of="adam_init", caught_by="test_optimizers_adam_divides_corrected_averages")
def adam_shares_m_and_v(theta):
    """You used one array for m and v: what is added to one is added to both."""
    m, _, t = optimizers.adam_init(theta)
    return m, m, t


@misconception(of="adam_init", caught_by="test_optimizers_adam_divides_corrected_averages")
def adam_averages_in_float32(theta):
    """You keep m and v in float32, which holds only 7 digits."""
    m, v, t = optimizers.adam_init(theta)
    return np.asarray(m, np.float32), np.asarray(v, np.float32), t


@misconception(
    of="adam_init", caught_by="test_optimizers_tensors_stepped_in_turns_move_as_if_alone"
)
def adam_shares_its_averages(theta):
    """You gave all tensors the same m and v."""
    m, v, t = _shared_by_adam.setdefault(np.shape(theta), optimizers.adam_init(theta))
    m[...] = v[...] = 0.0
    return m, v, t


_shared_by_adam = {}


@misconception(of="adam_step", caught_by="test_optimizers_zero_gradients_move_nothing")
@_adam_step
def adam_counts_from_zero(a):
    """You used t before counting it up, so the first step divided by 1 − β⁰ = 0."""
    m_hat = a.next_m() / (1 - a.beta1**a.t) if a.bias_correction else a.next_m()
    v_hat = a.next_v() / (1 - a.beta2**a.t) if a.bias_correction else a.next_v()
    return a.step(m_hat=m_hat, v_hat=v_hat)


@misconception(of="adam_step", caught_by="test_optimizers_adam_steps_evenly_on_a_constant_gradient")
@_adam_step
def adam_never_counts(a):
    """You divided by 1 − β at every step: t counts up, and the correction is 1 − βᵗ."""
    return a.step(t=0)


@misconception(of="adam_step", caught_by="test_optimizers_adam_steps_evenly_on_a_constant_gradient")
@_adam_step
def adam_counts_twice(a):
    """You counted t up twice in each step."""
    return a.step(t=a.t + 2)


@misconception(
    of="adam_step",
    caught_by=(
        "test_optimizers_tensors_stepped_in_turns_move_as_if_alone",
        "test_optimizers_init_starts_afresh",
    ),
)
@_adam_step
def adam_counts_for_all_tensors(a):
    """You counted the steps of all tensors together: each state has a t of its own."""
    _steps_of_all.append(a.t)
    return replace(a, t=len(_steps_of_all) - 1).step()


_steps_of_all = []


@misconception(
    of="adam_step",
    caught_by=(
        "test_optimizers_adam_divides_corrected_averages",
        "test_optimizers_adam_first_step_forgets_the_betas",
        "test_optimizers_defaults_are_the_lectures",
    ),
)
@_adam_step
def adam_never_corrects(a):
    """You left the bias correction out."""
    return replace(a, bias_correction=False).step()


@misconception(
    of="adam_step",
    caught_by=(
        "test_optimizers_adam_without_correction_divides_plain_averages",
        "test_optimizers_adam_first_step_without_correction_is_biased",
        "test_optimizers_adam_overshoots_without_correction",
    ),
)
@_adam_step
def adam_always_corrects(a):
    """You corrected the bias although bias_correction was False."""
    return replace(a, bias_correction=True).step()


@misconception(
    of="adam_step", caught_by="test_optimizers_adam_first_step_without_correction_is_biased"
)
@_adam_step
def adam_inverts_the_switch(a):
    """You corrected the bias when bias_correction was False, and did not when it was True."""
    return replace(a, bias_correction=not a.bias_correction).step()


@misconception(of="adam_step", caught_by="test_optimizers_adam_first_step_forgets_the_betas")
@_adam_step
def adam_corrects_only_v(a):
    """You corrected v but not m, so the first steps were too short."""
    return a.step(m_hat=a.next_m())


@misconception(
    of="adam_step",
    caught_by=(
        "test_optimizers_adam_steps_within_its_bound",
        "test_optimizers_adam_without_momentum_is_corrected_rmsprop",
    ),
)
@_adam_step
def adam_corrects_only_m(a):
    """You corrected m but not v, so the first steps were far too long."""
    return a.step(v_hat=a.next_v())


@misconception(of="adam_step", caught_by="test_optimizers_adam_divides_corrected_averages")
@_adam_step
def adam_multiplies_by_the_correction(a):
    """You multiplied by 1 − βᵗ: the correction divides by it."""
    if not a.bias_correction:
        return a.step()
    t = a.t + 1
    return a.step(m_hat=a.next_m() * (1 - a.beta1**t), v_hat=a.next_v() * (1 - a.beta2**t))


@misconception(of="adam_step", caught_by="test_optimizers_adam_divides_corrected_averages")
@_adam_step
def adam_corrects_by_one_minus_beta_squared(a):
    """You wrote 1 − β² where 1 − βᵗ belongs."""
    return replace(a, t=1).step(t=a.t + 1)


@misconception(of="adam_step", caught_by="test_optimizers_adam_divides_corrected_averages")
@_adam_step
def adam_corrects_by_t_times_beta(a):
    """You wrote 1 − t β for 1 − βᵗ."""
    if not a.bias_correction:
        return a.step()
    t = a.t + 1
    m_hat, v_hat = a.next_m() / (1 - t * a.beta1), a.next_v() / (1 - t * a.beta2)
    return a.step(m_hat=m_hat, root=np.sqrt(np.abs(v_hat) + a.epsilon))


@misconception(of="adam_step", caught_by="test_optimizers_adam_steps_evenly_on_a_constant_gradient")
@_adam_step
def adam_stores_the_corrected_averages(a):
    """You stored m̂ and v̂ as m and v, so the correction went into the next average."""
    return a.step(m=a.m_hat(), v=a.v_hat(), m_hat=a.m_hat(), v_hat=a.v_hat())


@misconception(of="adam_step", caught_by="test_optimizers_adam_counts_on_through_a_long_run")
@_adam_step
def adam_stops_correcting(a):
    """You corrected the bias in the first steps only, and stopped where β₂ᵗ is far from 0."""
    return _corrected_until(100, a)


def _corrected_until(last, a):
    return replace(a, bias_correction=a.bias_correction and a.t < last).step()


_also(adam_stops_correcting, _adam_step(functools.partial(_corrected_until, 500)))


@misconception(
    of="adam_step",
    caught_by=(
        "test_optimizers_adam_divides_corrected_averages",
        "test_optimizers_hyperparameters_have_names_and_an_order",
    ),
)
@_adam_step
def adam_swaps_its_betas(a):
    """You used β₂ for m and β₁ for v."""
    return replace(a, beta1=a.beta2, beta2=a.beta1).step()


@misconception(
    of="adam_step", caught_by="test_optimizers_adam_without_correction_divides_plain_averages"
)
@_adam_step
def adam_uses_beta1_for_both(a):
    """You used β₁ for v, too."""
    return replace(a, beta2=a.beta1).step()


@misconception(of="adam_step", caught_by="test_optimizers_adam_divides_corrected_averages")
@_adam_step
def adam_swaps_the_weights(a):
    """You gave the new gradient the weight β; that is the weight of the old average."""
    m = (1 - a.beta1) * a.m + a.beta1 * a.gradient
    v = (1 - a.beta2) * a.v + a.beta2 * np.square(a.gradient)
    return a.step(m=m, v=v)


@misconception(
    of="adam_step", caught_by="test_optimizers_adam_without_momentum_is_corrected_rmsprop"
)
@_adam_step
def adam_takes_zero_for_missing(a):
    """You wrote `beta1 or 0.9`, which turns a β₁ of 0 into 0.9."""
    return replace(a, beta1=a.beta1 or 0.9).step()


@misconception(of="adam_step", caught_by="test_optimizers_adam_first_step_forgets_the_betas")
@_adam_step
def adam_adds_up_the_gradients(a):
    """You left out the factor 1 − β₁ in m."""
    return a.step(m=a.beta1 * a.m + a.gradient)


@misconception(
    of="adam_step", caught_by="test_optimizers_adam_first_step_without_correction_is_biased"
)
@_adam_step
def adam_leaves_out_one_minus_beta2(a):
    """You left out the factor 1 − β₂ in v."""
    return a.step(v=a.beta2 * a.v + np.square(a.gradient))


@misconception(of="adam_step", caught_by="test_optimizers_adam_steps_evenly_on_a_constant_gradient")
@_adam_step
def adam_adds_up_the_squares(a):
    """You added up all squares without letting old ones fade: that is AdaGrad."""
    return a.step(v=a.v + np.square(a.gradient))


@misconception(of="adam_step", caught_by="test_optimizers_scale_of_the_gradients_does_not_matter")
@_adam_step
def adam_averages_magnitudes(a):
    """You averaged |g| in v where g² belongs."""
    return a.step(v=a.beta2 * a.v + (1 - a.beta2) * np.abs(a.gradient))


@misconception(of="adam_step", caught_by="test_optimizers_entries_are_stepped_alone")
@_adam_step
def adam_divides_by_one_number(a):
    """You averaged g² over the entries, too: each entry has its own v."""
    return a.step(v=a.beta2 * a.v + (1 - a.beta2) * np.mean(np.square(a.gradient)))


@misconception(of="adam_step", caught_by="test_optimizers_entries_are_stepped_alone")
@_adam_step
def adam_clips_by_length(a):
    """You shortened long gradients to length 1, so one large entry shrank all the others."""
    length = np.linalg.norm(a.gradient)
    return replace(a, gradient=a.gradient / max(length, 1.0)).step()


@misconception(of="adam_step", caught_by="test_optimizers_opposite_gradients_give_opposite_steps")
@_adam_step
def adam_averages_without_squaring(a):
    """You averaged g in v where g² belongs, and the root of a negative v is no number."""
    return a.step(v=a.beta2 * a.v + (1 - a.beta2) * a.gradient)


@misconception(of="adam_step", caught_by="test_optimizers_adam_divides_corrected_averages")
@_adam_step
def adam_squares_the_average(a):
    """You squared m̂ for v̂: v is the average of the squares, not the square of the average."""
    return a.step(v_hat=np.square(a.m_hat()))


@misconception(
    of="adam_step", caught_by="test_optimizers_adam_without_correction_divides_plain_averages"
)
@_adam_step
def adam_starts_at_the_first_gradient(a):
    """You started m and v at the first gradient and its square: both start at 0."""
    return a.step() if a.t else a.step(m=np.array(a.gradient), v=np.square(a.gradient))


@misconception(of="adam_step", caught_by="test_optimizers_scale_of_the_gradients_does_not_matter")
@_adam_step
def adam_forgets_the_root(a):
    """You divided by v̂ instead of by its root."""
    return a.step(root=a.v_hat() + a.epsilon)


@misconception(of="adam_step", caught_by="test_optimizers_scale_of_the_gradients_does_not_matter")
@_adam_step
def adam_takes_the_root_twice(a):
    """You took the root of v̂ twice."""
    return a.step(root=np.sqrt(np.sqrt(a.v_hat())) + a.epsilon)


@misconception(
    of="adam_step",
    caught_by=(
        "test_optimizers_adam_divides_corrected_averages",
        "test_optimizers_adam_reaches_its_bound",
    ),
)
@_adam_step
def adam_steps_along_the_gradient(a):
    """You stepped along g instead of its average m̂: that is RMSProp."""
    return a.step(m_hat=a.gradient)


@misconception(
    of="adam_step",
    caught_by=(
        "test_optimizers_adam_divides_corrected_averages",
        "test_optimizers_scale_of_the_gradients_does_not_matter",
    ),
)
@_adam_step
def adam_forgets_to_divide(a):
    """You did not divide by √v̂: that is momentum."""
    return a.step(root=1.0)


@misconception(of="adam_step", caught_by="test_optimizers_adam_divides_corrected_averages")
@_adam_step
def adam_looks_ahead(a):
    """You averaged the new gradient into m̂ once more: that is Nadam."""
    return a.step(m_hat=a.beta1 * a.m_hat() + (1 - a.beta1) * a.gradient)


@misconception(of="adam_step", caught_by="test_optimizers_adam_counts_on_through_a_long_run")
@_adam_step
def adam_keeps_the_largest_v(a):
    """You divided by the largest v̂ so far: that is AMSGrad."""
    largest = np.maximum(a.v_hat(), a.rest[0] if a.rest else 0.0)
    return a.step(v_hat=largest, rest=(largest,))


@misconception(
    of="adam_step", caught_by="test_optimizers_adam_without_correction_divides_plain_averages"
)
@_adam_step
def adam_keeps_the_largest_gradient(a):
    """You divided by the largest fading |g|: that is AdaMax."""
    largest = np.maximum(a.beta2 * a.v, np.abs(a.gradient))
    return a.step(v=largest, root=largest + a.epsilon)


@misconception(
    of="adam_step",
    caught_by=(
        "test_optimizers_adam_reaches_its_bound",
        "test_optimizers_adam_overshoots_without_correction",
    ),
)
@_adam_step
def adam_clips_its_steps(a):
    """You limited each step to the learning rate: Adam's steps can be longer than that."""
    theta, state = a.step()
    return a.theta + np.clip(theta - a.theta, -a.learning_rate, a.learning_rate), state


@misconception(of="adam_step", caught_by="test_optimizers_adam_divides_corrected_averages")
@_adam_step
def adam_forgets_its_averages(a):
    """You returned the old m and v, so no step remembered the ones before."""
    theta, _ = a.step()
    return theta, (a.m, a.v, a.t + 1)


@misconception(of="adam_step", caught_by="test_optimizers_zero_gradients_count_as_steps")
@_adam_step
def adam_skips_zero_gradients(a):
    """You returned at once when the gradient was 0: m still moves theta, and t counts on."""
    return a.step() if np.any(a.gradient) else (a.theta.copy(), (a.m, a.v, a.t, *a.rest))


@misconception(of="adam_step", caught_by="test_optimizers_opposite_gradients_give_opposite_steps")
@_adam_step
def adam_climbs(a):
    """You added the step: it goes against the gradient."""
    return replace(a, learning_rate=-a.learning_rate).step()


@misconception(
    of="adam_step", caught_by="test_optimizers_steps_are_proportional_to_the_learning_rate"
)
@_adam_step
def adam_has_its_learning_rate_fixed(a):
    """You wrote 0.001 into the formula and did not use the learning rate that was given."""
    return replace(a, learning_rate=1e-3).step()


@misconception(
    of="adam_step", caught_by="test_optimizers_steps_are_proportional_to_the_learning_rate"
)
@_adam_step
def adam_keeps_the_first_learning_rate(a):
    """You kept the learning rate of the first step for all steps."""
    first = a.rest[0] if a.rest else a.learning_rate
    return replace(a, learning_rate=first).step(rest=(first,))


@misconception(of="adam_step", caught_by="test_optimizers_adam_counts_on_through_a_long_run")
@_adam_step
def adam_lowers_its_learning_rate(a):
    """You divided the learning rate by √t: the caller decides how it changes."""
    return replace(a, learning_rate=a.learning_rate / np.sqrt(a.t + 1)).step()


@misconception(of="adam_step", caught_by="test_optimizers_epsilon_keeps_its_place")
@_adam_step
def adam_scales_epsilon(a):
    """You corrected the bias in the learning rate, which leaves ε uncorrected beside √v."""
    t = a.t + 1
    scale = np.sqrt(1 - a.beta2**t) if a.bias_correction else 1.0
    return a.step(root=(np.sqrt(a.next_v()) + a.epsilon) / scale)


@misconception(of="adam_step", caught_by="test_optimizers_epsilon_keeps_its_place")
@_adam_step
def adam_scales_epsilon_inside_the_root(a):
    """You added ε to v before correcting its bias, so ε was scaled up with it."""
    return a.step(root=np.sqrt(a.hat(a.next_v() + a.epsilon, a.beta2)))


@misconception(of="adam_step", caught_by="test_optimizers_epsilon_keeps_its_place")
@_adam_step
def adam_subtracts_epsilon(a):
    """You subtracted ε from √v̂, so the denominator can become 0."""
    return a.step(root=np.sqrt(a.v_hat()) - a.epsilon)


@misconception(of="adam_step", caught_by="test_optimizers_epsilon_keeps_its_place")
@_adam_step
def adam_squares_epsilon(a):
    """You added ε² to v̂ inside the root."""
    return a.step(root=np.sqrt(a.v_hat() + a.epsilon**2))


@misconception(of="adam_step", caught_by="test_optimizers_zero_gradients_move_nothing")
@_adam_step
def adam_leaves_out_epsilon(a):
    """You left ε out, so a gradient of 0 gives 0/0."""
    return replace(a, epsilon=0.0).step()


@misconception(of="adam_step", caught_by="test_optimizers_epsilon_keeps_its_place")
@_adam_step
def adam_moves_epsilon(a):
    """You put ε inside the root at the first step and outside it later."""
    first = np.sqrt(a.v_hat() + a.epsilon)
    return a.step(root=np.sqrt(a.v_hat()) + a.epsilon if a.t else first)


@misconception(
    of="adam_step",
    caught_by="test_optimizers_epsilon_keeps_its_place",
)
@_adam_step
def adam_has_its_epsilon_fixed(a):
    """You wrote 1e-8 into the formula and did not use the ε that was given."""
    return replace(a, epsilon=1e-8).step()


@misconception(
    of="adam_step", caught_by="test_optimizers_adam_without_correction_divides_plain_averages"
)
@_adam_step
def adam_adds_epsilon_to_the_step(a):
    """You added ε to the quotient: it belongs in the denominator."""
    v_hat = a.v_hat()
    step = a.m_hat() / np.sqrt(np.where(v_hat > 0, v_hat, 1.0)) + a.epsilon
    return a.step(m_hat=step, root=1.0)


@misconception(of="adam_step", caught_by="test_optimizers_steps_do_not_depend_on_theta")
@_adam_step
def adam_decays_theta(a):
    """You let theta decay towards 0 beside the step: that is AdamW."""
    return replace(a, theta=a.theta * (1 - 0.01 * a.learning_rate)).step()


@misconception(of="adam_step", caught_by="test_optimizers_steps_do_not_depend_on_theta")
@_adam_step
def adam_penalises_theta(a):
    """You added a multiple of theta to the gradient, the gradient of an L² penalty."""
    return replace(a, gradient=a.gradient + 0.01 * a.theta).step()


@misconception(of="adam_step", caught_by="test_optimizers_arguments_are_left_unchanged")
@_adam_step
def adam_squares_the_callers_gradient(a):
    """You squared the gradient in place, so the caller's array changed."""
    result = a.step()
    np.square(a.gradient, out=a.gradient)
    return result


@misconception(of="adam_step", caught_by="test_optimizers_returned_theta_is_new")
@_adam_step
def adam_moves_the_callers_theta(a):
    """You wrote theta −= …, which changes the caller's array instead of making a new one."""
    theta, state = a.step()
    a.theta[...] = theta
    return a.theta, state


@misconception(of="adam_step", caught_by="test_optimizers_returned_theta_is_new")
@_adam_step
def adam_returns_one_array_every_time(a):
    """You wrote every new theta into one array, which changed the thetas you had returned."""
    out = a.rest[0] if a.rest else np.empty_like(a.theta)
    theta, state = a.step(rest=(out,))
    out[...] = theta
    return out, state


@misconception(of="adam_step", caught_by="test_optimizers_state_does_not_hold_on_to_arguments")
@_adam_step
def adam_averages_into_the_callers_gradient(a):
    """You made m from the caller's gradient array without a copy, and it may be overwritten."""
    return a.step(rest=(a.gradient,)) if not a.rest else _from_what_was_kept(a)


def _from_what_was_kept(a):
    first = replace(a, m=np.zeros_like(a.m), gradient=a.rest[0]).next_m()
    return replace(a, m=first if a.t == 1 else a.m).step(rest=a.rest)


@misconception(of="adam_step", caught_by="test_optimizers_theta_stays_float64")
@_adam_step
def adam_rounds_to_float32(a):
    """You converted theta to float32, which keeps only 7 digits."""
    theta, state = a.step()
    return np.float32(theta), state


@misconception(of="adam_step", caught_by="test_optimizers_theta_keeps_its_shape")
@_adam_step
def adam_returns_a_column(a):
    """You gave theta one more axis: it keeps its shape."""
    theta, state = a.step()
    return np.expand_dims(theta, -1), state


@misconception(of="adam_step", caught_by="test_optimizers_adam_divides_corrected_averages")
@_adam_step
def adam_swaps_its_results(a):
    """You returned (state, theta): the order is (theta, state)."""
    theta, state = a.step()
    return state, theta


@misconception(of="adam_step", caught_by="test_optimizers_adam_divides_corrected_averages")
@_adam_step
def adam_returns_only_theta(a):
    """You returned theta alone: the state comes with it."""
    return a.step()[0]


# What shows late, on large numbers or in large tensors only. The numbers at which it does are
# arbitrary, so each mistake has variants with others.

CUT_OFF = "test_optimizers_no_gradient_and_no_rate_is_cut_off"
LARGE = "test_optimizers_large_tensors_are_no_exception"
GOES_ON = "test_optimizers_averages_go_on_through_a_long_run"
COUNTS_ON = "test_optimizers_adam_counts_on_through_a_long_run"
IS_NEW = "test_optimizers_returned_theta_is_new"


def _first_only(most, theta, stepped):
    """Keep the old theta in all entries but the first ``most``."""
    kept = np.arange(theta.size).reshape(theta.shape) >= most
    return np.where(kept, theta, stepped)


def _in_one_array(buffers, theta):
    """Write theta into the array of its shape, which is made once."""
    out = buffers.setdefault(theta.shape, np.empty(theta.shape))
    out[...] = theta
    return out


def _descend_clipped(limit, theta, gradient, learning_rate):
    return theta - learning_rate * np.clip(gradient, -limit, limit)


@misconception(of="gradient_descent_step", caught_by=CUT_OFF)
def gradient_descent_clips_large_gradients(theta, gradient, learning_rate):
    """You clipped large gradients. They count in full, however large they are."""
    return _descend_clipped(10.0, theta, gradient, learning_rate)


_also(
    gradient_descent_clips_large_gradients,
    *(functools.partial(_descend_clipped, limit) for limit in (5.0, 1e3, 1e6)),
)


def _descend_capped(most, theta, gradient, learning_rate):
    return theta - min(learning_rate, most) * gradient


@misconception(of="gradient_descent_step", caught_by=CUT_OFF)
def gradient_descent_caps_the_learning_rate(theta, gradient, learning_rate):
    """You limited the learning rate. The caller chooses it, however large it is."""
    return _descend_capped(0.3, theta, gradient, learning_rate)


_also(
    gradient_descent_caps_the_learning_rate,
    *(functools.partial(_descend_capped, most) for most in (1.0, 10.0, 100.0)),
)


@misconception(of="gradient_descent_step", caught_by=CUT_OFF)
def gradient_descent_bounds_its_steps(theta, gradient, learning_rate):
    """You clipped the step. It is −η g, however long that is."""
    return theta - np.clip(learning_rate * gradient, -100.0, 100.0)


@misconception(of="gradient_descent_step", caught_by=CUT_OFF)
def gradient_descent_ignores_small_gradients(theta, gradient, learning_rate):
    """You took small gradients for 0. They count in full, however small they are."""
    return theta - learning_rate * np.where(np.abs(gradient) < 1e-3, 0.0, gradient)


@misconception(of="gradient_descent_step", caught_by=LARGE)
def gradient_descent_steps_the_first_entries(theta, gradient, learning_rate):
    """You stepped the first thousand entries of theta and left the others as they were."""
    return _first_only(1000, theta, theta - learning_rate * gradient)


@misconception(of="gradient_descent_step", caught_by=IS_NEW)
def gradient_descent_returns_one_array_every_time(theta, gradient, learning_rate):
    """You wrote every new theta into one array, which changed the thetas you had returned."""
    return _in_one_array(_descent_arrays, theta - learning_rate * gradient)


_descent_arrays = {}


def _momentum_in_runs(length, theta, gradient, state, learning_rate, beta=0.9):
    m, *counted = state
    taken = counted[0] if counted else 0
    m = m * (taken % length > 0)
    theta, (m,) = optimizers.momentum_step(theta, gradient, (m,), learning_rate, beta)
    return theta, (m, taken + 1)


@misconception(of="momentum_step", caught_by=GOES_ON)
def momentum_forgets_after_some_steps(theta, gradient, state, learning_rate, beta=0.9):
    """You started the average again after some steps. It goes on through the whole run."""
    return _momentum_in_runs(20, theta, gradient, state, learning_rate, beta)


_also(
    momentum_forgets_after_some_steps,
    *(functools.partial(_momentum_in_runs, length) for length in (6, 50, 64, 100)),
)


@misconception(of="momentum_step", caught_by=CUT_OFF)
def momentum_clips_large_gradients(theta, gradient, state, learning_rate, beta=0.9):
    """You clipped large gradients. They count in full, however large they are."""
    gradient = np.clip(gradient, -10.0, 10.0)
    return optimizers.momentum_step(theta, gradient, state, learning_rate, beta)


@misconception(of="momentum_step", caught_by=CUT_OFF)
def momentum_caps_the_learning_rate(theta, gradient, state, learning_rate, beta=0.9):
    """You limited the learning rate. The caller chooses it, however large it is."""
    return optimizers.momentum_step(theta, gradient, state, min(learning_rate, 1.0), beta)


@misconception(of="momentum_step", caught_by=CUT_OFF)
def momentum_bounds_its_average(theta, gradient, state, learning_rate, beta=0.9):
    """You clipped the average. It follows the gradients, however large they are."""
    m = np.clip(_mean(state[0], gradient, beta), -1e4, 1e4)
    return theta - learning_rate * m, (m,)


@misconception(of="momentum_step", caught_by=LARGE)
def momentum_steps_the_first_entries(theta, gradient, state, learning_rate, beta=0.9):
    """You stepped the first thousand entries of theta and left the others as they were."""
    stepped, state = optimizers.momentum_step(theta, gradient, state, learning_rate, beta)
    return _first_only(1000, theta, stepped), state


@misconception(of="momentum_step", caught_by=IS_NEW)
def momentum_returns_one_array_every_time(theta, gradient, state, learning_rate, beta=0.9):
    """You wrote every new theta into one array, which changed the thetas you had returned."""
    theta, state = optimizers.momentum_step(theta, gradient, state, learning_rate, beta)
    return _in_one_array(_momentum_arrays, theta), state


_momentum_arrays = {}


def _rmsprop_in_runs(length, theta, gradient, state, learning_rate, beta=0.9, epsilon=1e-8):
    v, *counted = state
    taken = counted[0] if counted else 0
    v = _mean(v * (taken % length > 0), np.square(gradient), beta)
    return theta - learning_rate * gradient / _root(v, epsilon), (v, taken + 1)


@misconception(of="rmsprop_step", caught_by=GOES_ON)
@_either_epsilon
def rmsprop_forgets_after_some_steps(theta, gradient, state, learning_rate, beta=0.9, epsilon=1e-8):
    """You started the average again after some steps. It goes on through the whole run."""
    return _rmsprop_in_runs(20, theta, gradient, state, learning_rate, beta, epsilon)


_also(
    rmsprop_forgets_after_some_steps,
    *(functools.partial(_rmsprop_in_runs, length) for length in (6, 50, 64, 100)),
)


def _rmsprop_step(theta, gradient, state, learning_rate, beta, epsilon):
    """A right step, with ε where the mistakes have it at present."""
    v = _mean(state[0], np.square(gradient), beta)
    return theta - learning_rate * gradient / _root(v, epsilon), (v,)


@misconception(of="rmsprop_step", caught_by=CUT_OFF)
@_either_epsilon
def rmsprop_clips_large_gradients(theta, gradient, state, learning_rate, beta=0.9, epsilon=1e-8):
    """You clipped large gradients. They count in full, however large they are."""
    gradient = np.clip(gradient, -10.0, 10.0)
    return _rmsprop_step(theta, gradient, state, learning_rate, beta, epsilon)


@misconception(of="rmsprop_step", caught_by=CUT_OFF)
@_either_epsilon
def rmsprop_caps_the_learning_rate(theta, gradient, state, learning_rate, beta=0.9, epsilon=1e-8):
    """You limited the learning rate. The caller chooses it, however large it is."""
    return _rmsprop_step(theta, gradient, state, min(learning_rate, 1.0), beta, epsilon)


@misconception(of="rmsprop_step", caught_by=CUT_OFF)
@_either_epsilon
def rmsprop_bounds_its_average(theta, gradient, state, learning_rate, beta=0.9, epsilon=1e-8):
    """You clipped the average. It follows the squares, however large they are."""
    v = np.minimum(_mean(state[0], np.square(gradient), beta), 1e6)
    return theta - learning_rate * gradient / _root(v, epsilon), (v,)


@misconception(of="rmsprop_step", caught_by=LARGE)
@_either_epsilon
def rmsprop_steps_the_first_entries(theta, gradient, state, learning_rate, beta=0.9, epsilon=1e-8):
    """You stepped the first thousand entries of theta and left the others as they were."""
    stepped, state = _rmsprop_step(theta, gradient, state, learning_rate, beta, epsilon)
    return _first_only(1000, theta, stepped), state


@misconception(of="rmsprop_step", caught_by=IS_NEW)
@_either_epsilon
def rmsprop_returns_one_array_every_time(
    theta, gradient, state, learning_rate, beta=0.9, epsilon=1e-8
):
    """You wrote every new theta into one array, which changed the thetas you had returned."""
    theta, state = _rmsprop_step(theta, gradient, state, learning_rate, beta, epsilon)
    return _in_one_array(_rmsprop_arrays, theta), state


_rmsprop_arrays = {}


def _counted_up_to(most, a):
    step, (m, v, _) = replace(a, t=min(a.t, most - 1)).step()
    return step, (m, v, a.t + 1)


@misconception(of="adam_step", caught_by=COUNTS_ON)
@_adam_step
def adam_stops_counting(a):
    """You let t stop at a largest number. It counts all steps."""
    return _counted_up_to(1000, a)


_also(
    adam_stops_counting,
    *(_adam_step(functools.partial(_counted_up_to, most)) for most in (100, 255, 512)),
)


def _forgetting(m_at, v_at, a):
    return replace(a, m=a.m * (a.t != m_at), v=a.v * (a.t != v_at)).step()


@misconception(of="adam_step", caught_by=COUNTS_ON)
@_adam_step
def adam_forgets_after_some_steps(a):
    """You set an average to 0 again after some steps. Both go on through the whole run."""
    return _forgetting(300, 0, a)


_also(
    adam_forgets_after_some_steps,
    *(
        _adam_step(functools.partial(_forgetting, *steps))
        for steps in ((20, 0), (0, 700), (512, 512), (1000, 1000))
    ),
)


@misconception(of="adam_step", caught_by=CUT_OFF)
@_adam_step
def adam_clips_large_gradients(a):
    """You clipped large gradients. They count in full, however large they are."""
    return replace(a, gradient=np.clip(a.gradient, -10.0, 10.0)).step()


@misconception(of="adam_step", caught_by=CUT_OFF)
@_adam_step
def adam_caps_the_learning_rate(a):
    """You limited the learning rate. The caller chooses it, however large it is."""
    return replace(a, learning_rate=min(a.learning_rate, 1.0)).step()


@misconception(of="adam_step", caught_by=CUT_OFF)
@_adam_step
def adam_bounds_its_second_average(a):
    """You clipped v. It follows the squares, however large they are."""
    return a.step(v=np.minimum(a.next_v(), 1e6))


@misconception(of="adam_step", caught_by=LARGE)
@_adam_step
def adam_steps_the_first_entries(a):
    """You stepped the first thousand entries of theta and left the others as they were."""
    stepped, state = a.step()
    return _first_only(1000, a.theta, stepped), state


# Velocities, swapped results, other defaults


@misconception(
    of="momentum_step",
    caught_by=(
        "test_optimizers_momentum_steps_along_the_average_gradient",
        "test_optimizers_steps_are_proportional_to_the_learning_rate",
    ),
)
def momentum_is_a_velocity(theta, gradient, state, learning_rate, beta=0.9):
    """You used a velocity v ← β v − η g; here m ← β m + (1 − β) g, and the step is −η m."""
    v = beta * state[0] - learning_rate * gradient
    return theta + v, (v,)


@misconception(
    of="momentum_step", caught_by="test_optimizers_momentum_steps_along_the_average_gradient"
)
def momentum_swaps_its_results(theta, gradient, state, learning_rate, beta=0.9):
    """You returned (state, theta): the order is (theta, state)."""
    theta, state = optimizers.momentum_step(theta, gradient, state, learning_rate, beta)
    return state, theta


@spelling(of=momentum_swaps_its_results)
def _momentum_swaps_two_arrays(theta, gradient, state, learning_rate, beta=0.9):
    m = _mean(state[0] if isinstance(state, tuple) else state, gradient, beta)
    return m, theta - learning_rate * m


@misconception(
    of="momentum_step", caught_by="test_optimizers_momentum_steps_along_the_average_gradient"
)
def momentum_returns_only_theta(theta, gradient, state, learning_rate, beta=0.9):
    """You returned theta alone: the state comes with it."""
    return optimizers.momentum_step(theta, gradient, state, learning_rate, beta)[0]


@misconception(
    of="momentum_step", caught_by="test_optimizers_momentum_steps_along_the_average_gradient"
)
def momentum_ignores_its_average(theta, gradient, state, learning_rate, beta=0.9):
    """You stepped along the gradient itself: that is plain gradient descent."""
    _, state = optimizers.momentum_step(theta, gradient, state, learning_rate, beta)
    return theta - learning_rate * gradient, state


@misconception(of="momentum_step", caught_by="test_optimizers_returned_theta_is_new")
def momentum_moves_the_callers_theta(theta, gradient, state, learning_rate, beta=0.9):
    """You wrote theta −= …, which changes the caller's array instead of making a new one."""
    moved, state = optimizers.momentum_step(theta, gradient, state, learning_rate, beta)
    theta[...] = moved
    return theta, state


@misconception(
    of="rmsprop_step",
    caught_by="test_optimizers_rmsprop_divides_by_the_root_of_the_average_square",
)
def rmsprop_swaps_its_results(theta, gradient, state, learning_rate, beta=0.9, epsilon=1e-8):
    """You returned (state, theta): the order is (theta, state)."""
    theta, state = optimizers.rmsprop_step(theta, gradient, state, learning_rate, beta, epsilon)
    return state, theta


@spelling(of=rmsprop_swaps_its_results)
@_either_epsilon
def _rmsprop_swaps_two_arrays(theta, gradient, state, learning_rate, beta=0.9, epsilon=1e-8):
    v = _mean(state[0] if isinstance(state, tuple) else state, gradient**2, beta)
    return v, theta - learning_rate * gradient / _root(v, epsilon)


for _step in _rmsprop_swaps_two_arrays.__variants__:
    spelling(of=rmsprop_swaps_its_results)(_step)


@misconception(
    of="rmsprop_step",
    caught_by="test_optimizers_rmsprop_divides_by_the_root_of_the_average_square",
)
@_either_epsilon
def rmsprop_returns_only_theta(theta, gradient, state, learning_rate, beta=0.9, epsilon=1e-8):
    """You returned theta alone: the state comes with it."""
    v = _mean(state[0], gradient**2, beta)
    return theta - learning_rate * gradient / _root(v, epsilon)


@misconception(
    of="rmsprop_step",
    caught_by=(
        "test_optimizers_rmsprop_divides_by_the_root_of_the_average_square",
        "test_optimizers_opposite_gradients_give_opposite_steps",
    ),
)
@_either_epsilon
def rmsprop_averages_without_squaring(
    theta, gradient, state, learning_rate, beta=0.9, epsilon=1e-8
):
    """You averaged g in v where g² belongs, and the root of a negative v is no number."""
    v = _mean(state[0], gradient, beta)
    return theta - learning_rate * gradient / _root(v, epsilon), (v,)


@misconception(
    of="rmsprop_step",
    caught_by="test_optimizers_rmsprop_divides_by_the_root_of_the_average_square",
)
@_either_epsilon
def rmsprop_forgets_its_average(theta, gradient, state, learning_rate, beta=0.9, epsilon=1e-8):
    """You returned the old state, so every step started from v = 0."""
    v = _mean(state[0], gradient**2, beta)
    return theta - learning_rate * gradient / _root(v, epsilon), state


@misconception(
    of="rmsprop_step", caught_by="test_optimizers_opposite_gradients_give_opposite_steps"
)
@_either_epsilon
def rmsprop_climbs(theta, gradient, state, learning_rate, beta=0.9, epsilon=1e-8):
    """You added the step: it goes against the gradient."""
    v = _mean(state[0], gradient**2, beta)
    return theta + learning_rate * gradient / _root(v, epsilon), (v,)


@misconception(of="rmsprop_step", caught_by="test_optimizers_returned_theta_is_new")
@_either_epsilon
def rmsprop_moves_the_callers_theta(theta, gradient, state, learning_rate, beta=0.9, epsilon=1e-8):
    """You wrote theta −= …, which changes the caller's array instead of making a new one."""
    v = _mean(state[0], gradient**2, beta)
    theta -= learning_rate * gradient / _root(v, epsilon)
    return theta, (v,)


@misconception(
    of="rmsprop_init", caught_by="test_optimizers_rmsprop_first_step_has_no_bias_correction"
)
def rmsprop_starts_at_theta(theta):
    """You started the average square at theta: it starts at 0."""
    return (np.array(theta),)


@misconception(of="adam_step", caught_by="test_optimizers_adam_divides_corrected_averages")
@_adam_step
def adam_takes_the_root_of_the_correction(a):
    """You divided v by √(1 − β₂ᵗ); the correction of v is 1 − β₂ᵗ, and the root comes later."""
    if not a.bias_correction:
        return a.step()
    return a.step(v_hat=a.next_v() / np.sqrt(1 - a.beta2 ** (a.t + 1)))


@misconception(of="adam_step", caught_by="test_optimizers_adam_divides_corrected_averages")
@_adam_step
def adam_divides_by_the_power(a):
    """You divided by βᵗ; the correction divides by 1 − βᵗ."""
    if not a.bias_correction:
        return a.step()
    t = a.t + 1
    return a.step(m_hat=a.next_m() / a.beta1**t, v_hat=a.next_v() / a.beta2**t)


@misconception(of="adam_step", caught_by="test_optimizers_defaults_are_the_lectures")
def adam_remembers_shorter_by_default(
    theta, gradient, state, learning_rate, beta1=0.9, beta2=0.99, epsilon=1e-8, bias_correction=True
):
    """You chose 0.99 as the default of β₂: it is 0.999."""
    return optimizers.adam_step(
        theta, gradient, state, learning_rate, beta1, beta2, epsilon, bias_correction
    )


@spelling(of=adam_remembers_shorter_by_default)
def _adam_remembers_shorter_by_default_with_epsilon_outside(
    theta, gradient, state, learning_rate, beta1=0.9, beta2=0.99, epsilon=1e-8, bias_correction=True
):
    return adam_with_epsilon_outside(
        theta, gradient, state, learning_rate, beta1, beta2, epsilon, bias_correction
    )


@misconception(of="adam_step", caught_by="test_optimizers_adam_divides_corrected_averages")
@_adam_step
def adam_averages_with_swapped_betas(a):
    """You averaged g with β₂ and g² with β₁: β₁ is for m, β₂ for v."""
    m = a.beta2 * a.m + (1 - a.beta2) * a.gradient
    v = a.beta1 * a.v + (1 - a.beta1) * np.square(a.gradient)
    return a.step(m=m, v=v)


@spelling(of=rmsprop_starts_at_theta)
def _rmsprop_is_theta(theta):
    return (theta,)
