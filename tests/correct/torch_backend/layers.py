"""Dense layers: torch's linear map forward, vector-Jacobian products backward."""

import torch
from torch.nn.functional import linear

from .activations import FUNCTIONS
from .backend import array, leaf, tensor


def dense_forward(h_prev, W, b, activation):
    z = linear(tensor(h_prev), tensor(W), tensor(b))
    return array(z), array(FUNCTIONS[activation](z))


def dense_backward(dh, z, h_prev, W, activation):
    z = leaf(z)
    (delta,) = torch.autograd.grad(FUNCTIONS[activation](z), z, grad_outputs=tensor(dh))
    # The linear map is differentiated at b = 0: its slopes do not depend on b.
    leaves = leaf(W), torch.zeros_like(delta[0]).requires_grad_(), leaf(h_prev)
    W, b, h_prev = leaves
    slopes = torch.autograd.grad(linear(h_prev, W, b), leaves, grad_outputs=delta)
    return tuple(array(slope) for slope in slopes)
