"""Tests of facts: each holds in all cases of a failed property, and only then is it stated."""

import json

import numpy as np
import pytest

from backproof.confined.confined_submission import ConfinedSubmission
from backproof.facts.fact_finder import FactFinder
from backproof.grades.judging import judge
from backproof.grades.outcomes import Grade
from backproof.grades.property_record import PropertyRecord
from backproof.grades.visibility import hide_for_students
from backproof.grading.grade import run_properties
from backproof.submission.local import LocalSubmission
from backproof.suite.collect import with_suite
from reference import layers, losses, network, normalization, optimizers


def changed(function, part, change):
    """Return a function whose result has one part changed; ``change`` gets the arguments, too."""

    def wrong(*arguments, **keywords):
        parts = list(function(*arguments, **keywords))
        parts[part] = change(parts[part], *arguments)
        return tuple(parts)

    return wrong


def backward(part, change):
    """Return ``dense_backward`` with a part changed by a function of the part and m."""
    return changed(layers.dense_backward, part, lambda value, dh, *_: change(value, len(dh)))


def delta(dh, z, h_prev, W, activation):
    """Return δ: the weight gradient if h_prev is the identity."""
    rows = len(dh)
    return layers.dense_backward(dh, z, np.eye(rows), np.zeros((len(W), rows)), activation)[0].T


def at_integers(z):
    """Return the step of ReLU at z ≥ 0, as integers."""
    return np.where(z >= 0, 1, 0)


def leaky(z):
    """Let a hundredth of negative values through."""
    return np.where(z > 0, z, 0.01 * z)


def overflowing(z):
    """Divide exponentials, which overflow."""
    with np.errstate(all="ignore"):
        return (np.exp(z) - np.exp(-z)) / (np.exp(z) + np.exp(-z))


def velocity(theta, gradient, state, learning_rate, beta=0.9):
    """Leave 1 − β out of momentum's average."""
    average = beta * state[0] + gradient
    return theta - learning_rate * average, [average]


def only_with_relu(h_prev, W, b, activation):
    """Forget the bias if the activation is ReLU."""
    return layers.dense_forward(h_prev, W, 0.0 * b if activation == "relu" else b, activation)


def halved_rows(X, mean, std):
    """Standardise, and halve the last row."""
    Z = normalization.standardize(X, mean, std)
    Z[-1] /= 2.0
    return Z


def clipped(X, mean, std):
    """Standardise, and cut off at ±3."""
    return np.clip(normalization.standardize(X, mean, std), -3.0, 3.0)


def sample_deviation(X):
    """Return the deviation with m − 1 in place of m."""
    return X.mean(axis=0), X.std(axis=0, ddof=1)


def half(prediction, target):
    """Return the loss with a factor ½."""
    return 0.5 * losses.mean_squared_error(prediction, target)


def full_batches(X, Y, q, count):
    """Return a number of batches in stored order."""
    return [(X[k * q : (k + 1) * q], Y[k * q : (k + 1) * q]) for k in range(count)]


def without_activations(parameters, X, activation):
    """Leave the activations out."""
    return network.forward(parameters, X, "identity")


def like(name, sentence, **fields):
    """Return a row of the table: a property, the wrong functions, and the fact."""
    [(function, wrong)] = fields.items()
    return name, {function.replace("__", "."): wrong}, sentence


WEIGHTS, BIASES, INPUTS = 0, 1, 2
CHAIN = "test_layers_weight_gradient_follows_the_chain_rule"
BIAS = "test_layers_bias_gradient_sums_over_the_rows"
INPUT = "test_layers_input_gradient_follows_the_chain_rule"
FORWARD = "test_layers_forward_sums_over_the_inputs"
LOSS = "test_losses_value_is_the_mean_over_all_entries"
SLOPES = "test_losses_gradient_is_divided_by_all_entries"
SCALED = "test_normalization_standardize_uses_the_given_statistics"
RELU = "test_activations_relu_keeps_the_positive_part"
STEP = "test_activations_relu_derivative_is_zero_at_zero"
ROWS = "test_minibatches_hold_q_rows_and_the_last_what_is_left"
DESCENT = "test_optimizers_gradient_descent_steps_against_the_gradient"
MOMENTUM = "test_optimizers_momentum_steps_along_the_average_gradient"
gradient = losses.mean_squared_error_gradient
forward = layers.dense_forward
descend = optimizers.gradient_descent_step

TABLE = [
    like(
        CHAIN,
        "your dW is the required one divided by m, the number of rows of dh",
        layers__dense_backward=backward(WEIGHTS, lambda a, m: a / m),
    ),
    like(
        BIAS,
        "your db is the required one divided by m, the number of rows of dh",
        layers__dense_backward=backward(BIASES, lambda a, m: a / m),
    ),
    like(
        INPUT,
        "your dh_prev is the required one divided by √m, m being the number of rows of dh",
        layers__dense_backward=backward(INPUTS, lambda a, m: a / m**0.5),
    ),
    like(
        CHAIN,
        "your dW is the required one with the opposite sign",
        layers__dense_backward=backward(WEIGHTS, lambda a, m: -a),
    ),
    like(
        CHAIN,
        "your dW is the required one transposed",
        layers__dense_backward=backward(WEIGHTS, lambda a, m: a.T),
    ),
    like(
        CHAIN,
        "your dW is the absolute value of the required one",
        layers__dense_backward=backward(WEIGHTS, lambda a, m: abs(a)),
    ),
    like(
        CHAIN,
        "your dW is the square of the required one",
        layers__dense_backward=backward(WEIGHTS, lambda a, m: a**2),
    ),
    like(
        CHAIN,
        "your dW is the required one rounded to integers",
        layers__dense_backward=backward(WEIGHTS, lambda a, m: np.round(a)),
    ),
    like(
        CHAIN,
        "your dW has the accuracy of float32 only, about 7 digits",
        layers__dense_backward=backward(WEIGHTS, lambda a, m: a.astype(np.float32)),
    ),
    like(
        CHAIN,
        "your dW is 0.001 more than the required one",
        layers__dense_backward=backward(WEIGHTS, lambda a, m: a + 1e-3),
    ),
    like(
        BIAS,
        "your db has an axis of length 1 that the required one has not",
        layers__dense_backward=backward(BIASES, lambda a, m: a[None]),
    ),
    like(
        BIAS,
        "your db has in every place the sum of the required one over all entries",
        layers__dense_backward=backward(BIASES, lambda a, m: np.full_like(a, a.sum())),
    ),
    like(
        BIAS,
        "your db has shape (m,), in place of (n_out,)",
        layers__dense_backward=changed(
            layers.dense_backward, BIASES, lambda _, *arguments: delta(*arguments).sum(axis=1)
        ),
    ),
    like(
        BIAS,
        "your db is not summed yet: its sums over its rows are what is required",
        layers__dense_backward=changed(
            layers.dense_backward, BIASES, lambda _, *arguments: delta(*arguments)
        ),
    ),
    like(
        CHAIN,
        "your dW is only the mean of the required one over its rows",
        layers__dense_backward=backward(WEIGHTS, lambda a, m: a.mean(axis=0)),
    ),
    like(
        FORWARD,
        "your z is the required one minus b",
        layers__dense_forward=changed(forward, 0, lambda z, h, W, b, a: z - b),
    ),
    like(
        FORWARD,
        "your z is the required one plus b divided by m, the number of rows of h_prev",
        layers__dense_forward=changed(forward, 0, lambda z, h, W, b, a: z + b / len(h)),
    ),
    like(
        FORWARD,
        "your z is wrong, and the second of your results is what it must be",
        layers__dense_forward=lambda *a: forward(*a)[::-1],
    ),
    like(
        "test_layers_forward_applies_the_activation",
        "your h is the same as the first of your results",
        layers__dense_forward=lambda *a: (forward(*a)[0],) * 2,
    ),
    like(
        FORWARD,
        "It fails only if activation = 'relu'",
        layers__dense_forward=only_with_relu,
    ),
    like(
        FORWARD,
        "It raises an exception only if n_in ≠ n_out: in",
        layers__dense_forward=lambda h, W, b, a: (h @ W + b, forward(h, W, b, a)[1]),
    ),
    like(LOSS, "your loss is the required one divided by 2", losses__mean_squared_error=half),
    like(
        LOSS,
        "your loss is the required one times n, the number of columns of prediction",
        losses__mean_squared_error=lambda p, t: ((p - t) ** 2).sum() / len(p),
    ),
    like(
        LOSS,
        "your loss is the required one times m · n",
        losses__mean_squared_error=lambda p, t: ((p - t) ** 2).sum(),
    ),
    like(
        LOSS,
        "your loss is the square root of the required one",
        losses__mean_squared_error=lambda p, t: ((p - t) ** 2).mean() ** 0.5,
    ),
    like(
        SLOPES,
        "your gradient is wrong only in the last row; there it is 0",
        losses__mean_squared_error_gradient=lambda p, t: (
            gradient(p, t) * (np.arange(len(p)) < len(p) - 1)[:, None]
        ),
    ),
    like(
        SLOPES,
        "your gradient has the rows of the required one in reverse order",
        losses__mean_squared_error_gradient=lambda p, t: gradient(p, t)[::-1],
    ),
    like(
        SLOPES,
        "your gradient is the argument prediction, as it came",
        losses__mean_squared_error_gradient=lambda p, t: p,
    ),
    like(
        SLOPES,
        "your gradient has shape (m − 1, n), in place of (m, n)",
        losses__mean_squared_error_gradient=lambda p, t: gradient(p, t)[:-1],
    ),
    like(SCALED, "your Z is wrong only in the last row", normalization__standardize=halved_rows),
    like(
        SCALED,
        "your Z is the required one, cut off at -3 and 3",
        normalization__standardize=clipped,
    ),
    like(
        SCALED,
        "your Z is the required one times std, entry by entry",
        normalization__standardize=lambda X, mean, std: X - mean,
    ),
    like(
        "test_normalization_range_statistics_are_the_extremes",
        "your minimum is wrong, and the second of your results is what it must be",
        normalization__range_statistics=lambda X: (X.max(axis=0), X.min(axis=0)),
    ),
    like(
        "test_normalization_std_divides_by_the_number_of_rows",
        "your std is the required one times √m and divided by √(m − 1)",
        normalization__standardization_statistics=sample_deviation,
    ),
    like(
        RELU,
        "your h is wrong only where z < 0; there it is z divided by 100",
        activations__relu=leaky,
    ),
    like(STEP, "your relu'(0) is 1 in every entry", activations__relu_derivative=at_integers),
    like(
        "test_activations_are_right_far_from_zero",
        "your h is NaN or infinite where |z| ≥ 710, right up to |z| =",
        activations__tanh=overflowing,
    ),
    like(
        DESCENT,
        "the step from theta to your theta after a step is the required step divided by "
        "learning_rate",
        optimizers__gradient_descent_step=lambda theta, g, rate: theta - g,
    ),
    like(
        DESCENT,
        "your theta after a step is the required one minus theta",
        optimizers__gradient_descent_step=lambda theta, g, rate: -rate * g,
    ),
    like(
        MOMENTUM,
        "the step from theta to your theta after a step is the required step divided by (1 − beta)",
        optimizers__momentum_step=velocity,
    ),
    like(
        "test_network_prediction_composes_the_layers",
        "It holds with activation=identity only, and fails with the 3 others",
        network__forward=without_activations,
    ),
]


TABLE += [
    like(
        ROWS,
        "epochs whose last batch has to be shorter than the others, the last batch never comes",
        minibatches__sequential_minibatches=lambda X, Y, q: full_batches(X, Y, q, len(X) // q),
    ),
    like(
        ROWS,
        "epochs in which q divides the number of rows, an empty batch comes last",
        minibatches__sequential_minibatches=lambda X, Y, q: full_batches(X, Y, q, len(X) // q + 1),
    ),
    like(
        "test_minibatches_are_fresh_at_every_call",
        "Two calls of sample_minibatch with one generator gave the same numbers",
        minibatches__sample_minibatch=lambda X, Y, q, rng: (X[:q], Y[:q]),
    ),
]

UNITS = ("activations", "layers", "losses", "minibatches", "network", "normalization", "optimizers")


@pytest.fixture(scope="module")
def state(assignment):
    """Return a function that states the facts of the reference with functions replaced."""

    def facts(suite, name, replaced):
        submission = LocalSubmission(assignment.reference, assignment.units, replaced)
        finder = FactFinder(assignment)
        records = run_properties(suite, submission, [name], shrink=False, fact_finder=finder)
        submission.close()
        assert not finder.problems
        return [fact for record in records for fact in record.facts]

    return facts


@pytest.mark.parametrize("unit", UNITS)
def test_facts_are_stated(assignment, state, unit):
    """A student reads what is wrong in all cases, not in one."""
    rows = [row for row in TABLE if row[0].split("_")[1] == unit]

    def work(suite):
        return [state(suite, name, replaced) for name, replaced, _ in rows]

    found = with_suite(assignment, work, units=[unit])
    missing = [(s, f) for (_, _, s), f in zip(rows, found, strict=True) if s not in " ".join(f)]
    assert rows
    assert not missing


def at_random(a, m):
    """Multiply by a number that is drawn anew at each call."""
    return a * np.random.default_rng().uniform(2.0, 3.0)


UNRELATED = {
    "a number that is drawn anew": at_random,
    "a bend": lambda a, m: a + 0.125 * np.sin(a),
    "another number in each case": lambda a, m: a * (1.0 + abs(np.sin(a.sum()))),
    "another number for each entry": lambda a, m: a * (2.0 + np.arange(a.size).reshape(a.shape)),
    "None": lambda a, m: None,
    "an object": lambda a, m: object(),
    "texts": lambda a, m: np.full(a.shape, "a"),
}


def test_nothing_is_stated_without_a_relation(assignment, state):
    """A fact that is wrong, or holds by chance, would mislead the student."""

    def work(suite):
        return {
            name: state(suite, CHAIN, {"layers.dense_backward": backward(WEIGHTS, change)})
            for name, change in UNRELATED.items()
        }

    assert not any(with_suite(assignment, work, units=["layers"]).values())


def with_a_last_row_of_its_own(prediction, target):
    """Add a number that is drawn anew at each call to the last row."""
    slopes = gradient(prediction, target)
    slopes[-1] += np.random.default_rng().uniform(1.0, 2.0)
    return slopes


def test_nothing_is_stated_that_a_second_look_could_refute(assignment, state):
    """With one output m · n is m, so neither is stated; nor is a place whose numbers change."""
    single = "test_losses_value_of_a_single_row_or_output_is_the_mean"
    wrong = {
        "losses.mean_squared_error": lambda p, t: ((p - t) ** 2).sum(),
        "losses.mean_squared_error_gradient": with_a_last_row_of_its_own,
    }

    def work(suite):
        return state(suite, single, wrong), state(suite, SLOPES, wrong)

    assert with_suite(assignment, work, units=["losses"]) == ([], [])


def test_facts_hold_in_other_cases_too(assignment, state):
    """What holds in all cases of one seed is no accident of these cases."""
    rows = [row for row in TABLE if row[0] in (LOSS, SLOPES)]

    def work(suite):
        return [state(suite, name, replaced) for name, replaced, _ in rows]

    found = with_suite(assignment, work, units=["losses"], seed=8)
    assert all(row[2] in " ".join(facts) for row, facts in zip(rows, found, strict=True))


def test_facts_say_what_is_required_of_results_by_other_results(assignment, state):
    """A loss that is twice itself tells nothing of its true size."""
    doubled = "test_losses_value_is_kept_by_a_duplicated_batch"

    def summed(prediction, target):
        return ((prediction - target) ** 2).sum()

    def work(suite):
        replaced = {"losses.mean_squared_error": summed}
        return state(suite, doubled, replaced), state(suite, LOSS, replaced)

    related, absolute = with_suite(assignment, work, units=["losses"])
    assert related == [
        "In all 30 cases your loss is the required one times 2; what is required here follows "
        "from your other results."
    ]
    assert "follows" not in absolute[0]


def test_facts_are_the_same_confined(assignment, tmp_path):
    """A grade must not depend on where the code runs."""
    for file in assignment.reference.glob("*.py"):
        text = file.read_text(encoding="utf-8")
        (tmp_path / file.name).write_text(text.replace("return delta.T @", "return delta.T / 3 @"))

    def work(suite):
        found = []
        for submission in (
            LocalSubmission(tmp_path, assignment.units),
            ConfinedSubmission(tmp_path, assignment),
        ):
            finder = FactFinder(assignment)
            records = run_properties(suite, submission, [CHAIN], shrink=False, fact_finder=finder)
            submission.close()
            found.append(judge(records, assignment).outcomes[0].facts)
        return found

    local, confined = with_suite(assignment, work, units=["layers"])
    assert local == ("In all 30 cases your dW is the required one divided by 3.",)
    assert confined == local


def test_facts_survive_json_and_are_hidden_with_their_property(assignment, state):
    """A student must not learn from a fact what a hidden property checks."""

    def work(suite):
        submission = LocalSubmission(
            assignment.reference,
            assignment.units,
            {"layers.dense_backward": backward(WEIGHTS, lambda a, m: -a)},
        )
        finder = FactFinder(assignment)
        records = run_properties(suite, submission, [CHAIN], shrink=False, fact_finder=finder)
        submission.close()
        sent = [PropertyRecord.from_json(json.loads(json.dumps(r.to_json()))) for r in records]
        return Grade("", judge(sent, assignment).outcomes, {})

    grade = with_suite(assignment, work, units=["layers"])
    read = Grade.from_json(json.loads(json.dumps(grade.to_json())))
    assert "opposite sign" in read.outcomes[0].facts[0]
    assert hide_for_students(read, [CHAIN]).outcomes[0].facts == ()
