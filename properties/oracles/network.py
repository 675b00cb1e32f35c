"""A network, layer by layer, from the sums of a dense layer."""

import numpy as np

from backproof.testing import differences
from properties.oracles import activations, layers


def prediction(case):
    """H = X, then h = σ(h Wᵀ + b) for each layer, the last without σ."""
    return _passes(case)[-1][2]


def gradients(case):
    """(∂l/∂W, ∂l/∂b) of each layer by the chain rule, where ∂l/∂prediction = dprediction."""
    found = []
    dh = case.dprediction
    passes = zip(case.parameters, _names(case), _passes(case), strict=True)
    for (W, _), name, (h_prev, z, _) in reversed(list(passes)):
        dW = layers.weight_gradient(dh, z, h_prev, name)
        found.insert(0, (dW, layers.bias_gradient(dh, z, name)))
        dh = layers.input_gradient(dh, z, W, name)
    return found


def slopes(case, layer):
    """Differences of the loss Σ dprediction ⊙ prediction in W and in b of a layer, with bounds."""
    names = _names(case)
    h_prev = case.X
    for (V, c), name in zip(case.parameters[:layer], names[:layer], strict=True):
        h_prev = activations.value(name, h_prev @ V.T + c)
    after = case.parameters[layer + 1 :]

    def loss(W, b):
        h = h_prev
        for (V, c), name in zip([(W, b), *after], names[layer:], strict=True):
            h = activations.value(name, h @ V.T + c)
        return float(np.sum(case.dprediction * h))

    W, b = case.parameters[layer]
    in_W = differences.gradient(lambda x: loss(x, b), W)
    in_b = differences.gradient(lambda x: loss(W, x), b)
    return in_W, in_b


def _names(case):
    return [case.activation] * (len(case.parameters) - 1) + ["identity"]


def _passes(case):
    """(h_prev, z, h) of each layer."""
    passes = []
    h = case.X
    for (W, b), name in zip(case.parameters, _names(case), strict=True):
        h_prev, z = h, layers.pre_activation(h, W, b)
        h = activations.value(name, z)
        passes.append((h_prev, z, h))
    return passes
