"""Gradient descent, momentum, RMSProp and Adam on the three data sets of the comparison slides."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from backproof.testing import Demo, as_array, claim, style, unpack
from demos import _descent

DEMO = Demo(
    number=13,
    title="Four optimizers on three data sets",
    lecture="Comparison",
    claim="Where a feature is ten times larger, the η that suits w₁ leaves w₂ half of its way to "
    "go after 60 steps of gradient descent or momentum, while RMSProp and Adam take the same path "
    "as before. "
    "Shifted means couple the weights, which no rescaling of single weights undoes: all four first "
    "move w₂ the wrong way.",
    formula="l(w) = mean((x·w − y)²), ∇l = H (w − w*), H = 2 mean(x xᵀ); gradient descent needs "
    "η < 2/λ_max(H)",
    functions=(
        *_descent.STEP,
        "optimizers.momentum_init",
        "optimizers.momentum_step",
        "optimizers.rmsprop_init",
        "optimizers.rmsprop_step",
        "optimizers.adam_init",
        "optimizers.adam_step",
    ),
    property="test_optimizers_scale_of_the_gradients_does_not_matter",
    misconceptions=(
        "optimizers.gradient_descent_normalises_the_gradient",
        "optimizers.momentum_adds_up_the_gradients",
        "optimizers.momentum_forgets_its_average",
        "optimizers.rmsprop_forgets_the_root",
        "optimizers.rmsprop_divides_by_one_number",
        "optimizers.adam_divides_by_one_number",
        "optimizers.adam_forgets_to_divide",
    ),
    height=4.4,
)

M, STEPS = 64, 60
TARGET = np.array([1.0, 0.5])
# Standard deviations and means of the two features; their second moments are exact.
SETS = {
    "N(0, 1), N(0, 1)": ((1.0, 1.0), (0.0, 0.0)),
    "N(0, 10²), N(0, 1)": ((10.0, 1.0), (0.0, 0.0)),
    "N(3, 1), N(−2, 0.3²)": ((1.0, 0.3), (3.0, -2.0)),
}
METHODS = {
    "momentum": style.ORANGE,
    "gradient descent": style.BLACK,
    "RMSProp": style.GREEN,
    "Adam": style.PURPLE,
}
# Of RMSProp and Adam. Gradient descent and momentum have 1/λ_max, with which gradient descent
# reaches the bottom of the steepest direction in one step.
RATE = 0.05


@dataclass(frozen=True)
class Measured:
    """The paths of w, for each of ``SETS`` and ``METHODS``: a row for each step."""

    paths: dict[str, dict[str, np.ndarray]]


def curvature(name):
    """The matrix H of a data set."""
    stds, means = (np.array(numbers) for numbers in SETS[name])
    return 2.0 * (np.diag(stds**2) + np.outer(means, means))


def losses(name, path):
    """The loss at each point of a path, over that at the start."""
    H, off = curvature(name), path - TARGET
    return np.einsum("ti,ij,tj->t", off, H, off) / (TARGET @ H @ TARGET)


def measure(code, seed):
    """Descend on all data of each set with each method, from w = 0."""
    rng = np.random.default_rng(seed)
    Z = rng.standard_normal((M, 2))
    Z -= Z.mean(axis=0)
    # Uncorrelated and of variance 1, exactly.
    Z = np.sqrt(M) * np.linalg.qr(Z)[0]
    paths = {}
    for name, (stds, means) in SETS.items():
        X = Z * stds + means
        Y = X @ TARGET[:, None]
        steepest = float(np.linalg.eigvalsh(curvature(name))[-1])
        paths[name] = {method: _path(code, X, Y, method, steepest) for method in METHODS}
    return Measured(paths)


def numbers(measured):
    """What is printed."""
    plain, scaled, shifted = measured.paths.values()
    return {
        **{f"w₂ at the end, x₁ ~ N(0, 10²), {name}": path[-1, 1] for name, path in scaled.items()},
        **{f"least w₂, x₁ ~ N(3, 1), {name}": _least(path) for name, path in shifted.items()},
        "distance of Adam's paths on the first two": _apart(plain["Adam"], scaled["Adam"]),
    }


def check(measured):
    """Everything arrives on one scale; the rest of the claim follows the curvature."""
    plain, scaled, shifted = measured.paths.values()
    first, _, last = SETS
    for method, path in plain.items():
        loss = losses(first, path)[-1]
        claim(loss < 0.01, f"{loss:.3g} of the loss left by {method} on one scale", "below 0.01")
    slow, average = (scaled[method][:, 1] for method in ("gradient descent", "momentum"))
    # One weight on its own: each step leaves 1 − λ₂/λ₁ = 0.99 of the way to go.
    left = 0.99 ** np.arange(STEPS + 1)
    worst = np.max(np.abs(slow - 0.5 * (1.0 - left)))
    found = f"w₂ = {slow[-1]:.6g} after gradient descent on N(0, 10²)"
    claim(worst < 1e-9, found, f"{0.5 * (1.0 - left[-1]):.6g}, as 0.99⁶⁰ of the way is left")
    found = f"w₂ = {average[-1]:.3g} after momentum on N(0, 10²)"
    claim(abs(average[-1] - slow[-1]) < 0.1, found, f"{slow[-1]:.3g} within 0.1")
    for method in ("RMSProp", "Adam"):
        apart = _apart(plain[method], scaled[method])
        claim(apart < 1e-6, f"paths by {method} that are {apart:.3g} apart", "one path")
    for method, path in shifted.items():
        least = _least(path)
        claim(least < -0.1, f"a least w₂ of {least:.3g} by {method}", "below −0.1 on the way")
        loss = losses(last, path)[-1]
        claim(loss < 0.1, f"{loss:.3g} of the loss left by {method} on N(3, 1)", "below 0.1")


def draw(figure, measured, reference=None):
    """Draw the paths on the contours of the loss, and below them the loss."""
    panels = _panels(figure)
    steps = np.arange(STEPS + 1)
    for (name, paths), (plane, loss) in zip(measured.paths.items(), panels, strict=True):
        for method, color in METHODS.items():
            beside = None
            if reference is not None:
                theirs = reference.paths[name][method]
                beside = losses(name, theirs)
                plane.plot(*theirs.T, color=color, **style.FAINT)
            plane.plot(*paths[method].T, color=color, marker=".", markersize=4, linewidth=1.2)
            style.curve(loss, steps, losses(name, paths[method]), beside, name=method, color=color)
    style.legend(figure, reference is not None, columns=4)


def animate(figure, measured, reference=None):
    """The paths and the losses so far; a frame for every second step."""
    panels = _panels(figure)
    moving = []
    for run, how in ((reference, style.FAINT), (measured, {})):
        for (name, paths), axes in zip(run.paths.items() if run else (), panels, strict=False):
            for method, color in METHODS.items():
                lines = [each.plot([], [], color=color, **how)[0] for each in axes]
                lines[1].set_label(method if run is measured else "_")
                moving.append((paths[method], losses(name, paths[method]), *lines))
    style.legend(figure, reference is not None, columns=4)
    for count in range(1, STEPS + 2, 2):
        for path, loss, line, trace in moving:
            line.set_data(*path[:count].T)
            trace.set_data(np.arange(count), loss[:count])
        yield


def _panels(figure):
    """For each data set the plane of the weights, with contours of the loss, and axes for it."""
    grid = figure.subplots(2, len(SETS), sharex="row", sharey="row", height_ratios=(1.3, 1))
    w1, w2 = np.meshgrid(np.linspace(-0.4, 2.0), np.linspace(-0.8, 1.2))
    points = np.stack([w1.ravel(), w2.ravel()], axis=1)
    for name, (plane, loss) in zip(SETS, grid.T, strict=True):
        heights = losses(name, points).reshape(w1.shape)
        levels = 4.0 ** np.arange(-5, 3)
        plane.contour(w1, w2, heights, levels, colors="#BBBBBB", linewidths=0.7)
        plane.plot(*TARGET, "*", color=style.RED, markersize=9, zorder=3)
        plane.grid(False)
        first = plane is grid[0, 0]
        style.label(plane, style.quantity("weight", "w₁"), "weight w₂" if first else "", name)
        style.label(loss, style.quantity("step", "k"), "loss l(k) / l(0)" if first else "")
        loss.set_yscale("log")
        loss.set(xlim=(0, STEPS), ylim=(1e-5, 3.0))
        plane.set(xlim=(-0.4, 2.0), ylim=(-0.8, 1.2))
    return grid.T


def _least(path):
    return float(np.min(path[:, 1]))


def _apart(first, second):
    return float(np.max(np.abs(first - second)))


def _path(code, X, Y, method, steepest):
    code.begin_case()
    optimizers = code.optimizers
    init, step, rate = {
        "gradient descent": (None, optimizers.gradient_descent_step, 1.0 / steepest),
        "momentum": (optimizers.momentum_init, optimizers.momentum_step, 1.0 / steepest),
        "RMSProp": (optimizers.rmsprop_init, optimizers.rmsprop_step, RATE),
        "Adam": (optimizers.adam_init, optimizers.adam_step, RATE),
    }[method]
    W = np.zeros((1, 2))
    state, path = init(W) if init else None, [W[0]]
    for _ in range(STEPS):
        slope = _descent.gradient(code, W, X, Y)
        if init:
            W, state = unpack(step(W, slope, state, rate), "theta", "state")
        else:
            W = step(W, slope, rate)
        W = as_array(W, "theta", (1, 2))
        path.append(W[0])
    return np.array(path)
