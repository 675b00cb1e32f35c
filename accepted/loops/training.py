"""Training; the loops of `network` are slow over many steps, so numpy multiplies the matrices."""

import activations
from initialization import he, xavier
from losses import mean_squared_error, mean_squared_error_gradient
from minibatches import shuffled_minibatches
from network import forward
from normalization import standardization_statistics, standardize, unstandardize
from optimizers import adam_init, adam_step
from tables import array, with_width


def train(
    X,
    Y,
    hidden_sizes,
    rng,
    activation="tanh",
    batch_size=32,
    epochs=100,
    learning_rate=1e-3,
):
    x_statistics = standardization_statistics(X)
    y_statistics = standardization_statistics(Y)
    Zx = standardize(X, *x_statistics)
    Zy = standardize(Y, *y_statistics)

    sizes = [len(Zx[0]), *hidden_sizes, len(Zy[0])]
    initialize = he if activation == "relu" else xavier
    parameters = []
    states = []
    for i in range(len(sizes) - 1):
        n_in, n_out = sizes[i], sizes[i + 1]
        W = array(initialize(n_in, n_out, rng))
        b = array([0.0] * n_out)
        parameters.append((W, b))
        states.append([adam_init(W), adam_init(b)])

    losses = []
    for _ in range(epochs):
        total = 0.0
        for X_q, Y_q in shuffled_minibatches(Zx, Zy, batch_size, rng):
            prediction, gradients = _passes(parameters, X_q, Y_q, activation)
            total += len(X_q) * mean_squared_error(prediction, Y_q)
            for i, ((W, b), (dW, db)) in enumerate(zip(parameters, gradients, strict=True)):
                W, states[i][0] = adam_step(W, dW, states[i][0], learning_rate)
                b, states[i][1] = adam_step(b, db, states[i][1], learning_rate)
                parameters[i] = (array(W), array(b))
        losses.append(total / len(Zx))
    return (parameters, activation, x_statistics, y_statistics), losses


def _passes(parameters, X_q, Y_q, activation):
    """The prediction and the gradients of the loss on one mini-batch."""
    value = getattr(activations, activation)
    slope = getattr(activations, activation + "_derivative")

    hs = [array(X_q)]
    zs = []
    for W, b in parameters[:-1]:
        zs.append(hs[-1] @ W.T + b)
        hs.append(array(value(zs[-1])))
    W, b = parameters[-1]
    prediction = hs[-1] @ W.T + b

    gradients = []
    delta = array(mean_squared_error_gradient(prediction, Y_q))
    for W, _ in reversed(parameters):
        gradients.insert(0, (delta.T @ hs.pop(), delta.sum(axis=0)))
        if zs:
            delta = (delta @ W) * array(slope(zs.pop()))
    return prediction, gradients


def predict(model, X):
    parameters, activation, x_statistics, y_statistics = model
    prediction, _ = forward(parameters, standardize(X, *x_statistics), activation)
    return with_width(unstandardize(prediction, *y_statistics), len(y_statistics[0]))
