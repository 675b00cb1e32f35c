"""Features on one scale: the shape of the loss, the path of gradient descent, and a table."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from backproof.testing import Demo, Mismatch, as_array, claim, style, unpack
from demos import _descent

DEMO = Demo(
    number=5,
    title="Normalising data",
    lecture="Normalizing data, making gradient descent work well",
    claim="On raw data, unless they come normalised, the loss is a long valley: the path follows "
    "the feature of the largest scale or, where means are not 0, curves away and back, and does "
    "not arrive in 30 steps. Standardised, all columns have mean 0 and deviation 1, the contours "
    "are circles as far as the features are uncorrelated, and 30 steps arrive.",
    formula="Z = (X − mean) / std; ∂²l/∂w² = 2 XᵀX / m; η = ½ / its largest eigenvalue",
    functions=(
        "normalization.standardization_statistics",
        "normalization.standardize",
        "normalization.range_statistics",
        "normalization.rescale",
        *_descent.STEP,
    ),
    property="test_normalization_standardizes_the_lecture_table",
    misconceptions=(
        "normalization.statistics_over_the_whole_table",
        "normalization.standardize_does_not_centre",
        "normalization.standardize_does_not_scale",
        "normalization.range_over_the_whole_table",
        "normalization.rescale_always_to_zero_and_one",
    ),
    height=5.6,
)

M, STEPS = 200, 30
# The slides' data sets: mean and deviation of x₁, and of x₂. The target is y = x₁ + ½ x₂.
DATA = {
    ("N(0, 1)", "N(0, 1)"): ((0, 1), (0, 1)),
    ("N(0, 10²)", "N(0, 1)"): ((0, 10), (0, 1)),
    ("N(3, 1)", "N(−2, 0.3²)"): ((3, 1), (-2, 0.3)),
}
# The lecture's table, the targets its last column.
TABLE = np.array(
    [
        [1, 100, 0.01, 1, 1000],
        [-0.9, 101, 0.02, 2, 998],
        [-1.1, 102, 0.03, 3, 1010],
        [0.2, 150, 0.05, 4, 800],
    ]
)
COLUMNS = ("x₁", "x₂", "x₃", "x₄", "y")
RAW, AFTER = style.RED, style.BLUE
# The contract grants statistics an error of 1e-6.
ACCURACY = 1e-5


@dataclass(frozen=True)
class Descent:
    """Gradient descent on one data set.

    Attributes:
        path: The weights before the first step and after each: (steps, 2).
        best: Where the loss is least.
        curvature: The second derivatives of the loss: (2, 2).

    """

    path: np.ndarray
    best: np.ndarray
    curvature: np.ndarray

    @property
    def left(self):
        """What is left of the distance to the best weights, as a share of that at the start."""
        start, *_, end = np.linalg.norm(self.path - self.best, axis=1)
        return end / start

    @property
    def condition(self):
        """How many times longer than wide the contours are, squared."""
        least, largest = np.linalg.eigvalsh(self.curvature)
        return largest / least


@dataclass(frozen=True)
class Measured:
    """Descents on raw and on standardised data, for each of ``DATA``, and the table.

    Attributes:
        raw: On the data as they are.
        after: On the data standardised.
        standardized: ``TABLE``, each column with mean 0 and deviation 1.
        rescaled: ``TABLE``, each column from −1 to 1.

    """

    raw: list[Descent]
    after: list[Descent]
    standardized: np.ndarray
    rescaled: np.ndarray


def measure(code, seed):
    """Descend on each data set, raw and standardised, and normalise the table."""
    rng = np.random.default_rng(seed)
    raw, after = [], []
    for moments in DATA.values():
        X = np.stack([rng.normal(mean, std, M) for mean, std in moments], axis=1)
        Y = X @ np.array([[1.0], [0.5]])
        raw.append(_descend(code, X, Y))
        after.append(_descend(code, _standardized(code, X), _standardized(code, Y)))
    bounds = unpack(code.normalization.range_statistics(TABLE), "minimum", "maximum")
    rescaled = code.normalization.rescale(TABLE, *bounds)
    return Measured(raw, after, _standardized(code, TABLE), _finite(rescaled, TABLE))


def numbers(measured):
    """What is printed."""
    return {
        f"{what}, {' and '.join(names)}, {when}": getattr(descent, key)
        for key, what in (("condition", "condition"), ("left", "distance left"))
        for when, descents in (("raw", measured.raw), ("standardised", measured.after))
        for names, descent in zip(DATA, descents, strict=True)
    }


def check(measured):
    """The table is on one scale; standardised data have round contours, and the path arrives.

    Along an eigenvector of the curvature a step leaves 1 − ½ λ / λ_max of the distance. Of two
    standardised features of 200 points the correlation is within 0.43, six standard deviations,
    so λ / λ_max is 0.4 or more.
    """
    for column, values in zip(COLUMNS, measured.standardized.T, strict=True):
        mean, std = np.mean(values), np.std(values)
        found = f"a mean of {mean:.3g} and a deviation of {std:.3g} in column {column}"
        claim(abs(mean) < ACCURACY and abs(std - 1) < ACCURACY, found, "0 and 1")
    for column, values in zip(COLUMNS, measured.rescaled.T, strict=True):
        low, high = np.min(values), np.max(values)
        found = f"values from {low:.3g} to {high:.3g} in column {column}, rescaled"
        claim(abs(low + 1) < ACCURACY and abs(high - 1) < ACCURACY, found, "−1 to 1")
    for names, raw, after in zip(DATA, measured.raw, measured.after, strict=True):
        name = " and ".join(names)
        found = f"a condition of {after.condition:.3g} for {name}, standardised"
        claim(after.condition < 2.5, found, "less than 2.5")
        found = f"{after.left:.2g} of the distance left for {name}, standardised"
        claim(after.left < 0.01, found, "less than 0.01")
        if raw is not measured.raw[0]:
            found = f"{raw.left:.2g} of the distance left for {name}, raw"
            claim(raw.left > 0.2, found, "more than 0.2")


def draw(figure, measured, reference=None):
    """Draw contours and paths, raw above standardised, and below them the table."""
    panels = figure.subplots(3, 3, height_ratios=(1.15, 1.15, 1))
    for trace, descent in _valleys(panels[:2], (-0.6, 1.1), measured, reference):
        trace.set_data(*descent.path.T)
    tables = {"table, raw": "", "standardised": "standardized", "rescaled": "rescaled"}
    for axes, (title, key) in zip(panels[2], tables.items(), strict=True):
        if key and reference is not None:
            axes.plot(COLUMNS, getattr(reference, key).T, "o", color=AFTER, alpha=0.3, ms=9)
        values = getattr(measured, key) if key else TABLE
        axes.plot(COLUMNS, values.T, "o", color=AFTER if key else RAW, ms=4)
        axes.set_xlim(-0.6, len(COLUMNS) - 0.4)
        style.label(axes, "feature or target", "value", title)
    style.legend(figure, reference is not None)


def animate(figure, measured, reference=None):
    """The paths; a frame for each step."""
    panels = figure.subplots(2, 3)
    moving = _valleys(panels, (-1.1, 1.55), measured, reference)
    style.legend(figure, reference is not None)
    for step in range(STEPS + 1):
        for trace, descent in moving:
            trace.set_data(*descent.path[: step + 1].T)
        yield


def _valleys(panels, heights, measured, reference):
    """Draw the contours; list the lines that are to show paths, and the descents.

    ``heights`` bounds w₂, so that both axes have about the same scale and circles look like them.
    """
    moving = []
    grid = np.linspace(-0.5, 1.7, 60), np.linspace(*heights, 60)
    for row, (key, color) in zip(panels, (("raw", RAW), ("after", AFTER)), strict=True):
        name = "raw" if key == "raw" else "standardised"
        for i, (axes, names) in enumerate(zip(row, DATA, strict=True)):
            one = getattr(measured, key)[i]
            off = np.stack(np.meshgrid(*grid), axis=-1) - one.best
            loss = np.sum((off @ one.curvature) * off, axis=-1)
            start = one.best @ one.curvature @ one.best
            levels = start * 4.0 ** np.arange(-4, 5)
            axes.contour(*grid, loss, levels, colors=style.GREY, linewidths=0.6)
            for run, how in ((reference, style.FAINT), (measured, {"marker": ".", "ms": 4})):
                if run is not None:
                    label = f"path, {name}" if run is measured and not i else "_"
                    line = axes.plot([], [], color=color, label=label, **how)[0]
                    moving.append((line, getattr(run, key)[i]))
            axes.plot(*one.best, "+", color=style.BLACK, ms=9, mew=2, label="least loss")
            axes.grid(visible=False)
            axes.sharex(panels[-1][i])
            axes.sharey(row[0])
            axes.set(xticks=[0, 1], yticks=[0, 1])
            if key == "raw":
                axes.set_title("x₁ ~ {}\nx₂ ~ {}".format(*names), loc="left")
            else:
                axes.set_xlabel("weight w₁")
        row[0].set_ylabel(f"w₂, {name}")
    return moving


def _descend(code, X, Y):
    curvature = 2.0 * X.T @ X / len(X)
    rate = 0.5 / float(np.linalg.eigvalsh(curvature)[-1])
    W = np.zeros((1, 2))
    path = [W[0]]
    for _ in range(STEPS):
        W = _descent.step(code, W, X, Y, rate)
        path.append(W[0])
    return Descent(np.array(path), np.linalg.lstsq(X, Y)[0][:, 0], curvature)


def _standardized(code, X):
    statistics = unpack(code.normalization.standardization_statistics(X), "mean", "std")
    return _finite(code.normalization.standardize(X, *statistics), X)


def _finite(Z, X):
    Z = as_array(Z, "Z", X.shape)
    if not np.isfinite(Z).all():
        raise Mismatch("Z with NaN or infinity", "finite numbers")
    return Z
