"""Mini-batches: every row once and with its target, in stored order, in random order, sampled."""

import itertools
from functools import partial

import numpy as np
import pytest
from hypothesis import given

from backproof.testing import (
    Mismatch,
    WrongValue,
    as_array,
    assert_bounded,
    assert_close,
    assert_equal,
    assert_float64,
    assert_that,
    assert_unchanged,
    drain,
    edge,
    unpack,
)
from backproof.testing.bands import count_band, frequencies
from backproof.testing.strategies import seeds
from properties.oracles import minibatches as oracle
from properties.strategies.minibatches import Table, coded_table, tables

SEQUENTIAL, SHUFFLED, SAMPLE = "sequential_minibatches", "shuffled_minibatches", "sample_minibatch"
# What a smallest case prints of an epoch.
SHOW_INPUTS = "[X_q.tolist() for X_q, Y_q in {}]"
SHOW_LENGTHS = "[len(X_q) for X_q, Y_q in {}]"
each_function = pytest.mark.parametrize("function", [SEQUENTIAL, SHUFFLED, SAMPLE])
each_epoch = pytest.mark.parametrize("function", [SEQUENTIAL, SHUFFLED])
each_random = pytest.mark.parametrize("function", [SHUFFLED, SAMPLE])

# Half of 60 rows can be chosen in 1e17 ways: no choice of them comes twice by chance.
LONG_TABLE, HALF = coded_table(60, 2, 3), 30

# Long tables with batches of more rows than any drawn one has.
LARGE_TABLE, LARGE_BATCH = Table(np.arange(2500.0)[:, None], -np.arange(2500.0)[:, None]), 1100

# Enough calls that an order, or a subset, which never comes is noticed for certain. So is a row
# that never comes to one place at one q: each q has 160 of the calls.
ORDER_CALLS, ORDER_SIZES = 800, (1, 2, 3, 4, 5)
each_subset_size = pytest.mark.parametrize(("q", "calls"), [(1, 150), (2, 320), (4, 150)])
# A shuffle that swaps each row with any other brings 16 % too few rows of the first quarter to the
# front. In these calls that is 13 standard deviations; the band ends at 8, so it is missed with a
# probability below 1e-7. If one of the sizes left the rows in stored order it would be 40.
LONG_EPOCH, LONG_CALLS, LONG_SIZES = 1000, 60, (100, 64, 999, 1000)
# At q = 16 drawing with replacement has 4.8 times the required mean, and the band ends at 1.8; a
# block of stored rows has 4 times the required one at q = 4, and the band ends there, too, at 1.8.
SAMPLE_CALLS = 200
each_sample_size = pytest.mark.parametrize("q", [4, 16])

CONSTANT, RAMP = np.ones(100), np.arange(1, 101) / 100
DESCENTS = [(CONSTANT, 0.5), (CONSTANT, 0.1), (RAMP, 0.5)]
# Shuffled, 100 rows a batch, |w − ½| is above a quarter of the ordered swing with a probability of
# at most exp(−0.7² / 2V), V = 9/4 / 100 · η / (2 − η) = 0.0075, at each step and on each side:
# Hoeffding's bound, which holds as the rows of a random order are negatively associated. That is
# 5e-13 in 5 epochs of 10 steps. A sixth of the ordered swing is typical; the property allows half.
CALM_ROWS, CALM_BATCH, CALM_EPOCHS = np.ones(1000), 100, 5
each_descent = pytest.mark.parametrize(("x", "rate"), DESCENTS, ids=["fast", "slow", "ramp"])


def arguments(function, table, q, rng):
    """The arguments of one of the three functions; stored order needs no generator."""
    return (table.X, table.Y, q) if function == SEQUENTIAL else (table.X, table.Y, q, rng)


def collected(function, returned, m):
    """List the pairs that were returned, the iterable drained; a sample is one pair."""
    batches = [returned] if function == SAMPLE else drain(returned, at_most=m + 2, what="the epoch")
    return [unpack(batch, "X_q", "Y_q") for batch in batches]


def as_batch(pair, table):
    """Copy a batch into two matrices with the columns of X and of Y, and equally many rows."""
    x, n_x = as_array(pair[0], "X_q"), table.X.shape[1]
    fits = x.ndim == 2 and x.shape[1] == n_x
    assert_that(fits, f"X_q has shape {x.shape}", f"X_q has shape (rows, {n_x})")
    return x, as_array(pair[1], "Y_q", (len(x), table.Y.shape[1]))


def run(submission, function, table, q, rng):
    """Call one of the three functions; copy its batches after the last of them was taken."""
    returned = getattr(submission.minibatches, function)(*arguments(function, table, q, rng))
    return [as_batch(pair, table) for pair in collected(function, returned, len(table.X))]


def first_of_half(submission, function):
    """The first batch, as it was returned, of half of the long table's rows."""
    handed = arguments(function, LONG_TABLE, HALF, np.random.default_rng(23))
    returned = getattr(submission.minibatches, function)(*handed)
    return next(iter(collected(function, returned, len(LONG_TABLE.X))), (None, None))


def rows_of_half(submission, function, rng):
    """Which of the long table's rows are in the first batch of half of them."""
    batches = run(submission, function, LONG_TABLE, HALF, rng)
    return set(row_numbers(batches[:1], LONG_TABLE))


def run_every_size(submission, function, table, seed=0):
    """Run with each q from 1 to far more than there are rows; a sample has at most all of them.

    Yields q, what was returned and its batches. Each q has a generator of its own, so that a call
    alone shows what is wrong with it.
    """
    m = len(table.X)
    for q in range(1, m + 1) if function == SAMPLE else (*range(1, m + 2), 10 * m):
        handed = arguments(function, table, q, np.random.default_rng(seed))
        returned = getattr(submission.minibatches, function)(*handed)
        yield q, returned, [as_batch(pair, table) for pair in collected(function, returned, m)]


def joined(batches, table):
    """Put the batches of an epoch together again, as (X, Y)."""
    x = np.concatenate([table.X[:0], *(x for x, _ in batches)])
    return x, np.concatenate([table.Y[:0], *(y for _, y in batches)])


def lengths(batches):
    """How many rows each batch has."""
    return [len(x) for x, _ in batches]


def row_numbers(batches, table):
    """Which rows of X the batches hold, in their order."""
    rows = oracle.row_numbers(joined(batches, table)[0], table.X)
    assert_that(-1 not in rows, "a row of X_q that is no row of X", "rows of X")
    return rows


def orders(submission, function, m, sizes, calls):
    """Which of m rows come, in order, in each of many calls on one generator, q from sizes."""
    numbers = np.arange(float(m))[:, None]
    table, rng = Table(numbers, -numbers), np.random.default_rng(20)
    taken = itertools.islice(itertools.cycle(sizes), calls)
    epochs = [joined(run(submission, function, table, q, rng), table)[0] for q in taken]
    expected = (sizes[0] if function == SAMPLE else m, 1)
    found = np.rint([as_array(x, "X_q, the batches joined,", expected) for x in epochs])
    assert_that(np.isin(found, numbers).all(), "a row of X_q that is no row of X", "rows of X")
    return found[:, :, 0].astype(int)


def assert_all_sizes(epochs, value, required, what, shown):
    """For each q, a value of the batches is what is required; a smallest case prints ``shown``."""
    for q, returned, batches in epochs:
        assert_size(q, value(batches), required(q), what, (returned, shown))


def assert_size(q, value, required, what, shown):
    """A value of the batches is what is required."""
    returned, expression = shown
    remark = f"{what} {value}; right: {required}"
    wrong = WrongValue(returned, remark, expression, is_alone=True)
    if value != required:
        raise Mismatch(f"{what} {value}", f"{what} {required}", f"q = {q}", wrong)


def assert_all_close(epochs, value, required, what):
    """For each q, an array that belongs to the batches is close to the required one."""
    for q, _, batches in epochs:
        assert_close(value(batches), required(batches), what, rule=f"q = {q}")


def assert_frequent(found, possible, band):
    """Each possible outcome comes about as often as any other, and nothing else comes."""
    counts = frequencies(found, possible)
    for one, count in counts.items():
        returned = f"rows {list(one)} in {count} of {len(found)} calls"
        assert_that(one in possible, returned, "each row at most once")
        assert_that(band[0] <= count <= band[1], returned, f"{band[0]:.1f} to {band[1]:.1f} calls")


def watched(epoch):
    """Pair each batch with a copy of it from the moment at which it came."""
    for batch in epoch:
        yield batch, [as_array(part, "a part of the batch") for part in unpack(batch, "X_q", "Y_q")]


def same_batch(now, then):
    """Tell whether a batch has the entries that it had."""
    pairs = zip(unpack(now, "X_q", "Y_q"), unpack(then, "X_q", "Y_q"), strict=True)
    parts = [(as_array(a, "a batch"), as_array(b, "a batch")) for a, b in pairs]
    return all(np.array_equal(a, b, equal_nan=True) for a, b in parts)


@given(table=tables())
def test_minibatches_sequential_batches_keep_the_stored_order(submission, table):
    """Stored order: the first batch is rows 0 to q − 1, the second rows q to 2q − 1, and so on."""
    epochs, all_rows = run_every_size(submission, SEQUENTIAL, table), list(range(len(table.X)))
    rows = partial(row_numbers, table=table)
    assert_all_sizes(epochs, rows, lambda q: all_rows, "rows", SHOW_INPUTS)


@each_epoch
@given(table=tables(), seed=seeds())
def test_minibatches_every_row_comes_exactly_once(submission, function, table, seed):
    """An epoch goes over the whole table: its batches hold each of the m rows exactly once."""
    epochs = run_every_size(submission, function, table, seed)
    all_rows = list(range(len(table.X)))
    rows = lambda batches: sorted(row_numbers(batches, table))  # noqa: E731 - one line is enough
    assert_all_sizes(epochs, rows, lambda q: all_rows, "sorted rows", SHOW_INPUTS)


@each_epoch
@given(table=tables(), seed=seeds())
def test_minibatches_hold_q_rows_and_the_last_what_is_left(submission, function, table, seed):
    """There are ⌈m/q⌉ batches of q rows, the last of what is left; q ≥ m gives one of all rows."""
    epochs = run_every_size(submission, function, table, seed)
    required = partial(oracle.batch_sizes, len(table.X))
    assert_all_sizes(epochs, lengths, required, "rows in each batch:", SHOW_LENGTHS)


@each_function
@given(table=tables(), seed=seeds())
def test_minibatches_keep_inputs_with_their_targets(submission, function, table, seed):
    """A row of X_q and the same row of Y_q belong together: (X_q[i], Y_q[i]) = (X[r], Y[r])."""
    epochs = run_every_size(submission, function, table, seed)
    targets = lambda batches: joined(batches, table)[1]  # noqa: E731 - one line is enough
    required = lambda batches: table.Y[row_numbers(batches, table)]  # noqa: E731 - as above
    assert_all_close(epochs, targets, required, "Y_q, the batches joined,")


@each_function
def test_minibatches_hold_whole_rows(submission, function):
    """A batch has every feature and every target of its rows: X_q is (q, n_x), Y_q is (q, n_y)."""
    x, y = first_of_half(submission, function)
    as_array(x, "X_q", (HALF, LONG_TABLE.X.shape[1]))
    as_array(y, "Y_q", (HALF, LONG_TABLE.Y.shape[1]))


@edge
@each_function
def test_minibatches_are_float64(submission, function):
    """From float64 come batches of float64."""
    x, y = first_of_half(submission, function)
    assert_float64(x, "X_q")
    assert_float64(y, "Y_q")


@edge
@each_epoch
def test_minibatches_stay_right_after_the_next_is_taken(submission, function):
    """A batch still holds its rows when later ones were taken: it is no buffer that is refilled."""
    handed = arguments(function, LONG_TABLE, HALF, np.random.default_rng(24))
    epoch = watched(getattr(submission.minibatches, function)(*handed))
    pairs = drain(epoch, at_most=len(LONG_TABLE.X) + 2, what="the epoch")
    changed = [k for k, (now, then) in enumerate(pairs) if not same_batch(now, then)]
    assert_that(not changed, f"batches {changed} changed later", "batches that stay as they came")


@edge
@each_function
def test_minibatches_outlive_the_next_call(submission, function):
    """Batches keep their rows when the next epoch, or sample, is drawn: they are no buffer."""
    rng, draw = np.random.default_rng(29), getattr(submission.minibatches, function).observe
    call = draw(*arguments(function, LONG_TABLE, HALF, rng))
    pairs = collected(function, call.result, len(LONG_TABLE.X))
    before = joined([as_batch(pair, LONG_TABLE) for pair in pairs], LONG_TABLE)
    turned = Table(LONG_TABLE.X[::-1], LONG_TABLE.Y[::-1])
    run(submission, function, turned, HALF, rng)
    call.result_now()
    after = joined([as_batch(pair, LONG_TABLE) for pair in pairs], LONG_TABLE)
    assert_equal(after[0], before[0], "X_q, the first batches joined,")
    assert_equal(after[1], before[1], "Y_q, the first batches joined,")


@edge
@each_function
def test_minibatches_large_tables_are_no_exception(submission, function):
    """Of 2500 rows, 1100 to a batch, each comes at most once, with its target, in full batches."""
    batches = run(submission, function, LARGE_TABLE, LARGE_BATCH, np.random.default_rng(28))
    x, y = joined(batches, LARGE_TABLE)
    sizes = oracle.batch_sizes(len(LARGE_TABLE.X), LARGE_BATCH)[: 1 if function == SAMPLE else None]
    found = lengths(batches)
    assert_that(found == sizes, f"rows: {found}", f"rows: {sizes}", f"q = {LARGE_BATCH}")
    assert_that(np.isin(x, LARGE_TABLE.X).all(), "a row of X_q that is no row of X", "rows of X")
    distinct = len(np.unique(x))
    assert_that(distinct == len(x), f"{distinct} distinct rows", f"{len(x)} distinct rows")
    assert_equal(y, -x, "Y_q, the batches joined,")


@edge
@each_function
def test_minibatches_leave_the_data_unchanged(submission, function):
    """X and Y still have their values, and their order, after the epoch."""
    handed = arguments(function, LONG_TABLE, HALF, np.random.default_rng(25))
    call = getattr(submission.minibatches, function).observe(*handed)
    collected(function, call.result, len(LONG_TABLE.X))
    assert_unchanged(call)


@each_epoch
@given(table=tables(), seed=seeds())
def test_minibatches_gradients_add_up_to_the_full_one(submission, function, table, seed):
    """Weighted by their sizes, an epoch's gradients are the full one: Σ |B|/m · g_B = g."""
    epochs = run_every_size(submission, function, table, seed)
    full, gradient = (
        oracle.gradient(table.X, table.Y),
        partial(oracle.weighted_gradients, table=table),
    )
    assert_all_close(epochs, gradient, lambda batches: full, "Σ |B|/m · g_B")


@each_random
def test_minibatches_are_fresh_at_every_call(submission, function):
    """The next epoch, or the next sample, is not the last one: each call draws anew from rng."""
    rng = np.random.default_rng(26)
    first = rows_of_half(submission, function, rng)
    second = rows_of_half(submission, function, rng)
    assert_that(first != second, "a first batch of the same rows as before", "other rows")


@edge
@each_random
def test_minibatches_are_reproducible(submission, function):
    """All randomness comes from rng: the same state of the generator gives the same batches."""
    first = run(submission, function, LONG_TABLE, HALF, np.random.default_rng(27))
    second = run(submission, function, LONG_TABLE, HALF, np.random.default_rng(27))
    required = joined(first, LONG_TABLE)[0]
    assert_close(joined(second, LONG_TABLE)[0], required, "X_q, the second time,")


def test_minibatches_every_order_is_equally_likely(submission):
    """Shuffling is uniform at any q: each order of 4 rows comes with 1/24, row and place with 1/4.

    So each row comes to each place as often in every regime of q: q = 1, q that divides m, q that
    leaves a short last batch, q = m and q > m.
    """
    found = orders(submission, SHUFFLED, 4, ORDER_SIZES, ORDER_CALLS)
    band = count_band(1 / 24, ORDER_CALLS, 48)
    assert_frequent([tuple(order) for order in found.tolist()], oracle.all_orders(4), band)
    places = oracle.places(found, len(ORDER_SIZES))
    low, high = count_band(1 / 4, ORDER_CALLS // len(ORDER_SIZES), 2 * places.size)
    assert_bounded(places, low, high, "calls in which a row came, by [q − 1, place, row]: count")


@edge
def test_minibatches_rows_of_a_long_epoch_go_anywhere(submission):
    """Of 1000 rows, each quarter of the table is spread evenly over the quarters of the epoch."""
    found = orders(submission, SHUFFLED, LONG_EPOCH, LONG_SIZES, LONG_CALLS)
    low, high = oracle.quarter_band(LONG_EPOCH, LONG_CALLS)
    assert_bounded(oracle.quarters(found), low, high, "rows [of quarter, in quarter]: count")


@given(table=tables(), seed=seeds())
def test_minibatches_sample_holds_q_distinct_rows(submission, table, seed):
    """A sample has q rows, none of them twice; q = m gives all rows, in any order."""
    samples = list(run_every_size(submission, SAMPLE, table, seed))
    rows = partial(row_numbers, table=table)
    number = lambda batches: len(rows(batches))  # noqa: E731 - one line is enough
    distinct = lambda batches: len(set(rows(batches)))  # noqa: E731 - as above
    assert_all_sizes(samples, number, lambda q: q, "rows", "{}[0]")
    assert_all_sizes(samples, distinct, lambda q: q, "distinct rows", "{}[0]")


@each_subset_size
def test_minibatches_every_subset_is_equally_likely(submission, q, calls):
    """Each choice of q of 5 rows is sampled with the same probability, 1 over their number."""
    found = [tuple(sorted(rows)) for rows in orders(submission, SAMPLE, 5, (q,), calls).tolist()]
    possible = oracle.all_subsets(5, q)
    assert_frequent(found, possible, count_band(1 / len(possible), calls, len(possible)))


@each_sample_size
def test_minibatches_sampled_gradients_vary_as_they_must(submission, q):
    """The variance of a sample's gradient falls with q as σ²/q · (m − q)/(m − 1)."""
    table, rng = Table(*oracle.two_slopes(np.ones(20))), np.random.default_rng(21)
    samples = [run(submission, SAMPLE, table, q, rng)[0] for _ in range(SAMPLE_CALLS)]
    gradients = [oracle.slope_gradient(x, y, 0.5) for x, y in samples]
    low, high = oracle.deviation_band(20, q, SAMPLE_CALLS)
    assert_bounded(oracle.mean_square(gradients), low, high, "the variance of g_B")


@each_descent
def test_minibatches_stored_order_makes_the_weight_swing(submission, x, rate):
    """On y = 2x, then y = −x, w swings by 3 (1 − P)(1 − P')/(1 − P P') in every stored epoch."""
    table, epochs = Table(*oracle.two_slopes(x)), oracle.epochs_to_repeat(x, 10, rate)
    batches = [b for _ in range(epochs + 1) for b in run(submission, SEQUENTIAL, table, 10, None)]
    trace = oracle.descend(0.0, batches, rate)
    assert_close(oracle.extent(trace[-10:]), oracle.swing(x, 10, rate), "the swing of w")


def test_minibatches_shuffling_calms_the_swing(submission):
    """On y = 2x, then y = −x, shuffled epochs keep w near ½: it swings less than half as far."""
    table, rng = Table(*oracle.two_slopes(CALM_ROWS)), np.random.default_rng(22)
    epochs = [run(submission, SHUFFLED, table, CALM_BATCH, rng) for _ in range(CALM_EPOCHS)]
    trace = oracle.descend(0.5, [batch for epoch in epochs for batch in epoch], 0.5)
    ordered = oracle.swing(CALM_ROWS, CALM_BATCH, 0.5)
    assert_bounded(oracle.extent([0.5, *trace]), 0.0, ordered / 2, "the swing of w")
