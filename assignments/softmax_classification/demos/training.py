"""Training a linear classifier on three clusters, with small and with large batches."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from backproof.testing import Demo, as_array, claim, style, unpack

DEMO = Demo(
    number=3,
    title="Small batches get further in an epoch",
    lecture="Mini-batch gradient descent",
    claim="At the same learning rate, an epoch of small batches takes more steps than one of a "
    "single batch, so the loss falls faster. Both separate the clusters in the end.",
    formula="W ← W − η dW after each batch",
    functions=("classifier.train", "classifier.predict"),
    property="test_classifier_small_batches_take_more_steps",
    misconceptions=("classifier.train_does_not_learn", "classifier.train_sums_over_the_batch"),
)
SIZES = (5, 60)
EPOCHS = 15


@dataclass(frozen=True)
class Measured:
    """The losses (2, EPOCHS) and the accuracy at the end, for each of SIZES."""

    losses: np.ndarray
    accuracy: np.ndarray


def measure(code, seed):
    """Train once with each size of batches."""
    rng = np.random.default_rng(seed)
    labels = np.tile([0, 1, 2], 20)
    X = np.array([[2.0, 0.0], [-1.0, 2.0], [-1.0, -2.0]])[labels] + rng.uniform(-0.9, 0.9, (60, 2))
    losses, right = [], []
    for size in SIZES:
        code.begin_case()
        settings = {"batch_size": size, "epochs": EPOCHS, "learning_rate": 0.1}
        trained = code.classifier.train(X, labels, 3, np.random.default_rng(seed), **settings)
        model, course = unpack(trained, "model", "losses")
        losses.append(as_array(course, "losses", (EPOCHS,)))
        found = as_array(code.classifier.predict(model, X), "classes", (60,))
        right.append(np.mean(found == labels))
    return Measured(np.array(losses), np.array(right))


def numbers(measured):
    """Name the numbers that are printed."""
    return {f"last loss, q = {q}": loss[-1] for q, loss in zip(SIZES, measured.losses, strict=True)}


def check(measured):
    """The order of the losses, and what is learnt."""
    small, large = measured.losses
    claim(np.all(small < large), "a lower loss with one batch", "a lower one with small batches")
    # One step per epoch at this rate cannot lower the loss faster than the first slope allows.
    claim(large[0] > 0.7, f"a loss of {large[0]:.3g} after one step", "over 0.7")
    claim(measured.accuracy.min() == 1.0, f"accuracy {measured.accuracy.min():.3g}", "1")


def draw(figure, measured, reference=None):
    """Draw both losses against the epoch."""
    axes = figure.subplots()
    epochs = np.arange(1, EPOCHS + 1)
    for i, (size, color) in enumerate(zip(SIZES, (style.BLUE, style.ORANGE), strict=True)):
        beside = None if reference is None else reference.losses[i]
        style.curve(axes, epochs, measured.losses[i], beside, name=f"q = {size}", color=color)
    style.label(axes, "epoch", style.quantity("loss", "l"))
    style.legend(figure, reference is not None)
