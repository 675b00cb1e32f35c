"""No learning rate suits all layers of a deep network; RMSProp and Adam rescale each weight."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from backproof.testing import Demo, as_array, claim, style, unpack
from demos import _pipeline

DEMO = Demo(
    number=11,
    title="One η does not fit all layers",
    lecture="Adaptive step size algorithms, basics",
    claim="Each sigmoid layer shrinks the gradient on its way back: for half of what a step could "
    "bring at best, layer 1 needs an η about 10⁴ times as large as the last layer, which an η of "
    "10 already makes worse. "
    "Gradient descent's steps, η times the gradient, fade likewise, while those of RMSProp and "
    "Adam have about one size in all layers.",
    formula="Δ = −η g for gradient descent; |Δ| ≈ η for Adam, which divides g by √v̂ ≈ |g|",
    functions=(
        "initialization.xavier",
        *_pipeline.GRADIENT,
        "optimizers.gradient_descent_step",
        "optimizers.rmsprop_init",
        "optimizers.rmsprop_step",
        "optimizers.adam_init",
        "optimizers.adam_step",
    ),
    property="test_optimizers_scale_of_the_gradients_does_not_matter",
    misconceptions=(
        "network.backward_forgets_the_derivatives",
        "network.backward_normalises_the_gradients",
        "optimizers.gradient_descent_normalises_the_gradient",
        "optimizers.rmsprop_forgets_the_root",
        "optimizers.rmsprop_divides_by_one_number",
        "optimizers.adam_forgets_to_divide",
        "optimizers.adam_divides_by_one_number",
    ),
)

M, SIZES = 64, (8, 16, 16, 16, 16, 8)
DEPTH = len(SIZES) - 1
RATES = np.geomspace(1e-2, 1e6, 33)
STEPS, RATE = 10, 1e-3
METHODS = (style.BLACK, style.GREY, style.PURPLE)
LAYERS = (style.BLUE, style.SKY, style.GREEN, style.ORANGE, style.RED)


@dataclass(frozen=True)
class Measured:
    """What a step does in each layer.

    Attributes:
        steps: The root mean square of Δ/η in each layer, by method, mean over the first steps.
        losses: A row for each layer, a column for each of ``RATES``: the loss after one step of
            gradient descent in that layer alone, over the loss before.

    """

    steps: dict[str, np.ndarray]
    losses: np.ndarray

    @property
    def drops(self):
        """How much of the layer's best drop of the loss each learning rate brings."""
        return (1.0 - self.losses) / (1.0 - np.min(self.losses, axis=1, keepdims=True))

    @property
    def needed(self):
        """The learning rate that each layer needs for half of its best drop."""
        return RATES[np.argmax(self.drops >= 0.5, axis=1)]


def measure(code, seed):
    """Take the first steps with each method, and one step in each layer with each rate."""
    rng = np.random.default_rng(seed)
    X = rng.standard_normal((M, SIZES[0]))
    Y = np.sin(X)
    Y = (Y - Y.mean(axis=0)) / Y.std(axis=0)
    theta = _pipeline.initial(code, SIZES, rng)
    slope = _pipeline.gradient(code, theta, SIZES, X, Y, "sigmoid")
    losses = [_alone(code, theta, slope, layer, X, Y) for layer in range(DEPTH)]
    steps = {"gradient descent": _sizes(slope)}
    for name, init, step in (
        ("RMSProp", code.optimizers.rmsprop_init, code.optimizers.rmsprop_step),
        ("Adam", code.optimizers.adam_init, code.optimizers.adam_step),
    ):
        steps[name] = _first_steps(code, theta, init, step, X, Y)
    return Measured(steps, np.array(losses) / _loss(code, theta, X, Y))


def numbers(measured):
    """What is printed."""
    return {
        **{
            f"Δ of the last layer / of the first, {name}": sizes[-1] / sizes[0]
            for name, sizes in measured.steps.items()
        },
        "η needed in the first layer": measured.needed[0],
        "η needed in the last layer": measured.needed[-1],
    }


def check(measured):
    """Gradients and learning rates are orders of magnitude apart; adaptive steps are not."""
    for name, sizes in measured.steps.items():
        ratio = sizes[-1] / sizes[0]
        found = f"steps in the last layer of {ratio:.3g} times those in the first by {name}"
        if name == "gradient descent":
            claim(ratio > 50.0, found, "more than 50 times: the gradient fades")
        else:
            claim(0.4 < ratio < 2.5, found, "about the same")
            size = np.mean(sizes)
            claim(0.4 < size < 3.2, f"steps of {size:.3g} η by {name}", "about η")
    needed = measured.needed
    ratio = needed[0] / needed[-1]
    found = f"an η needed in the first layer of {ratio:.3g} times that in the last"
    claim(ratio > 1000.0, found, "thousands of times")
    found = "an η needed in layer {} of {:.3g}, and of {:.3g} in the next"
    for layer in range(1, DEPTH):
        pair = needed[layer - 1 : layer + 1]
        claim(pair[0] > pair[1], found.format(layer, *pair), "less, layer by layer")
    loss = measured.losses[-1, np.searchsorted(RATES, 9.9)]
    claim(loss > 1.0, f"{loss:.3g} of the loss after a step of η = 10 in the last layer", "a rise")


def draw(figure, measured, reference=None):
    """Draw the size of a step by layer, and what a step in one layer alone brings."""
    sizes, drops = figure.subplots(1, 2, width_ratios=(1, 1.3))
    layers = np.arange(1, DEPTH + 1)
    for (name, steps), color in zip(measured.steps.items(), METHODS, strict=True):
        beside = None if reference is None else reference.steps[name]
        style.curve(sizes, layers, steps, beside, name=name, color=color, marker="o")
    for layer, color in zip(layers, LAYERS, strict=True):
        beside = None if reference is None else reference.drops[layer - 1]
        how = {"name": f"layer {layer}", "color": color}
        style.curve(drops, RATES, measured.drops[layer - 1], beside, **how)
    sizes.set_yscale("log")
    sizes.set_xticks(layers)
    drops.set_xscale("log")
    drops.set_ylim(-0.3, 1.1)
    style.label(sizes, style.quantity("layer", "i"), "r. m. s. of Δ / η", "the first steps")
    alone = "one step in one layer alone"
    style.label(drops, style.quantity("learning rate", "η"), "drop of the loss / best", alone)
    style.legend(figure, reference is not None)


def _alone(code, theta, slope, layer, X, Y):
    """The losses after one step in one layer's weights, for each of ``RATES``."""
    only = np.zeros(len(slope))
    W, _ = _pipeline.parts(only, SIZES)[layer]
    W[...] = _pipeline.parts(slope, SIZES)[layer][0]
    losses = []
    for rate in RATES.tolist():
        moved = as_array(
            code.optimizers.gradient_descent_step(theta, only, rate), "theta", theta.shape
        )
        losses.append(_loss(code, moved, X, Y))
    return losses


def _first_steps(code, theta, init, step, X, Y):
    """The size of Δ/η in each layer, mean over the first steps."""
    state, sizes = init(theta), []
    for _ in range(STEPS):
        slope = _pipeline.gradient(code, theta, SIZES, X, Y, "sigmoid")
        moved, state = unpack(step(theta, slope, state, RATE), "theta", "state")
        moved = as_array(moved, "theta", theta.shape)
        sizes.append(_sizes((moved - theta) / RATE))
        theta = moved
    return np.mean(sizes, axis=0)


def _sizes(vector):
    return np.array([np.sqrt(np.mean(W**2)) for W, _ in _pipeline.parts(vector, SIZES)])


def _loss(code, theta, X, Y):
    return np.mean((_pipeline.predict(code, theta, SIZES, X, "sigmoid")[0] - Y) ** 2)
