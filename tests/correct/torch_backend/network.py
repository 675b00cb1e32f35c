"""The network as one autograd graph, which is the cache."""

import torch
from torch.nn.functional import linear

from .activations import FUNCTIONS
from .backend import array, leaf, tensor


def graph(leaves, h, activation):
    """The prediction as a tensor; leaves alternate between weights and biases."""
    *hidden, last = zip(leaves[::2], leaves[1::2], strict=True)
    for W, b in hidden:
        h = FUNCTIONS[activation](linear(h, W, b))
    return linear(h, *last)


def forward(parameters, X, activation):
    leaves = [leaf(p) for layer in parameters for p in layer]
    prediction = graph(leaves, tensor(X), activation)
    return array(prediction), (leaves, prediction)


def backward(parameters, cache, dprediction, activation):
    leaves, prediction = cache
    slopes = torch.autograd.grad(
        prediction, leaves, grad_outputs=tensor(dprediction), retain_graph=True
    )
    slopes = [array(slope) for slope in slopes]
    return list(zip(slopes[::2], slopes[1::2], strict=True))
