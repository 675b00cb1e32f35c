"""Training as a generator of losses that is drained once."""

from itertools import pairwise

import common


def _initial(sizes, activation, rng):
    import initialization

    draw = initialization.he if activation == "relu" else initialization.xavier
    for n_in, n_out in pairwise(sizes):
        yield draw(n_in, n_out, rng), initialization.zeros(n_out, 1)[0]


def _epochs(model, X, Y, rng, batch_size, epochs, learning_rate):
    import losses
    import minibatches
    import network
    import optimizers

    flat = [p for layer in model["parameters"] for p in layer]
    states = [optimizers.adam_init(p) for p in flat]
    for _ in range(epochs):
        total = 0.0
        for X_q, Y_q in minibatches.shuffled_minibatches(X, Y, batch_size, rng):
            prediction, cache = network.forward(model["parameters"], X_q, model["activation"])
            total += losses.mean_squared_error(prediction, Y_q) * len(X_q)
            slope = losses.mean_squared_error_gradient(prediction, Y_q)
            layers = network.backward(model["parameters"], cache, slope, model["activation"])
            gradients = (g for layer in layers for g in layer)
            steps = zip(flat, gradients, states, strict=True)
            flat = [optimizers.adam_step(*step, learning_rate)[0] for step in steps]
            model["parameters"] = list(zip(flat[::2], flat[1::2], strict=True))
        yield total / len(X)


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
    import normalization

    x, y = map(normalization.standardization_statistics, (X, Y))
    Zx = common.frozen(normalization.standardize(X, *x))
    Zy = common.frozen(normalization.standardize(Y, *y))
    sizes = [Zx.shape[1], *hidden_sizes, Zy.shape[1]]
    parameters = list(_initial(sizes, activation, rng))
    model = {"parameters": parameters, "activation": activation, "x": x, "y": y}
    return model, tuple(_epochs(model, Zx, Zy, rng, batch_size, epochs, learning_rate))


def predict(model, X):
    import network
    import normalization

    Z = normalization.standardize(X, *model["x"])
    prediction, _ = network.forward(model["parameters"], Z, model["activation"])
    return normalization.unstandardize(prediction, *model["y"])
