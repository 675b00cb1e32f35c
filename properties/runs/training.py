"""Runs of a submission's training: their start, their end, and our own computation of both."""

from itertools import islice

import numpy as np

from backproof.testing import (
    as_array,
    as_float,
    assert_bounded,
    assert_close,
    assert_that,
    drain,
    unpack,
)
from properties.oracles import training as oracle
from properties.strategies.training import LECTURE_Y, chain_case

# No step of Adam is much longer than the learning rate, so at this one nothing moves.
TINY = 1e-15
# No model of our data predicts as much, and the square is still a number.
HUGE = 1e100
# Standardised values may be off by this much: the contract's statistics are accurate to 1e-6, the
# data lie at most 11 deviations from 0, and a run passes an error on less than tenfold.
ACCURACY = 1e-4
# The distance from the mean input at which the first map of a network is measured.
REACH = 1e-3
# A model must learn its data from at least one of these seeds.
SEEDS = range(3)

# A seed can be used if its first weights have gradients far above Adam's ε; with seven layers 0.8
# of all seeds can. The weights of a chain follow from its slopes for 0.17 of the seeds or more.
# The probability that none of the seeds can be used is below 1e-12.
LONG, LONG_SEEDS = 1e6, range(20)
# Frozen weights or biases change the prediction by 0.01 or more in 99 % of the chains. With right
# code one chain in 3000 is off by as much, since its weights are computed with an error.
CHAIN_RATES, CHAIN_SEEDS, CHAINS, CHAIN_ACCURACY = (0.7, 2.0, 1.2), range(160), 4, 5e-3


def as_losses(returned, epochs):
    """Copy the losses into a vector with one number for each epoch, none NaN or infinite."""
    values = drain(returned, at_most=epochs, what="losses")
    assert_that(len(values) == epochs, f"{len(values)} losses", f"{epochs}, one for each epoch")
    losses = np.array([as_float(value, f"losses[{i}]") for i, value in enumerate(values)])
    assert_bounded(losses, 0.0, HUGE, "losses")
    return losses


def fit(submission, X, Y, hidden_sizes, seed=0, *, epochs, **settings):
    """Train on a fresh generator; split the result into the model and a vector of losses."""
    rng = np.random.default_rng(seed)
    returned = submission.training.train(X, Y, hidden_sizes, rng, epochs=epochs, **settings)
    model, losses = unpack(returned, "model", "losses")
    return model, as_losses(losses, epochs)


def run(submission, case, learning_rate):
    """Train on a case."""
    settings = {"activation": case.activation, "batch_size": case.batch_size}
    settings |= {"epochs": case.epochs, "learning_rate": learning_rate}
    return fit(submission, case.X, case.Y, case.hidden_sizes, case.seed, **settings)


def predict(submission, model, X, n_y):
    """Predict; copy the result into an array with a row for each row of X, fit for arithmetic."""
    prediction = as_array(submission.training.predict(model, X), "the prediction", (len(X), n_y))
    assert_bounded(prediction, -HUGE, HUGE, "the prediction")
    return prediction


def seen(submission, case, model, Z):
    """The predictions at inputs Z, both in standardised units."""
    X = oracle.Units.of(case.X).restore(Z)
    prediction = predict(submission, model, X, case.Y.shape[1])
    return oracle.Units.of(case.Y).standardize(prediction)


def retrace(submission, case, learning_rate):
    """Run a case; recompute it in every order of the batches, from the same first weights.

    Returns our runs, the submission's standardised predictions at the probes, and its losses.
    """
    Z = oracle.probes(case.X.shape[1])
    start, _ = run(submission, case, TINY)
    layers = oracle.first_layers(seen(submission, case, start, Z), case)
    known = all(np.isfinite(p).all() for layer in layers for p in layer)
    what = f"v σ(w z) with σ = {case.activation} and biases 0"
    assert_that(known, f"first predictions that are not {what}", f"a network that starts as {what}")
    end, losses = run(submission, case, learning_rate)
    return oracle.runs(layers, case, learning_rate), seen(submission, case, end, Z), losses


def assert_retraced(runs, predictions, rate=1.0):
    """One of our runs ends with these predictions; return its index.

    A step is as long as the rate, and where a gradient is small ε changes it by a share.
    """
    index = runs.nearest(predictions)
    required = runs.predictions[index]
    bound = ACCURACY * np.maximum(max(1.0, rate), np.abs(required))
    rule = "the nearest of all orders in which the batches may come"
    what = "the standardised prediction"
    assert_close(predictions, required, what, tolerance=bound, rule=rule)
    return index


def batch_orders(submission, case):
    """The order of the rows in each epoch of a linear run, computed from its losses."""
    start, _ = run(submission, case, TINY)
    layer = oracle.first_layers(seen(submission, case, start, oracle.probes(1)), case)[0]
    end, losses = run(submission, case, 0.1)
    runs = oracle.told_orders(layer, case, 0.1, losses)
    index = assert_retraced(runs, seen(submission, case, end, oracle.probes(1)))
    return [tuple(order) for order in runs.orders[index].tolist()]


def first_map(submission, case, reach=REACH):
    """W_L … W_1 of a new network, (n_y, n_x), from its predictions near the mean input."""
    model, _ = run(submission, case, TINY)
    at = seen(submission, case, model, oracle.opposite_probes(case.X.shape[1], reach))
    return oracle.product_of_weights(at, case.activation, reach)


def slope(submission, case, learning_rate):
    """The slope of a linear chain of single units after training."""
    model, _ = run(submission, case, learning_rate)
    low, high = seen(submission, case, model, np.array([[0.0], [1.0]]))[:, 0]
    return high - low


def assert_long_step(submission, layers):
    """After one step at the rate LONG the slope of a chain is ±η^L, for one of a few seeds."""
    for seed in LONG_SEEDS:
        case = chain_case(layers, seed)
        start, end = slope(submission, case, TINY), slope(submission, case, LONG)
        share = end / oracle.long_step(start, layers + 1, LONG)
        if abs(share - 1.0) < 0.05:
            return
    assert_bounded(share, 0.95, 1.05, "w_L … w_1 / ±η^L")


def chains_with_known_weights(submission, layers):
    """The chains whose first weights follow from their slopes: (seed, slope, |w| of the layers)."""
    for seed in CHAIN_SEEDS:
        case = chain_case(layers, seed)
        start = slope(submission, case, TINY)
        if 0.05 < abs(start) < 5.0:
            rates = CHAIN_RATES[:layers]
            slopes = [slope(submission, case, rate) for rate in rates]
            weights = oracle.chain_weights(start, rates, slopes)
            if weights is not None:
                yield seed, start, weights


def assert_chain_retraced(submission, layers):
    """One of the first few chains with known weights ends as we retrace it.

    The weights are computed from runs in one batch, and retraced in batches of single rows. The
    first weights depend on neither the learning rate nor the size of the batches.
    """
    returned = None
    for seed, start, weights in islice(chains_with_known_weights(submission, layers), CHAINS):
        case = chain_case(layers, seed, batch_size=1)
        runs = oracle.chain_runs(start, weights, case, 2.0)
        model, _ = run(submission, case, 2.0)
        returned = seen(submission, case, model, oracle.probes(1))
        required = runs[np.abs(runs - returned).max(axis=(1, 2)).argmin()]
        if np.allclose(returned, required, CHAIN_ACCURACY, CHAIN_ACCURACY):
            return
    what = "a slope after a step of each rate η that is Π (|w| ± η) for some weights w"
    assert_that(returned is not None, f"never {what}", what)
    rule = "the nearest of all orders of the layers and of the rows"
    assert_close(returned, required, "the prediction", tolerance=CHAIN_ACCURACY, rule=rule)


def assert_learned(submission, X, Y, hidden_sizes, most, **settings):
    """Training leaves at most this share of the variance of each target, from one of a few seeds.

    A seed that leads nowhere is rare, and so the chance that all do is the cube of a small one.
    """
    for seed in SEEDS:
        model, _ = fit(submission, X, Y, hidden_sizes, seed, **settings)
        left = oracle.variance_left(predict(submission, model, X, Y.shape[1]), Y)
        if (left <= most).all():
            return
    assert_bounded(left, 0.0, most, "the squared error over the variance of the target")


def assert_unlike(returned, other, what):
    """Two predictions on the lecture's data differ visibly somewhere."""
    distance = np.abs(returned - other) / np.std(LECTURE_Y, axis=0)
    assert_that(distance.max() > 1e-3, f"the same predictions {what}", "another random model")
