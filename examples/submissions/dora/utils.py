"""Small helpers for the other modules."""

import activations


def activation_pair(name):
    """Look up an activation function and its derivative by name."""
    pairs = {
        "identity": (activations.identity, activations.identity_derivative),
        "tanh": (activations.tanh, activations.tanh_derivative),
        "relu": (activations.relu, activations.relu_derivative),
        "sigmoid": (activations.sigmoid, activations.sigmoid_derivative),
    }
    return pairs[name]


def layer_names(number_of_layers, activation):
    """Name the activation of every layer: the last one is linear."""
    return [activation if i < number_of_layers - 1 else "identity" for i in range(number_of_layers)]


def moving_average(old, new, beta):
    """Mix a fraction 1 - beta of the new value into the old average."""
    return beta * old + (1.0 - beta) * new
