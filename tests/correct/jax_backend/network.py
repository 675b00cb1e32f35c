"""The network as one function of its parameters; the cache is what its gradient is taken at."""

from functools import partial

import jax
import jax.numpy as jnp
import numpy as np

from .backend import cut, padded


@jax.custom_jvp
def _relu(z):
    return jnp.maximum(z, 0.0)


@_relu.defjvp
def _relu_slope(primals, tangents):
    (z,), (dz,) = primals, tangents
    return _relu(z), jnp.where(z > 0.0, dz, 0.0)


HIDDEN = {"identity": lambda z: z, "tanh": jnp.tanh, "relu": _relu, "sigmoid": jax.nn.sigmoid}


def predicted(parameters, X, activation):
    *hidden, (W, b) = parameters
    h = X
    for V, c in hidden:
        h = HIDDEN[activation](h @ V.T + c)
    return h @ W.T + b


_forward = partial(jax.jit, static_argnums=2)(predicted)


@partial(jax.jit, static_argnums=3)
def _backward(parameters, X, dprediction, activation):
    _, pull = jax.vjp(lambda p: predicted(p, X, activation), parameters)
    return pull(dprediction)[0]


def forward(parameters, X, activation):
    weights, X = [(padded(W), padded(b)) for W, b in parameters], np.array(X)
    prediction = _forward(weights, padded(X), activation)
    return cut(prediction, (len(X), len(parameters[-1][1]))), (weights, padded(X))


def backward(parameters, cache, dprediction, activation):
    slopes = _backward(*cache, padded(dprediction), activation)
    return [
        (cut(dW, np.shape(W)), cut(db, np.shape(b)))
        for (dW, db), (W, b) in zip(slopes, parameters, strict=True)
    ]
