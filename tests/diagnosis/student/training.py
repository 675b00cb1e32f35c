import initialization
import losses as losses_module
import minibatches
import network
import normalization
import numpy as np
import optimizers


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
    x_mean, x_std = normalization.standardization_statistics(X)
    y_mean, y_std = normalization.standardization_statistics(Y)
    X_n = normalization.standardize(X, x_mean, x_std)
    Y_n = normalization.standardize(Y, y_mean, y_std)

    sizes = [X.shape[1]] + list(hidden_sizes) + [Y.shape[1]]
    parameters = []
    for i in range(len(sizes) - 1):
        if activation == "relu":
            W = initialization.he(sizes[i], sizes[i + 1], rng)
        else:
            W = initialization.xavier(sizes[i], sizes[i + 1], rng)
        b = np.zeros(sizes[i + 1])
        parameters.append((W, b))
    states = [(optimizers.adam_init(W), optimizers.adam_init(b)) for W, b in parameters]

    losses = []
    for epoch in range(epochs):
        epoch_loss = 0.0
        for X_q, Y_q in minibatches.shuffled_minibatches(X_n, Y_n, batch_size, rng):
            prediction, cache = network.forward(parameters, X_q, activation)
            loss = losses_module.mean_squared_error(prediction, Y_q)
            epoch_loss += loss * len(X_q)
            dprediction = losses_module.mean_squared_error_gradient(prediction, Y_q)
            grads = network.backward(parameters, cache, dprediction, activation)
            for i in range(len(parameters)):
                W, b = parameters[i]
                dW, db = grads[i]
                sW, sb = states[i]
                W, sW = optimizers.adam_step(W, dW, sW, learning_rate)
                b, sb = optimizers.adam_step(b, db, sb, learning_rate)
                parameters[i] = (W, b)
                states[i] = (sW, sb)
        losses.append(epoch_loss / len(X_n))

    model = {
        "parameters": parameters,
        "activation": activation,
        "x": (x_mean, x_std),
        "y": (y_mean, y_std),
    }
    return model, losses


def predict(model, X):
    Z = normalization.standardize(X, *model["x"])
    prediction, _ = network.forward(model["parameters"], Z, model["activation"])
    return normalization.unstandardize(prediction, *model["y"])
