"""Rules that turn a gradient into a step: gradient descent, momentum, RMSProp and Adam.

Lecture: Batch gradient descent, and Adaptive step size algorithms.
"""

from typing import Any

import numpy as np

from ._checks import array, number


def gradient_descent_step(
    theta: np.ndarray, gradient: np.ndarray, learning_rate: float
) -> np.ndarray:
    """Take one step of gradient descent.

        theta ← theta - learning_rate · gradient

    theta, gradient: one shape for both, 0-d included; neither is changed. Returns the new theta.

    Raises ValueError if the shapes differ or learning_rate is not finite.

    Lecture: Batch gradient descent, optimizing NNs.
    """
    theta, gradient = _checked(theta, gradient, learning_rate)
    return np.asarray(theta - learning_rate * gradient)


def momentum_init(theta: np.ndarray) -> Any:
    """Return the state of momentum before its first step.

        m = 0

    theta: any shape, 0-d included. Returns a state of any kind, which only `momentum_step` reads
    and which does not hold on to theta.

    Lecture: Adaptive step size algorithms, idea #2.
    """
    return (np.zeros(np.shape(theta)),)


def momentum_step(
    theta: np.ndarray, gradient: np.ndarray, state: Any, learning_rate: float, beta: float = 0.9
) -> tuple[np.ndarray, Any]:
    """Take one step along the moving average of the gradients.

        m ← beta · m + (1 - beta) · gradient
        theta ← theta - learning_rate · m

    theta, gradient: one shape for both, 0-d included; neither is changed. state: from
    `momentum_init` or the step before; it may be changed. 0 ≤ beta < 1. Returns (theta, state).

    Raises ValueError if the shapes differ or a hyper-parameter is out of its range.

    Lecture: Adaptive step size algorithms, idea #2.
    """
    (m,) = state
    theta, gradient = _checked(theta, gradient, learning_rate, m, beta=beta)
    _average(m, gradient, beta)
    return np.asarray(theta - learning_rate * m), (m,)


def rmsprop_init(theta: np.ndarray) -> Any:
    """Return the state of RMSProp before its first step.

        v = 0

    theta: any shape, 0-d included. Returns a state of any kind, which only `rmsprop_step` reads
    and which does not hold on to theta.

    Lecture: Adaptive step size algorithms, RMSProp.
    """
    return (np.zeros(np.shape(theta)),)


def rmsprop_step(
    theta: np.ndarray,
    gradient: np.ndarray,
    state: Any,
    learning_rate: float,
    beta: float = 0.9,
    epsilon: float = 1e-8,
) -> tuple[np.ndarray, Any]:
    """Take one step of RMSProp, scaled entry by entry by the recent size of the gradient.

        v ← beta · v + (1 - beta) · gradient²
        theta ← theta - learning_rate · gradient / √(v + epsilon)

    theta, gradient: one shape for both, 0-d included; neither is changed. state: from
    `rmsprop_init` or the step before; it may be changed. 0 ≤ beta < 1. epsilon > 0, or 0 if no
    entry of a gradient is 0. There is no bias correction. Either place of epsilon is accepted,
    inside the root as above or outside it, √v + epsilon, unless the assignment pins one, and it
    stays the same at every step. Returns (theta, state).

    Raises ValueError if the shapes differ or a hyper-parameter is out of its range.

    Lecture: Adaptive step size algorithms, RMSProp.
    """
    (v,) = state
    theta, gradient = _checked(theta, gradient, learning_rate, v, beta=beta, epsilon=epsilon)
    _average(v, np.square(gradient), beta)
    return np.asarray(theta - learning_rate * gradient / np.sqrt(v + epsilon)), (v,)


def adam_init(theta: np.ndarray) -> Any:
    """Return the state of Adam before its first step.

        m = 0, v = 0, t = 0

    theta: any shape, 0-d included. Returns a state of any kind, which only `adam_step` reads and
    which does not hold on to theta.

    Lecture: Adaptive step size algorithms, Adam.
    """
    return np.zeros(np.shape(theta)), np.zeros(np.shape(theta)), 0


def adam_step(
    theta: np.ndarray,
    gradient: np.ndarray,
    state: Any,
    learning_rate: float,
    beta1: float = 0.9,
    beta2: float = 0.999,
    epsilon: float = 1e-8,
    bias_correction: bool = True,
) -> tuple[np.ndarray, Any]:
    """Take one step of Adam, momentum and RMSProp at once, corrected for their start at 0.

        t ← t + 1                                             so t = 1 at the first step
        m ← beta1 · m + (1 - beta1) · gradient
        v ← beta2 · v + (1 - beta2) · gradient²
        m_hat = m / (1 - beta1ᵗ), v_hat = v / (1 - beta2ᵗ)    or m and v without bias_correction
        theta ← theta - learning_rate · m_hat / √(v_hat + epsilon)

    theta, gradient: one shape for both, 0-d included; neither is changed. state: from `adam_init`
    or the step before; it may be changed, and t counts the steps of this state alone.
    0 ≤ beta1, beta2 < 1. epsilon > 0, or 0 if no entry of a gradient is 0. Either place of epsilon
    is accepted, inside the root as above or outside it, √v_hat + epsilon, unless the assignment
    pins one, and it stays the same at every step; an epsilon that is itself scaled by the bias
    correction is not. Returns (theta, state).

    Raises ValueError if the shapes differ or a hyper-parameter is out of its range.

    Lecture: Adaptive step size algorithms, Adam.
    """
    m, v, t = state
    theta, gradient = _checked(
        theta, gradient, learning_rate, m, v, beta1=beta1, beta2=beta2, epsilon=epsilon
    )
    t += 1
    _average(m, gradient, beta1)
    _average(v, np.square(gradient), beta2)
    m_correction, v_correction = (1 - beta1**t, 1 - beta2**t) if bias_correction else (1.0, 1.0)
    # One new array for all of it, as making an array takes longer than computing its numbers.
    step = np.asarray(v / v_correction)
    step += epsilon
    np.sqrt(step, out=step)
    np.divide(m, step, out=step)
    step *= learning_rate / m_correction
    return np.subtract(theta, step, out=step), (m, v, t)


def _average(average: np.ndarray, value: np.ndarray, beta: float) -> None:
    # In place: the arrays of a state belong to it alone.
    average *= beta
    average += (1 - beta) * value


def _checked(
    theta: np.ndarray,
    gradient: np.ndarray,
    learning_rate: float,
    *averages: np.ndarray,
    **hyperparameters: float,
) -> tuple[np.ndarray, np.ndarray]:
    theta = np.asarray(theta, dtype=float)
    gradient = array("gradient", gradient, *theta.shape)
    for average in averages:
        array("state", average, *theta.shape)
    number("learning_rate", learning_rate)
    for name, value in hyperparameters.items():
        number(name, value, 0, np.inf if name == "epsilon" else 1)
    return theta, gradient
