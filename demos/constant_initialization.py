"""Weights that all start at one constant: the hidden units stay one and the same."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice

import numpy as np

from backproof.testing import Demo, as_array, claim, style
from demos import _deep, _networks

DEMO = Demo(
    number=7,
    title="Constant initialization",
    lecture="Initializing neural networks, constant initialization",
    claim="Started from one constant c, all hidden units output σ(c Σ x), of which the slide drops "
    "the σ, and as their gradients are equal, they stay one feature however long they train. "
    "Started at random, each becomes a feature of its own, and together they fit y = 2x², of "
    "which the one feature has learnt only the mean.",
    formula="∂l/∂W_jk = ∂l/∂W_j'k for all units j, j', so h_j = h_j' after every step",
    functions=(
        "initialization.constant",
        "initialization.xavier",
        "layers.dense_forward",
        *_networks.FUNCTIONS,
    ),
    property="test_initialization_constant_weights_keep_hidden_units_alike",
    misconceptions=(
        "initialization.constant_adds_noise_to_break_the_symmetry",
        "initialization.constant_gives_each_unit_its_own_value",
        "initialization.constant_fills_only_the_diagonal",
    ),
    height=3.7,
)

UNITS, VALUE, RATE, STEPS = 8, 0.5, 0.15, 300
X = np.linspace(-1.0, 1.0, 33)[:, None]
Y = 2.0 * X**2
VARIANCE = float(np.var(Y))
COLORS = {"constant": style.RED, "random": style.BLUE}
# Not every machine sums all units in the same order: a difference of 1e-16 may grow in training.
ALIKE = 1e-9


@dataclass(frozen=True)
class Run:
    """One run, before each step and after the last.

    Attributes:
        loss: The loss.
        hidden: The outputs of the hidden units: (steps, points of ``X``, units).
        first: The first gradient of W¹, for each unit.

    """

    loss: np.ndarray
    hidden: np.ndarray
    first: np.ndarray

    @property
    def spread(self):
        """How far the outputs of the units are apart at most, by step."""
        return np.max(np.ptp(self.hidden, axis=2), axis=1)


@dataclass(frozen=True)
class Measured:
    """The runs from a constant and from random weights, by name."""

    runs: dict[str, Run]


def measure(code, seed):
    """Train one network from each start."""
    rng = np.random.default_rng(seed)
    shapes = ((1, UNITS), (UNITS, 1))
    starts = {
        "constant": [code.initialization.constant(*shape, VALUE) for shape in shapes],
        "random": [code.initialization.xavier(*shape, rng) for shape in shapes],
    }
    return Measured(
        {
            name: _run(
                code, [_deep.weights(W, *shape) for W, shape in zip(Ws, shapes, strict=True)]
            )
            for name, Ws in starts.items()
        }
    )


def numbers(measured):
    """What is printed."""
    return {
        "Var(Y)": VARIANCE,
        **{f"loss at the end, {name}": run.loss[-1] for name, run in measured.runs.items()},
        **{
            f"largest spread of hidden units, {name}": np.max(run.spread)
            for name, run in measured.runs.items()
        },
    }


def check(measured):
    """From a constant the units stay alike and learn nothing but the mean; at random, neither."""
    constant, random = measured.runs.values()
    first = np.abs(constant.first)
    claim(np.all(first > 0), f"a first gradient of {np.min(first):.3g} in W¹", "gradients not 0")
    apart = np.max(constant.spread)
    claim(apart <= ALIKE, f"hidden units {apart:.3g} apart from a constant", "units that are alike")
    off = np.max(np.abs(constant.hidden[0] - np.tanh(VALUE * X)))
    claim(off <= 1e-9, f"outputs {off:.3g} off σ(c Σ x) at the start", "σ(c Σ x)")
    least = np.min(random.spread)
    claim(least > 0.1, f"hidden units {least:.3g} apart from random weights", "more than 0.1")
    losses = constant.loss[-1], random.loss[-1]
    found = f"a loss of {losses[0]:.3g} from a constant"
    claim(abs(losses[0] / VARIANCE - 1) < 0.05, found, f"Var(Y), {VARIANCE:.3g}, within 5%")
    found = f"a loss of {losses[1]:.3g} from random weights"
    claim(losses[1] < VARIANCE / 2, found, f"less than half of Var(Y), {VARIANCE:.3g}")


def draw(figure, measured, reference=None):
    """Draw the hidden units' outputs at x = 1, how far apart they are, and the loss, by step."""
    panels = figure.subplot_mosaic(
        [["constant", "spread"], ["random", "loss"]], sharex=True, width_ratios=(1.3, 1)
    )
    for name, run in measured.runs.items():
        axes = panels[name]
        image = axes.imshow(
            run.hidden[:, -1].T,
            extent=(-0.5, STEPS + 0.5, UNITS + 0.5, 0.5),
            **{"aspect": "auto", "vmin": -1, "vmax": 1, "interpolation": "nearest"},
        )
        axes.grid(visible=False)
        axes.set_yticks([1, UNITS])
        for edge in range(1, UNITS):
            axes.axhline(edge + 0.5, color="white", linewidth=0.6)
        style.label(axes, "", style.quantity("unit", "j"), f"{name} start")
        for what in ("spread", "loss"):
            beside = None if reference is None else getattr(reference.runs[name], what)
            y = getattr(run, what)
            style.curve(panels[what], np.arange(len(y)), y, beside, name=name, color=COLORS[name])
    bar = figure.colorbar(image, ax=[panels[name] for name in measured.runs], ticks=[-1, 0, 1])
    bar.set_label("output $h_j$ at x = 1", labelpad=-4)
    panels["spread"].set_yscale("symlog", linthresh=1e-16)
    panels["spread"].set_yticks([0, 1e-12, 1e-8, 1e-4, 1])
    panels["spread"].set_ylim(-1e-16, 10)
    panels["loss"].axhline(
        VARIANCE, color=style.BLACK, linestyle=":", linewidth=1.4, label="Var(Y)"
    )
    panels["loss"].set_ylim(0, 1.5 * VARIANCE)
    step = style.quantity("step", "k")
    style.label(panels["spread"], "", "spread of $h_j$")
    style.label(panels["loss"], step, style.quantity("loss", "l"))
    panels["random"].set_xlabel(step)
    style.legend(figure, reference is not None)


def animate(figure, measured, reference=None):
    """The hidden units as functions of x; a frame for every sixth step."""
    panels = figure.subplots(1, 2, sharey=True)
    moving = []
    for axes, (name, run) in zip(panels, measured.runs.items(), strict=True):
        for one, how in ((reference and reference.runs[name], style.FAINT), (run, {})):
            if one is not None:
                lines = axes.plot(X[:, 0], one.hidden[0], color=COLORS[name], **how)
                moving.append((one.hidden, lines))
        lines[0].set_label(f"{UNITS} units, {name} start")
        axes.set_ylim(-1.05, 1.05)
        style.label(axes, style.quantity("input", "x"), "")
    panels[0].set_ylabel(style.quantity("output", "$h_j$"))
    style.legend(figure, reference is not None)
    title = panels[0].set_title("", loc="left")
    for step in range(0, STEPS + 1, 6):
        title.set_text(f"step {step}")
        for hidden, lines in moving:
            for line, h in zip(lines, hidden[step].T, strict=True):
                line.set_ydata(h)
        yield


def _run(code, weights):
    loss, hidden, first = [], [], None
    descent = _networks.descend(code, _networks.without_biases(weights), X, Y, "tanh", RATE)
    for step in islice(descent, STEPS + 1):
        W, b = step.parameters[0]
        first = step.gradients[0][0][:, 0] if first is None else first
        _, h = code.layers.dense_forward(X, W, b, "tanh")
        hidden.append(as_array(h, "h", (len(X), UNITS)))
        loss.append(np.mean((step.prediction - Y) ** 2))
    return Run(np.array(loss), np.array(hidden), first)
