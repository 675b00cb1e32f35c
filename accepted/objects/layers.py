"""Dense layers: an object that remembers its pass, and two functions round it."""

from .activations import REGISTRY


class Dense:
    """One dense layer and its pass over one batch."""

    def __init__(self, W, b=None, activation="identity"):
        self.W = W
        self.b = b
        self.sigma = REGISTRY[activation]

    def forward(self, h_prev):
        self.h_prev = h_prev
        self.z = h_prev @ self.W.T + self.b
        self.h = self.sigma.value(self.z)
        return self.h

    def backward(self, dh):
        delta = dh * self.sigma.derivative(self.z)
        return delta.T @ self.h_prev, delta.sum(axis=0), delta @ self.W


def dense_forward(h_prev, W, b, activation):
    layer = Dense(W, b, activation)
    layer.forward(h_prev)
    return layer.z, layer.h


def dense_backward(dh, z, h_prev, W, activation):
    layer = Dense(W, activation=activation)
    layer.h_prev, layer.z = h_prev, z
    return layer.backward(dh)
