"""The optimizers in closed form: each step from all the gradients so far, without a recursion.

A displacement is what a step adds to theta. Sequences have one entry a step along axis 0, and
right displacements have a name each: for Adam and RMSProp one for each place of ε.
"""

import numpy as np

INSIDE, OUTSIDE = "inside the root", "outside the root"

# What an assignment may pin, and the places of ε that it then accepts.
PLACES = {"either": (INSIDE, OUTSIDE), "inside": (INSIDE,), "outside": (OUTSIDE,)}


def averages(values, beta, *, corrected):
    """a_t = (1 − β) Σ_i β^(t−i) values_i over i ≤ t; corrected, that sum over the sum of weights.

    The second is the first with its bias corrected, as (1 − β) Σ_i β^(t−i) = 1 − βᵗ.
    """
    steps = np.arange(len(values))
    weights = np.tril(beta ** np.abs(np.subtract.outer(steps, steps)))
    weights = weights / weights.sum(axis=1, keepdims=True) if corrected else (1 - beta) * weights
    return np.tensordot(weights, values, axes=1)


def warm_up(beta, sequence):
    """1 − βᵗ at each step of the sequence: the weight of what an average has seen."""
    return along([1 - beta**t for t in range(1, len(sequence) + 1)], sequence)


def along(numbers, sequence):
    """One number a step, in a shape that broadcasts against the sequence."""
    return np.reshape(numbers, (-1,) + (1,) * (sequence.ndim - 1))


def displacements(rule, run):
    """Δ_t for each step of a run."""
    g = run.gradients
    if rule == "gradient_descent":
        return unscaled(run, g)
    if rule == "momentum":
        return unscaled(run, averages(g, run.beta1, corrected=False))
    return scaled(run, *_moments(rule, run))


def mapped(change, rule, run):
    """Δ_t for each step of a run, changed."""
    return {name: change(steps) for name, steps in displacements(rule, run).items()}


def unscaled(run, m):
    """Δ_t = −η m_t."""
    return {"the step": -along(run.learning_rates, m) * m}


def scaled(run, m, v):
    """Δ_t = −η m_t / √(v_t + ε), or with ε outside the root."""
    return _over(run, m, {INSIDE: np.sqrt(v + run.epsilon), OUTSIDE: np.sqrt(v) + run.epsilon})


def epsilon_variants(rule, run):
    """Δ_t for ε in its right places and in wrong ones; no entry of v may be 0 or ε²."""
    (m, v), e = _moments(rule, run), run.epsilon
    wrong = {
        "left out": np.sqrt(v),
        "squared inside the root": np.sqrt(v + e**2),
        "subtracted outside the root": np.sqrt(v) - e,
        "subtracted inside the root": np.sqrt(np.where(v > e, v - e, np.nan)),
    }
    if rule == "adam":
        correction = warm_up(run.beta2, v)
        wrong["added inside the root, before v is corrected"] = np.sqrt(v + e / correction)
        wrong["added to √v, before v is corrected"] = np.sqrt(v) + e / np.sqrt(correction)
    return {**scaled(run, m, v), **_over(run, m, wrong)}


def step_bounds(run):
    """S_t, the most that |m̂| / √v̂ can be after t steps, by Cauchy and Schwarz.

    |Σ a g| ≤ √(Σ a²/b) √(Σ b g²) for the weights a of m̂ and b of v̂, with equality for g ∝ a/b.
    """
    bounds = []
    for t in range(1, len(run.gradients) + 1):
        a, b = run.beta1 ** np.arange(t), run.beta2 ** np.arange(t)
        bounds.append(np.sqrt(np.sum((a / a.sum()) ** 2 / (b / b.sum()))))
    return along(bounds, run.gradients)


def _moments(rule, run):
    g, corrected = run.gradients, rule == "adam" and run.bias_correction
    v = averages(g**2, run.beta2, corrected=corrected)
    return (g if rule == "rmsprop" else averages(g, run.beta1, corrected=corrected)), v


def _over(run, m, denominators):
    return {name: -along(run.learning_rates, m) * m / d for name, d in denominators.items()}
