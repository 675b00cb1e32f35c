"""Wrong variants of a linear classifier and its training."""

import numpy as np

from backproof.testing import misconception
from reference import classifier, cross_entropy


@misconception(of="scores", caught_by="test_classifier_scores_are_linear")
def scores_without_a_bias(X, W, b):
    """You left out the bias b."""
    return X @ W.T


@misconception(of="scores", caught_by="test_classifier_scores_are_linear")
def scores_subtract_the_bias(X, W, b):
    """You subtracted the bias b; it is added."""
    return X @ W.T - b


@misconception(of="scores", caught_by="test_classifier_scores_are_linear")
def scores_add_the_sum_of_the_biases(X, W, b):
    """You added the sum of all biases to each score; each class has its own."""
    return X @ W.T + b.sum()


@misconception(of="scores", caught_by="test_classifier_scores_are_linear")
def scores_of_absolute_weights(X, W, b):
    """You took the absolute values of the weights."""
    return X @ np.abs(W).T + b


@misconception(of="gradients", caught_by="test_classifier_gradients_follow_the_chain_rule")
def gradients_average_the_bias(X, W, b, labels):
    """You took the mean of δ over the rows for db; it is the sum, as 1/m is in δ already."""
    delta = cross_entropy.gradient(X @ W.T + b, labels)
    return delta.T @ X, delta.mean(axis=0)


@misconception(
    of="gradients",
    caught_by=(
        "test_classifier_gradients_follow_the_chain_rule",
        "test_classifier_gradients_are_slopes",
    ),
)
def gradients_are_divided_twice(X, W, b, labels):
    """You divided by m once more; 1/m is in δ already."""
    delta = cross_entropy.gradient(X @ W.T + b, labels)
    return delta.T @ X / len(X), delta.sum(axis=0) / len(X)


@misconception(
    of="gradients",
    caught_by=(
        "test_classifier_gradients_follow_the_chain_rule",
        "test_classifier_gradients_are_slopes",
    ),
)
def gradients_have_the_wrong_sign(X, W, b, labels):
    """Your gradients have the opposite sign: δ is (p − y) / m."""
    delta = cross_entropy.gradient(X @ W.T + b, labels)
    return -delta.T @ X, -delta.sum(axis=0)


@misconception(of="gradients", caught_by="test_classifier_gradients_follow_the_chain_rule")
def gradients_without_a_bias(X, W, b, labels):
    """You left the gradient of the bias at 0."""
    delta = cross_entropy.gradient(X @ W.T + b, labels)
    return delta.T @ X, np.zeros_like(b)


@misconception(of="gradients", caught_by="test_classifier_gradients_follow_the_chain_rule")
def gradients_of_scores_without_a_bias(X, W, b, labels):
    """You left out the bias when you computed the scores."""
    delta = cross_entropy.gradient(X @ W.T, labels)
    return delta.T @ X, delta.sum(axis=0)


@misconception(of="gradients", caught_by="test_classifier_gradients_leave_the_weights_unchanged")
def gradients_centre_the_inputs_in_place(X, W, b, labels):
    """You changed X in place."""
    delta = cross_entropy.gradient(X @ W.T + b, labels)
    gradient = delta.T @ X
    X -= X.mean() + 1.0
    return gradient, delta.sum(axis=0)


@misconception(of="step", caught_by="test_classifier_step_goes_against_the_gradient")
def step_goes_with_the_gradient(W, b, dW, db, learning_rate):
    """You added the gradient; the loss falls against it."""
    return W + learning_rate * dW, b + learning_rate * db


@misconception(of="step", caught_by="test_classifier_step_goes_against_the_gradient")
def step_leaves_the_bias(W, b, dW, db, learning_rate):
    """You moved the weights only, and not the bias."""
    return W - learning_rate * dW, b.copy()


@misconception(of="step", caught_by="test_classifier_step_goes_against_the_gradient")
def step_without_a_rate(W, b, dW, db, learning_rate):
    """You left out the learning rate."""
    return W - dW, b - db


@misconception(of="step", caught_by="test_classifier_step_returns_new_arrays")
def step_in_place(W, b, dW, db, learning_rate):
    """You changed the arrays of the caller; return new ones."""
    W -= learning_rate * dW
    b -= learning_rate * db
    return W, b


def _trained(
    X,
    labels,
    n,
    rng,
    batch_size,
    epochs,
    learning_rate,
    *,
    starts=lambda m, q: range(0, m, q),
    more_rows=0,
    begins_anew=False,
    takes_the_loss="after an epoch",
    rate_of=lambda rate, _rows: rate,
):
    """Train as the reference does, but for what the keywords change."""
    W, b = np.zeros((n, X.shape[1])), np.zeros(n)
    losses = {"after a batch": [], "before an epoch": [], "after an epoch": []}
    for _ in range(epochs):
        losses["before an epoch"].append(cross_entropy.of_scores(X @ W.T + b, labels))
        if begins_anew:
            W, b = np.zeros_like(W), np.zeros_like(b)
        order = rng.permutation(len(X))
        for start in starts(len(X), batch_size):
            rows = order[start : start + batch_size + more_rows]
            dW, db = classifier.gradients(X[rows], W, b, labels[rows])
            rate = rate_of(learning_rate, len(rows))
            W, b = W - rate * dW, b - rate * db
            losses["after a batch"].append(cross_entropy.of_scores(X @ W.T + b, labels))
        losses["after an epoch"].append(cross_entropy.of_scores(X @ W.T + b, labels))
    return (W, b), losses[takes_the_loss]


@misconception(of="train", caught_by="test_classifier_small_batches_take_more_steps")
def train_takes_one_batch(X, labels, n, rng, batch_size=16, epochs=20, learning_rate=0.5):
    """You took one batch in each epoch; an epoch uses all rows."""
    return _trained(
        X, labels, n, rng, batch_size, epochs, learning_rate, starts=lambda m, _q: range(min(1, m))
    )


@misconception(
    of="train",
    caught_by=(
        "test_classifier_training_separates_clusters",
        "test_classifier_training_lowers_the_loss",
    ),
)
def train_does_not_learn(X, labels, n, rng, batch_size=16, epochs=20, learning_rate=0.5):
    """You computed the gradients and did not move the weights."""
    return _trained(
        X, labels, n, rng, batch_size, epochs, learning_rate, rate_of=lambda _rate, _rows: 0.0
    )


@misconception(of="train", caught_by="test_classifier_training_lowers_the_loss")
def train_returns_a_loss_for_each_batch(
    X, labels, n, rng, batch_size=16, epochs=20, learning_rate=0.5
):
    """You returned a loss for each batch; it is one for each epoch."""
    return _trained(
        X, labels, n, rng, batch_size, epochs, learning_rate, takes_the_loss="after a batch"
    )


@misconception(of="train", caught_by="test_classifier_first_epoch_of_one_batch_is_one_step")
def train_returns_the_loss_before_the_epoch(
    X, labels, n, rng, batch_size=16, epochs=20, learning_rate=0.5
):
    """You took the loss before the epoch; it is the one after it."""
    return _trained(
        X, labels, n, rng, batch_size, epochs, learning_rate, takes_the_loss="before an epoch"
    )


@misconception(of="train", caught_by="test_classifier_training_depends_on_the_generator_alone")
def train_draws_from_its_own_generator(
    X, labels, n, rng, batch_size=16, epochs=20, learning_rate=0.5
):
    """You drew from a generator of your own; rng is the only source of randomness."""
    rng = np.random.default_rng()
    return _trained(X, labels, n, rng, batch_size, epochs, learning_rate)


@misconception(of="train", caught_by="test_classifier_first_epoch_of_one_batch_is_one_step")
def train_drops_the_last_batch(X, labels, n, rng, batch_size=16, epochs=20, learning_rate=0.5):
    """You left out the last batch where it is smaller."""
    return _trained(
        X,
        labels,
        n,
        rng,
        batch_size,
        epochs,
        learning_rate,
        starts=lambda m, q: range(0, m - q + 1, q),
    )


@misconception(of="train", caught_by="test_classifier_batches_hold_batch_size_rows")
def train_takes_a_row_too_many(X, labels, n, rng, batch_size=16, epochs=20, learning_rate=0.5):
    """Your batches hold a row more than batch_size."""
    return _trained(X, labels, n, rng, batch_size, epochs, learning_rate, more_rows=1)


@misconception(of="train", caught_by="test_classifier_training_has_defaults")
def train_learns_slowly_by_default(X, labels, n, rng, batch_size=16, epochs=20, learning_rate=0.25):
    """Your default learning rate is not 0.5."""
    return _trained(X, labels, n, rng, batch_size, epochs, learning_rate)


@misconception(of="train", caught_by="test_classifier_training_lowers_the_loss")
def train_starts_again_in_every_epoch(
    X, labels, n, rng, batch_size=16, epochs=20, learning_rate=0.5
):
    """You set the weights to 0 in every epoch, so nothing is kept."""
    return _trained(
        X,
        labels,
        n,
        rng,
        batch_size,
        epochs,
        learning_rate,
        begins_anew=True,
        rate_of=lambda rate, _rows: 0.1 * rate,
    )


@misconception(of="train", caught_by="test_classifier_first_epoch_of_one_batch_is_one_step")
def train_sums_over_the_batch(X, labels, n, rng, batch_size=16, epochs=20, learning_rate=0.5):
    """You multiplied the gradients by the number of rows; the loss is a mean."""
    return _trained(
        X, labels, n, rng, batch_size, epochs, learning_rate, rate_of=lambda rate, rows: rate * rows
    )


@misconception(
    of="predict",
    caught_by=(
        "test_classifier_training_separates_clusters",
        "test_classifier_predicts_any_number_of_rows",
    ),
)
def predict_returns_scores(model, X):
    """You returned the scores; the class is the one with the largest."""
    W, b = model
    return X @ W.T + b


@misconception(of="predict", caught_by="test_classifier_training_separates_clusters")
def predict_without_a_bias_or_sign(model, X):
    """You took the class with the smallest score."""
    W, b = model
    return np.argmin(X @ W.T + b, axis=1)


@misconception(of="predict", caught_by="test_classifier_predicts_any_number_of_rows")
def predict_needs_several_rows(model, X):
    """You returned a plain number for a single row; it is an array with one entry."""
    W, b = model
    classes = np.argmax(X @ W.T + b, axis=1)
    return classes[0] if len(X) == 1 else classes
