import numpy as np

from . import initialization, losses, minibatches, network, normalization, optimizers


def init_parameters(sizes, rng):
    parameters = []
    for i in range(len(sizes) - 1):
        parameters.append(
            (initialization.xavier(sizes[i], sizes[i + 1], rng), np.zeros(sizes[i + 1]))
        )
    return parameters


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
    x_stats = normalization.standardization_statistics(X)
    y_stats = normalization.standardization_statistics(Y)
    Xn = normalization.standardize(X, *x_stats)
    Yn = normalization.standardize(Y, *y_stats)

    parameters = init_parameters([X.shape[1]] + list(hidden_sizes) + [Y.shape[1]], rng)
    states = [[optimizers.adam_init(p) for p in layer] for layer in parameters]

    history = []
    for epoch in range(epochs):
        for Xq, Yq in minibatches.shuffled_minibatches(Xn, Yn, batch_size, rng):
            out, cache = network.forward(parameters, Xq, activation)
            dout = losses.mean_squared_error_gradient(out, Yq)
            grads = network.backward(parameters, cache, dout, activation)
            for i in range(len(parameters)):
                new = []
                for k in (0, 1):  # W, b
                    p, states[i][k] = optimizers.adam_step(
                        parameters[i][k], grads[i][k], states[i][k], learning_rate
                    )
                    new.append(p)
                parameters[i] = tuple(new)
        # loss on all the data at the end of the epoch
        out, _ = network.forward(parameters, Xn, activation)
        history.append(losses.mean_squared_error(out, Yn))

    return (parameters, activation, x_stats, y_stats), history


def predict(model, X):
    parameters, activation, x_stats, y_stats = model
    out, _ = network.forward(parameters, normalization.standardize(X, *x_stats), activation)
    return normalization.unstandardize(out, *y_stats)
