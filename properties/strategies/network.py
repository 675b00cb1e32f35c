"""Networks with a batch: the widths and depths at which mistakes show, away from kinks."""

from dataclasses import dataclass, replace
from functools import cache
from itertools import pairwise, product

import numpy as np
from hypothesis import strategies as st

from backproof.testing.differences import AT, SHORT_STEP, STEP, along
from backproof.testing.strategies import array_tuples, corner
from properties.oracles import activations, losses, network
from properties.strategies.layers import clear_of_kinks

# (m, widths): one, two and three hidden layers. Equal hidden widths let an array of the wrong
# layer pass unnoticed into the sum, unlike ones turn a transpose into an error; a batch unlike
# every width keeps the axes apart.
SIZES = (
    (2, (1, 1, 1)),
    (3, (2, 2, 2)),
    (5, (3, 4, 2)),
    (2, (3, 3, 3, 3)),
    (3, (2, 4, 5, 2)),
    (3, (2, 2, 2, 2, 2)),
    (5, (4, 3, 3, 3, 2)),
    (4, (2, 3, 3, 3, 5)),
    (2, (3, 4, 3, 5, 4)),
)
# A single row or a single output, and single units: where an axis is easily squeezed away.
SMALL_SIZES = tuple(
    (m, (*below, n_y))
    for layers in (1, 2, 3, 4)
    for below in product((1, 2), repeat=layers)
    for m, n_y in ((1, 2), (3, 1))
)
_LIMIT = 1.5
# No step of a difference moves a pre-activation of these sizes as far as this: it moves W by
# 0.0015 at most, and h_prev stays below 60. So no step crosses the kink of ReLU.
_MARGIN = 0.1


@dataclass(frozen=True, eq=False)
class NetworkCase:
    """A network, one batch, and the derivative of the loss in the prediction.

    Shapes: parameters a (n_out, n_in) and an (n_out,) array for each layer, X (m, n_x),
    dprediction (m, n_y).
    """

    parameters: list
    X: np.ndarray
    dprediction: np.ndarray
    activation: str

    def under(self, activation):
        """The same network with another activation, its biases moved where ReLU has a kink."""
        if activation != "relu":
            return replace(self, activation=activation)
        *hidden, last = self.parameters
        parameters = []
        h = self.X
        for W, b in hidden:
            shift = clear_of_kinks(h @ W.T + b, _MARGIN, 3 * _MARGIN)
            parameters.append((W, b + shift))
            h = activations.value(activation, h @ W.T + b + shift)
        return replace(self, parameters=[*parameters, last], activation=activation)

    def rows(self, start, stop=None):
        """The rows of the batch from ``start`` to before ``stop``, as a batch of their own."""
        return replace(self, X=self.X[start:stop], dprediction=self.dprediction[start:stop])

    def duplicated(self):
        """The batch followed by itself."""
        X, dprediction = (np.concatenate([rows, rows]) for rows in (self.X, self.dprediction))
        return replace(self, X=X, dprediction=dprediction)

    def with_output_times(self, factor):
        """The network with W and b of its last layer multiplied by a factor."""
        *hidden, (W, b) = self.parameters
        return replace(self, parameters=[*hidden, (factor * W, factor * b)])

    def with_units_moved(self):
        """The network with each hidden unit one place on in its layer, weights included."""
        return replace(self, parameters=move_units(self.parameters))

    def under_loss(self, dprediction):
        """The batch under a loss with this derivative in the prediction."""
        return replace(self, dprediction=dprediction)

    def moved(self, layer, distance):
        """The network with W and b of a layer moved, by ``distance`` along ``direction``."""
        parameters = list(self.parameters)
        parameters[layer] = tuple(
            part + distance * step
            for part, step in zip(parameters[layer], self.direction(layer), strict=True)
        )
        return replace(self, parameters=parameters)

    @property
    def can_be_dead(self):
        """Whether a wrong forward pass may give the same for all rows, by this activation."""
        return self.activation == "relu"

    @property
    def step(self):
        """A step along ``direction`` that suits the activation."""
        return SHORT_STEP if self.activation == "relu" else STEP

    def direction(self, layer):
        """A direction in W and b of a layer, in which no entry stands still."""
        return tuple(
            np.cos(1.0 + np.arange(p.size)).reshape(p.shape) for p in self.parameters[layer]
        )

    def under_mean_loss(self):
        """The batch under the mean squared error, with ``dprediction`` as its target."""
        return self.under_loss(losses.gradient(network.prediction(self), self.dprediction))


def move_units(pairs):
    """Move each hidden unit, in the (W, b) or (dW, db) of all layers, to the next place."""
    last = len(pairs) - 1
    return [
        (np.roll(W, (int(i < last), int(i > 0)), axis=(0, 1)), np.roll(b, int(i < last)))
        for i, (W, b) in enumerate(pairs)
    ]


def sloping_networks():
    """(case, layer): a network whose loss changes clearly as it is ``moved`` in a layer.

    Nothing in it is 0 or special, and no step of the move crosses a kink of ReLU.
    """
    return st.integers(0, 2**31 - 1).map(_of_seed).filter(_slopes)


def _of_seed(seed):
    rng = np.random.default_rng(seed)
    m, widths = SIZES[seed % len(SIZES)]
    parameters = [(rng.normal(size=(b, a)), rng.normal(size=b)) for a, b in pairwise(widths)]
    X, dprediction = rng.normal(size=(m, widths[0])), rng.normal(size=(m, widths[-1]))
    name = activations.NAMES[int(rng.integers(len(activations.NAMES)))]
    case = NetworkCase(parameters, X, dprediction, "identity").under(name)
    return case, int(rng.integers(len(parameters)))


def _slopes(drawn):
    case, layer = drawn
    moved = [case.moved(layer, case.step * at) for at in AT]
    predictions = [network.prediction(each) for each in moved]
    values = [float(np.sum(case.dprediction * each)) for each in predictions]
    slope, bound = along(values, case.step)
    return bound < 1e-5 < abs(slope) / 1e3 and np.ptp(predictions[0], axis=0).max() > 0.01


def waving_network(m, widths, *, phase=0.0):
    """Give a network of any size under tanh, in which neither h nor a gradient fades.

    The entries are sines of squares, which are as irregular as random numbers.
    """
    shapes = [shape for a, b in pairwise(widths) for shape in ((b, a), (b,))]
    shapes = [(m, widths[0]), (m, widths[-1]), *shapes]
    ends = np.cumsum([int(np.prod(shape)) for shape in shapes])
    parts = np.split(np.sin(0.37 * np.arange(ends[-1]) ** 2 + phase), ends[:-1])
    X, dprediction, *parts = (part.reshape(s) for part, s in zip(parts, shapes, strict=True))
    parameters = [
        (1.5 * W / np.sqrt(W.shape[1]), b / 4) for W, b in zip(parts[::2], parts[1::2], strict=True)
    ]
    return NetworkCase(parameters, X, dprediction, "tanh")


def linear_networks(sizes=SIZES):
    """Networks whose hidden layers are the identity; ``under`` gives them another activation."""
    return st.builds(_build, _blocks(tuple(sizes)), st.sampled_from(sizes))


def networks(*, sizes=SIZES, activation_names=activations.NAMES):
    """Networks under any of the activations.

    Args:
        sizes: The (m, widths) to choose from.
        activation_names: The activations to choose from.

    """
    choices = list(product(sizes, activation_names))
    return st.tuples(st.sampled_from(choices), _blocks(tuple(sizes))).map(
        lambda drawn: _build(drawn[1], drawn[0][0]).under(drawn[0][1])
    )


def single_layer_networks():
    """Networks of one layer, asked for with an activation that it must not apply."""
    sizes = [(m, widths) for m in (1, 2, 3) for widths in product((1, 2, 3), repeat=2)]
    return networks(sizes=sizes, activation_names=["tanh", "relu", "sigmoid"])


def networks_and_layers():
    """(case, layer): a network and the index of one of its layers."""
    return st.tuples(networks(), st.integers(0, 11)).map(
        lambda drawn: (drawn[0], drawn[1] % len(drawn[0].parameters))
    )


def networks_and_batches():
    """(case, other): one network with two batches."""
    return networks(sizes=[(2 * m, widths) for m, widths in SIZES]).map(_halve)


def network_pairs():
    """(case, other): two networks with a batch each."""
    return st.tuples(networks(), networks())


def saturated_networks():
    """Networks with |z| near 900 in hidden layers: below 0 in even units, above in odd ones."""
    return networks(activation_names=["sigmoid", "tanh"]).map(_saturate)


@cache
def _blocks(sizes):
    """The arrays of a network that all sizes can be cut from: so a case keeps its entries."""
    m = max(m for m, _ in sizes)
    n = max(max(widths) for _, widths in sizes)
    layers = max(len(widths) for _, widths in sizes) - 1
    return array_tuples((m, n), (m, n), *[(n, n), n] * layers, limit=_LIMIT)


def _build(blocks, size):
    m, widths = size
    X, dprediction, *parts = blocks
    layers = zip(parts[::2], parts[1::2], pairwise(widths), strict=False)
    parameters = [(corner(W, n_out, n_in), corner(b, n_out)) for W, b, (n_in, n_out) in layers]
    X, dprediction = corner(X, m, widths[0]), corner(dprediction, m, widths[-1])
    return NetworkCase(parameters, X, dprediction, "identity")


def _halve(case):
    half = len(case.X) // 2
    return case.rows(0, half), case.rows(half)


def _saturate(case):
    *hidden, last = case.parameters
    far = [(W, np.where(np.arange(len(b)) % 2 == 0, -900.0, 900.0)) for W, b in hidden]
    return replace(case, parameters=[*far, last])
