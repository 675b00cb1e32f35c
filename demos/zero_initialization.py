"""Weights that all start at zero: what such a network can learn."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice

import numpy as np

from backproof.testing import Demo, claim, style
from demos import _deep, _networks

DEMO = Demo(
    number=6,
    title="Zero initialization",
    lecture="Initializing neural networks, starting well",
    claim="From zero weights tanh lets no gradient through to any weight, so the network learns "
    "one number, the mean target E[Y], and its loss stops at Var(Y). This takes σ(0) = 0, as of "
    "tanh and ReLU, and a last bias, which the slide leaves out: the sigmoid's σ(0) = ½ lets "
    "gradients through, if only to hidden units that stay alike.",
    formula="z¹ = h⁰ W¹ᵀ = 0; ∂l/∂hⁱ⁻¹ = (∂l/∂hⁱ ⊙ σ'(zⁱ)) Wⁱ = 0; b² → E[Y], l → Var(Y)",
    functions=("initialization.zeros", "initialization.xavier", *_networks.FUNCTIONS),
    property="test_initialization_zero_weights_learn_only_the_mean_target",
    misconceptions=(
        "initialization.zeros_are_small_random_numbers",
        "initialization.zeros_are_a_small_constant",
        "network.backward_forgets_the_output_bias",
        "network.forward_forgets_the_output_bias",
    ),
)

UNITS, RATE, STEPS = 8, 0.2, 200
PARTS = ("W¹", "b¹", "W²", "b²")
X = np.linspace(-1.0, 1.0, 41)[:, None]
Y = 1.0 + np.sin(3.0 * X)
VARIANCE = float(np.var(Y))
RUNS = {
    "zero, tanh": ("zeros", "tanh", style.RED),
    "zero, sigmoid": ("zeros", "sigmoid", style.ORANGE),
    "Xavier, tanh": ("xavier", "tanh", style.BLUE),
}


@dataclass(frozen=True)
class Run:
    """One run.

    Attributes:
        loss: Before each step, and after the last.
        prediction: After the last step, of ``X``.
        gradients: The largest magnitude that an entry of the gradient of each of ``PARTS`` has.
        spread: How far apart the hidden units' weights are in the end.

    """

    loss: np.ndarray
    prediction: np.ndarray
    gradients: np.ndarray
    spread: float


@dataclass(frozen=True)
class Measured:
    """The runs, by name."""

    runs: dict[str, Run]


def measure(code, seed):
    """Train a network with one hidden layer from each start."""
    rng = np.random.default_rng(seed)
    return Measured(
        {name: _run(code, start, activation, rng) for name, (start, activation, _) in RUNS.items()}
    )


def numbers(measured):
    """What is printed."""
    return {
        "Var(Y)": VARIANCE,
        **{f"loss at the end, {name}": run.loss[-1] for name, run in measured.runs.items()},
        **{
            f"largest gradient in W¹, {name}": run.gradients[0]
            for name, run in measured.runs.items()
        },
    }


def check(measured):
    """Zero weights give gradients of exactly 0 and the mean target; the others learn more."""
    zero, sigmoid, random = measured.runs.values()
    for part, largest in zip(PARTS[:-1], zero.gradients, strict=False):
        claim(largest == 0, f"a gradient of {largest:.3g} in {part} from zero weights", "exactly 0")
    # (1 − 2η) of the distance to E[Y] is left by each step, 0.6²⁰⁰ of it in the end.
    off = float(np.max(np.abs(zero.prediction - np.mean(Y))))
    claim(off <= 1e-9, f"a prediction {off:.3g} off the mean target", "the mean target")
    found = f"weights of sigmoid units that are {sigmoid.spread:.3g} apart"
    claim(sigmoid.spread <= 1e-9, found, "units that stay alike")
    for name, run in (("the sigmoid from zero", sigmoid), ("tanh from Xavier", random)):
        found = f"a loss of {run.loss[-1]:.3g} for {name}"
        claim(run.loss[-1] < VARIANCE / 2, found, f"less than half of Var(Y), {VARIANCE:.3g}")


def draw(figure, measured, reference=None):
    """Draw what was learnt, the loss over the steps, and the largest gradients."""
    learnt, losses, gradients = figure.subplots(1, 3)
    learnt.plot(X[:, 0], Y[:, 0], ".", color=style.GREY, markersize=4, label="targets")
    width = 0.8 / len(RUNS)
    for i, (name, run) in enumerate(measured.runs.items()):
        other = None if reference is None else reference.runs[name]
        color = RUNS[name][-1]
        for axes, x, what in ((learnt, X[:, 0], "prediction"), (losses, None, "loss")):
            beside = None if other is None else getattr(other, what)
            y = getattr(run, what)
            style.curve(
                axes, np.arange(len(y)) if x is None else x, y, beside, name=name, color=color
            )
        at = np.arange(len(PARTS)) + (i - 1) * width
        if other is not None:
            gradients.bar(at, other.gradients, width, color=color, alpha=style.FAINT["alpha"])
        how = {"fill": False, "edgecolor": color} if other is not None else {"color": color}
        gradients.bar(at, run.gradients, width, **how)
    losses.axhline(VARIANCE, color=style.BLACK, linestyle=":", linewidth=1.4, label="Var(Y)")
    losses.set_ylim(0, 1.5 * VARIANCE)
    gradients.set_xticks(np.arange(len(PARTS)), labels=PARTS)
    gradients.grid(axis="x", visible=False)
    style.label(learnt, style.quantity("input", "x"), "target y and prediction")
    style.label(losses, style.quantity("step", "k"), style.quantity("loss", "l"), f"η = {RATE}")
    style.label(gradients, "parameter", "largest |gradient|")
    style.legend(figure, reference is not None)


def _run(code, start, activation, rng):
    extra = (rng,) if start == "xavier" else ()
    shapes = ((1, UNITS), (UNITS, 1))
    make = getattr(code.initialization, start)
    weights = [_deep.weights(make(*shape, *extra), *shape) for shape in shapes]
    parameters = _networks.without_biases(weights)
    steps = list(islice(_networks.descend(code, parameters, X, Y, activation, RATE), STEPS + 1))
    loss = [np.mean((step.prediction - Y) ** 2) for step in steps]
    sizes = [[np.max(np.abs(part)) for layer in step.gradients for part in layer] for step in steps]
    spread = float(np.ptp(steps[-1].parameters[0][0]))
    return Run(np.array(loss), steps[-1].prediction[:, 0], np.max(sizes, axis=0), spread)
