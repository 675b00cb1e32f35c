"""Networks: the strategies draw sizes and values at which mistakes show, away from kinks."""

from dataclasses import replace
from itertools import pairwise, product

import numpy as np
import pytest

from properties.oracles import activations, losses
from properties.oracles.network import prediction
from properties.strategies.network import (
    SIZES,
    SMALL_SIZES,
    NetworkCase,
    linear_networks,
    move_units,
    network_pairs,
    networks,
    networks_and_batches,
    networks_and_layers,
    saturated_networks,
    single_layer_networks,
)
from tests.support.strategies import (
    assert_all_examples,
    each,
    find_any,
    minimal,
    sound,
    zero,
)


def widths(case):
    """Return n_x, the hidden sizes and n_y."""
    return (case.X.shape[1], *(len(b) for _, b in case.parameters))


def size(case):
    """Return (m, widths), the form in which strategies receive a size."""
    return len(case.X), widths(case)


def entries(case):
    """Return all arrays of a network and its batch."""
    return [case.X, case.dprediction, *(part for pair in case.parameters for part in pair)]


def fits(case):
    """Return whether all arrays are sound and fit one another."""
    m, (n_x, *units) = size(case)
    layers = [shape for n_in, n in pairwise((n_x, *units)) for shape in ((n, n_in), (n,))]
    shapes = [(m, n_x), (m, units[-1]), *layers]
    return sound(*entries(case)) and [array.shape for array in entries(case)] == shapes


def hidden(case):
    """Return the pre-activations z of each hidden layer."""
    found, h = [], case.X
    for W, b in case.parameters[:-1]:
        found.append(h @ W.T + b)
        h = activations.value(case.activation, found[-1])
    return found


def signs(case):
    """Return the side of the kink on which every hidden unit is, for every row."""
    return np.concatenate([np.sign(z).ravel() for z in hidden(case)])


def steps(case):
    """Yield the network with one number in one W or b moved by the step of a difference."""
    places = [
        (layer, part, index)
        for layer, pair in enumerate(case.parameters)
        for part, values in enumerate(pair)
        for index in np.ndindex(values.shape)
    ]
    for (layer, part, index), step in product(places, (-1e-3, 1e-3)):
        moved = [(W.copy(), b.copy()) for W, b in case.parameters]
        moved[layer][part][index] += step * max(1.0, abs(moved[layer][part][index]))
        yield replace(case, parameters=moved)


def same_network(case, other):
    """Return whether the parameters of two cases are exactly equal."""
    return all(
        np.array_equal(mine, others)
        for pair, other_pair in zip(case.parameters, other.parameters, strict=True)
        for mine, others in zip(pair, other_pair, strict=True)
    )


each_size = pytest.mark.parametrize("dimensions", SIZES, ids=str)
a_network = NetworkCase(
    parameters=[
        (np.array([[1.0, -0.5], [0.25, 2.0], [-1.0, 0.75]]), np.array([0.1, -0.2, 0.3])),
        (np.array([[0.5, 1.0, -1.5], [2.0, -0.25, 1.0]]), np.array([-0.4, 0.5])),
        (np.array([[1.0, -1.0], [0.5, 0.25]]), np.array([0.6, -0.7])),
    ],
    X=np.array([[1.0, 2.0], [-0.5, 0.25], [0.75, -1.0], [0.1, 0.2]]),
    dprediction=np.array([[1.0, -1.0], [0.5, 2.0], [0.0, 1.0], [3.0, -2.0]]),
    activation="tanh",
)


@each_size
def test_network_sizes_keep_the_batch_unlike_every_width(dimensions):
    """With m equal to a width, a sum over the wrong axis would have the right shape."""
    m, network = dimensions
    assert m not in network


@each(
    {
        f"{layers} hidden layers, {kind}": lambda sizes, layers=layers, holds=holds: (
            len(sizes) == layers and holds(len(set(sizes)))
        )
        for layers, kind, holds in (
            (1, "one width", lambda distinct: distinct == 1),
            (2, "equal", lambda distinct: distinct == 1),
            (2, "unlike", lambda distinct: distinct == 2),
            (3, "equal", lambda distinct: distinct == 1),
            (3, "unlike", lambda distinct: distinct > 1),
        )
    }
)
def test_network_sizes_have_equal_and_unlike_widths_at_each_depth(condition):
    """Unlike widths show a transpose; equal ones let an array of the wrong layer pass."""
    assert any(condition(network[1:-1]) for _, network in SIZES)


def test_small_network_sizes_are_of_every_depth_and_single_rows_or_outputs():
    """Single rows, units and outputs are where an axis is easily squeezed away."""
    assert {len(network) - 1 for _, network in SMALL_SIZES} == {1, 2, 3, 4}
    assert all(m == 1 or network[-1] == 1 for m, network in SMALL_SIZES)
    assert {(3, (1,) * widths) for widths in (2, 3, 4, 5)} <= set(SMALL_SIZES)


@each_size
def test_linear_networks_can_make_each_size(dimensions):
    """A size that is never drawn checks nothing."""
    find_any(linear_networks(), lambda case: size(case) == dimensions)


def test_linear_networks_are_consistent_and_of_ordinary_size():
    """Sums of large entries would not be accurate to the tolerance."""
    assert_all_examples(
        linear_networks(),
        lambda case: (
            fits(case)
            and case.activation == "identity"
            and max(np.abs(array).max() for array in entries(case)) <= 1.5
        ),
    )


def test_linear_networks_shrink_to_one_hidden_unit():
    """A student looks at the first of the sizes, with ones only."""
    case = minimal(linear_networks())
    assert size(case) == SIZES[0] == (2, (1, 1, 1))
    assert all((array == 1.0).all() for array in entries(case))


@each(
    {
        "three hidden layers under ReLU": lambda case: (
            case.activation == "relu" and len(widths(case)) == 5
        ),
        "three equal hidden layers under tanh": lambda case: (
            case.activation == "tanh"
            and len(set(widths(case)[1:-1])) == 1
            and len(widths(case)) == 5
        ),
        "sigmoid": lambda case: case.activation == "sigmoid",
        "identity": lambda case: case.activation == "identity",
        "ReLU on and off": lambda case: case.activation == "relu" and np.ptp(signs(case)) == 2,
        "no parameter of 0": lambda case: all(np.all(part) for part in entries(case)),
        "a derivative of 0": lambda case: zero(case.dprediction),
    }
)
def test_networks_can_make_each_regime(condition):
    """A mistake may need a depth, an activation, or units of ReLU that are off."""
    find_any(networks(), condition)


@pytest.mark.parametrize("name", activations.NAMES)
@each_size
def test_networks_can_make_each_size_under_each_activation(dimensions, name):
    """A mistake may need a certain size together with a certain activation."""
    strategy = networks(activation_names=[name])
    assert find_any(strategy, lambda case: size(case) == dimensions).activation == name


@pytest.mark.parametrize("sizes", [SIZES, SMALL_SIZES], ids=["ordinary", "small"])
def test_networks_are_consistent_and_of_the_sizes_asked_for(sizes):
    """A property that asks for some sizes relies on getting no others."""
    assert_all_examples(networks(sizes=sizes), lambda case: fits(case) and size(case) in sizes)


def test_networks_under_relu_keep_clear_of_the_kink():
    """Next to the kink, rounding alone could decide the derivative."""
    assert_all_examples(
        networks(activation_names=["relu"]),
        lambda case: min(np.abs(z).min() for z in hidden(case)) > 0.1 - 1e-9,
        examples=150,
    )


def test_networks_under_relu_stay_on_their_side_when_a_difference_is_taken():
    """A difference across the kink would be no slope of the loss."""
    assert_all_examples(
        networks(activation_names=["relu"]),
        lambda case: all((signs(moved) == signs(case)).all() for moved in steps(case)),
        examples=15,
    )


@each_size
def test_networks_under_relu_cannot_grow_so_far_that_a_step_crosses(dimensions):
    """The margin is derived from the largest input of a hidden layer, which is below 60."""
    m, network = dimensions
    # The largest of the m + 1 shifts, which are 0.3 apart.
    shift = 0.3 * m
    parameters = [
        (np.full((n_out, n_in), 1.5), np.full(n_out, 1.5 + shift))
        for n_in, n_out in pairwise(network)
    ]
    X = np.full((m, network[0]), 1.5)
    case = NetworkCase(parameters, X, np.zeros((m, network[-1])), "relu")
    assert max([1.5, *(z.max() for z in hidden(case)[:-1])]) < 60


@pytest.mark.parametrize("name", activations.NAMES)
def test_networks_shrink_to_ones_but_for_biases_that_avoid_the_kink(name):
    """A student looks at ones, apart from biases that ReLU needs."""
    case = minimal(networks(activation_names=[name]))
    assert size(case) == SIZES[0]
    assert all((array == 1.0).all() for array in entries(case))
    dead = minimal(networks(activation_names=[name]), lambda case: zero(case.parameters[0][0]))
    at_zero = dead.parameters[0][1] + dead.parameters[0][0] @ dead.X[0]
    assert name != "relu" or np.abs(at_zero).min() > 0.1 - 1e-9


def test_networks_shrink_to_the_identity_first():
    """A mistake that needs no activation is shown without one."""
    assert minimal(networks()).activation == "identity"


@pytest.mark.parametrize("name", ["tanh", "sigmoid", "identity"])
def test_networks_under_smooth_activations_keep_their_parameters(name):
    """Relations between activations need one and the same network."""
    assert_all_examples(
        linear_networks(),
        lambda case: same_network(case, case.under(name)) and case.under(name).activation == name,
    )


def test_networks_under_relu_keep_all_but_hidden_biases():
    """Only biases may move away from the kink, so that the network stays as simple."""

    def kept(case):
        moved = case.under("relu")
        shifts = [
            new[1] - old[1] for new, old in zip(moved.parameters, case.parameters, strict=True)
        ]
        kept = [
            pair[0] is new[0] for pair, new in zip(case.parameters, moved.parameters, strict=True)
        ]
        return all(kept) and min(map(np.min, shifts)) >= 0 and zero(shifts[-1])

    assert_all_examples(linear_networks(), kept)


def test_rows_and_duplicated_batches_predict_row_by_row():
    """Properties rely on these parts when they relate two batches."""
    whole = prediction(a_network)
    parts = [prediction(a_network.rows(0, 1)), prediction(a_network.rows(1))]
    assert np.concatenate(parts).tolist() == whole.tolist()
    assert prediction(a_network.duplicated()).tolist() == [*whole.tolist(), *whole.tolist()]
    assert a_network.rows(1).dprediction.tolist() == a_network.dprediction[1:].tolist()


def test_output_times_a_factor_scales_the_prediction():
    """The last layer is linear, and a property relies on that."""
    scaled = prediction(a_network.with_output_times(-3.0))
    assert np.allclose(scaled, -3.0 * prediction(a_network), rtol=1e-12, atol=0)


def test_moved_units_predict_the_same():
    """A reordering of hidden units must not change the function of the network."""
    moved = a_network.with_units_moved()
    assert np.allclose(prediction(moved), prediction(a_network), rtol=0, atol=1e-12)
    assert [b.tolist() for _, b in moved.parameters] == [[0.3, 0.1, -0.2], [0.5, -0.4], [0.6, -0.7]]
    assert [z.tolist() for z in hidden(moved)[:1]] == [np.roll(hidden(a_network)[0], 1, 1).tolist()]


def test_moved_units_take_their_gradients_along():
    """A property compares the gradients of both networks unit by unit."""
    assert same_network(
        replace(a_network, parameters=move_units(a_network.parameters)),
        a_network.with_units_moved(),
    )


def test_mean_loss_has_its_derivative_as_dprediction():
    """A property about the mean loss passes this derivative to the submission."""
    required = losses.gradient(prediction(a_network), a_network.dprediction)
    assert a_network.under_mean_loss().dprediction.tolist() == required.tolist()


def test_single_layer_networks_have_one_layer_and_an_activation():
    """The last layer is linear whatever the activation, which the identity would not show."""
    assert_all_examples(
        single_layer_networks(),
        lambda case: fits(case) and len(case.parameters) == 1 and case.activation != "identity",
    )


@each(
    {
        **{
            name: lambda case, name=name: case.activation == name
            for name in ("tanh", "relu", "sigmoid")
        },
        "single everything": lambda case: size(case) == (1, (1, 1)),
        "equal widths": lambda case: size(case) == (2, (3, 3)),
        "unlike widths": lambda case: size(case) == (1, (2, 3)),
        "an output below 0": lambda case: prediction(case).min() < 0,
        "an output above 1": lambda case: prediction(case).max() > 1,
    }
)
def test_single_layer_networks_can_make_each_regime(condition):
    """An activation that leaves the outputs as they are would hide its use."""
    find_any(single_layer_networks(), condition)


def test_single_layer_networks_shrink_to_one_unit():
    """A student looks at a single number, 1, everywhere."""
    case = minimal(single_layer_networks())
    assert (size(case), case.activation) == ((1, (1, 1)), "tanh")
    assert all((array == 1.0).all() for array in entries(case))


def test_networks_and_layers_have_an_index_of_a_layer():
    """An index of no layer would be an error of the property."""
    assert_all_examples(
        networks_and_layers(),
        lambda drawn: fits(drawn[0]) and 0 <= drawn[1] < len(widths(drawn[0])) - 1,
    )
    case, layer = minimal(networks_and_layers())
    assert (size(case), layer) == (SIZES[0], 0)


@each(
    {
        f"layer {layer} of {layers}": lambda drawn, layer=layer, layers=layers: (
            (
                drawn[1],
                len(drawn[0].parameters),
            )
            == (layer, layers)
        )
        for layers in (2, 3, 4)
        for layer in range(layers)
    }
)
def test_networks_and_layers_can_make_every_layer(condition):
    """Mistakes often concern the first or the last layer only."""
    find_any(networks_and_layers(), condition)


def test_networks_and_batches_are_two_batches_of_one_network():
    """The sum of two batches' gradients needs one network and unlike batches."""
    assert_all_examples(
        networks_and_batches(),
        lambda pair: (
            all(fits(case) and size(case) in SIZES for case in pair)
            and same_network(*pair)
            and len(pair[0].X) == len(pair[1].X)
        ),
    )


def test_networks_and_batches_can_make_unlike_batches_and_shrink():
    """Equal batches would hide a cache that is shared between calls."""
    find_any(networks_and_batches(), lambda pair: (pair[0].X != pair[1].X).all())
    pair = minimal(networks_and_batches())
    assert [size(case) for case in pair] == [SIZES[0]] * 2


@each(
    {
        "of unlike depth": lambda pair: len(widths(pair[0])) != len(widths(pair[1])),
        "of one size but unlike": lambda pair: (
            size(pair[0]) == size(pair[1]) and not same_network(*pair)
        ),
        "under unlike activations": lambda pair: pair[0].activation != pair[1].activation,
    }
)
def test_network_pairs_can_make_unlike_networks(condition):
    """A cache kept from another network shows by its size, or by its numbers alone."""
    find_any(network_pairs(), condition)


def test_network_pairs_shrink_both():
    """A student looks at the smallest network, twice."""
    pair = minimal(network_pairs())
    assert [size(case) for case in pair] == [SIZES[0]] * 2


def test_saturated_networks_are_far_out_in_every_hidden_layer():
    """The exponential overflows on one side only, so units on both sides are needed."""

    def far(case):
        dimensions = [np.resize([-900.0, 900.0], z.shape[1]) for z in hidden(case)]
        off = [np.abs(z - side).max() for z, side in zip(hidden(case), dimensions, strict=True)]
        return fits(case) and case.activation in ("sigmoid", "tanh") and max(off) < 10

    assert_all_examples(saturated_networks(), far)


@each(
    {
        "three hidden layers of sigmoids": lambda case: (
            case.activation == "sigmoid" and len(widths(case)) == 5
        ),
        "tanh": lambda case: case.activation == "tanh",
    }
)
def test_saturated_networks_can_make_each_regime(condition):
    """Sigmoid and tanh saturate differently, at any depth."""
    find_any(saturated_networks(), condition)


def test_saturated_networks_shrink_to_one_hidden_layer():
    """A student looks at a single unit."""
    case = minimal(saturated_networks())
    assert (size(case), case.parameters[0][1].tolist()) == (SIZES[0], [-900.0])
