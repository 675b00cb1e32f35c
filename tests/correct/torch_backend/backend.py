"""The border between numpy outside and float64 tensors inside."""

import numpy as np
import sympy  # noqa: F401 - autograd imports it at its first call, which is too late if confined
import torch

torch.set_num_threads(1)


def tensor(values):
    """A tensor with a copy of the values, so nothing outside can change."""
    return torch.from_numpy(np.array(values, dtype=np.float64, order="C"))


def leaf(values):
    """A tensor to differentiate by."""
    return tensor(values).requires_grad_()


def array(result):
    return result.detach().numpy()
