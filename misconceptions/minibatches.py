"""Mistakes in cutting an epoch into batches, in shuffling it and in sampling from it."""

import functools

import numpy as np

from backproof.testing import misconception, spelling
from reference import minibatches


def _cut(X, Y, order, q):
    return [(X[order[i : i + q]], Y[order[i : i + q]]) for i in range(0, len(order), q)]


@misconception(
    of="sequential_minibatches",
    caught_by=(
        "test_minibatches_every_row_comes_exactly_once",
        "test_minibatches_gradients_add_up_to_the_full_one",
    ),
)
def sequential_drops_the_last_batch(X, Y, q):
    """You made m // q batches, so the rows that are left when q does not divide m never come."""
    return _cut(X, Y, np.arange(len(X) // q * q), q)


@misconception(
    of="sequential_minibatches",
    caught_by="test_minibatches_hold_q_rows_and_the_last_what_is_left",
)
def sequential_stops_a_batch_early(X, Y, q):
    """You let the batches start in range(0, m - q, q), which leaves out the last one."""
    return [(X[i : i + q], Y[i : i + q]) for i in range(0, len(X) - q, q)]


@misconception(
    of="sequential_minibatches",
    caught_by=(
        "test_minibatches_gradients_add_up_to_the_full_one",
        "test_minibatches_hold_q_rows_and_the_last_what_is_left",
    ),
)
def sequential_fills_the_last_batch_up(X, Y, q):
    """You filled the last batch up with rows from the beginning, so those come twice."""
    m = len(X)
    return _cut(X, Y, np.arange(-(-m // q) * q) % m, q)


@misconception(
    of="sequential_minibatches",
    caught_by="test_minibatches_hold_q_rows_and_the_last_what_is_left",
)
def sequential_adds_the_rest_to_the_last_full_batch(X, Y, q):
    """You added the rows that are left to the last full batch; they are a batch of their own."""
    whole = max(len(X) // q, 1)
    starts = np.arange(1, whole) * q
    return list(zip(np.split(X, starts), np.split(Y, starts), strict=True))


@misconception(
    of="sequential_minibatches",
    caught_by="test_minibatches_hold_q_rows_and_the_last_what_is_left",
)
def sequential_ends_with_an_empty_batch(X, Y, q):
    """You made m // q + 1 batches, so the last one is empty where q divides m."""
    return [(X[k * q : k * q + q], Y[k * q : k * q + q]) for k in range(len(X) // q + 1)]


@misconception(
    of="sequential_minibatches",
    caught_by="test_minibatches_hold_q_rows_and_the_last_what_is_left",
)
def sequential_makes_q_batches(X, Y, q):
    """You took q for the number of batches; it is the number of rows in each of them."""
    return list(zip(np.array_split(X, q), np.array_split(Y, q), strict=True))


@misconception(
    of="sequential_minibatches",
    caught_by="test_minibatches_hold_q_rows_and_the_last_what_is_left",
)
def sequential_refuses_a_large_q(X, Y, q):
    """You raised an error for q > m; that gives one batch of all rows."""
    if q > len(X):
        raise ValueError("q is larger than the data")
    return minibatches.sequential_minibatches(X, Y, q)


@misconception(
    of="sequential_minibatches",
    caught_by=(
        "test_minibatches_every_row_comes_exactly_once",
        "test_minibatches_sequential_batches_keep_the_stored_order",
    ),
)
def sequential_overlaps_by_a_row(X, Y, q):
    """You moved on by q - 1 rows, so neighbouring batches share a row."""
    return [(X[i : i + q], Y[i : i + q]) for i in range(0, len(X), max(q - 1, 1))]


@misconception(
    of="sequential_minibatches",
    caught_by=(
        "test_minibatches_every_row_comes_exactly_once",
        "test_minibatches_gradients_add_up_to_the_full_one",
    ),
)
def sequential_repeats_the_first_batch(X, Y, q):
    """You took rows 0 to q - 1 every time: the batch does not move on."""
    return [(X[:q], Y[:q]) for _ in range(0, len(X), q)]


@misconception(
    of="sequential_minibatches",
    caught_by="test_minibatches_sequential_batches_keep_the_stored_order",
)
def sequential_goes_backwards(X, Y, q):
    """You went over the rows from the last to the first."""
    return _cut(X, Y, np.arange(len(X))[::-1], q)


@misconception(
    of="sequential_minibatches",
    caught_by="test_minibatches_sequential_batches_keep_the_stored_order",
)
def sequential_sorts_the_rows(X, Y, q):
    """You sorted the rows first; stored order is the order in which they are given."""
    return _cut(X, Y, np.argsort(X[:, 0], kind="stable"), q)


@misconception(
    of="sequential_minibatches",
    caught_by=(
        "test_minibatches_stored_order_makes_the_weight_swing",
        "test_minibatches_sequential_batches_keep_the_stored_order",
    ),
)
def sequential_deals_the_rows_out(X, Y, q):
    """You dealt the rows to the batches in turn; a batch is q neighbouring rows."""
    count = -(-len(X) // q)
    return [(X[k::count], Y[k::count]) for k in range(count)]


@misconception(
    of="sequential_minibatches", caught_by="test_minibatches_stored_order_makes_the_weight_swing"
)
def sequential_shuffles(X, Y, q):
    """You shuffled in the function that keeps the stored order."""
    return minibatches.shuffled_minibatches(X, Y, q, np.random.default_rng(1))


@misconception(
    of="sequential_minibatches", caught_by="test_minibatches_keep_inputs_with_their_targets"
)
def sequential_shifts_the_targets(X, Y, q):
    """You paired each row of X with the next row of Y."""
    return minibatches.sequential_minibatches(X, np.roll(Y, -1, axis=0), q)


@misconception(of="sequential_minibatches", caught_by="test_minibatches_hold_whole_rows")
def sequential_forgets_the_targets(X, Y, q):
    """You gave the batches of X alone; each comes with its rows of Y."""
    return [X_q for X_q, _ in minibatches.sequential_minibatches(X, Y, q)]


@misconception(of="sequential_minibatches", caught_by="test_minibatches_hold_whole_rows")
def sequential_gives_columns_of_data(X, Y, q):
    """You gave batches of shape (n, q): a row is a data point here."""
    return [(X_q.T, Y_q.T) for X_q, Y_q in minibatches.sequential_minibatches(X, Y, q)]


@misconception(of="sequential_minibatches", caught_by="test_minibatches_are_float64")
def sequential_rounds_to_float32(X, Y, q):
    """You converted to float32, which keeps only 7 digits."""
    return _cut(X.astype(np.float32), Y.astype(np.float32), np.arange(len(X)), q)


@misconception(
    of="sequential_minibatches",
    caught_by=(
        "test_minibatches_stay_right_after_the_next_is_taken",
        "test_minibatches_every_row_comes_exactly_once",
    ),
)
def sequential_refills_one_buffer(X, Y, q):
    """You copied each batch into the same array, so earlier batches change with it."""
    inputs, targets = np.empty((q, X.shape[1])), np.empty((q, Y.shape[1]))
    for X_q, Y_q in minibatches.sequential_minibatches(X, Y, q):
        size = len(X_q)
        inputs[:size], targets[:size] = X_q, Y_q
        yield inputs[:size], targets[:size]


@misconception(
    of="shuffled_minibatches",
    caught_by=(
        "test_minibatches_keep_inputs_with_their_targets",
        "test_minibatches_gradients_add_up_to_the_full_one",
    ),
)
def shuffled_permutes_targets_separately(X, Y, q, rng):
    """You drew one order for X and another for Y, so rows have lost their targets."""
    return minibatches.sequential_minibatches(rng.permutation(X), rng.permutation(Y), q)


@misconception(
    of="shuffled_minibatches", caught_by="test_minibatches_keep_inputs_with_their_targets"
)
def shuffled_permutes_only_the_inputs(X, Y, q, rng):
    """You shuffled X and left Y in stored order."""
    return minibatches.sequential_minibatches(rng.permutation(X), Y, q)


@misconception(of="shuffled_minibatches", caught_by="test_minibatches_every_row_comes_exactly_once")
def shuffled_permutes_each_column(X, Y, q, rng):
    """You shuffled each column by itself, which tears the rows apart."""
    return minibatches.sequential_minibatches(rng.permuted(X, axis=0), rng.permuted(Y, axis=0), q)


@misconception(
    of="shuffled_minibatches",
    caught_by=(
        "test_minibatches_every_row_comes_exactly_once",
        "test_minibatches_gradients_add_up_to_the_full_one",
    ),
)
def shuffled_draws_with_replacement(X, Y, q, rng):
    """You drew every row anew, so that some come twice and others never."""
    return _cut(X, Y, rng.integers(len(X), size=len(X)), q)


@misconception(
    of="shuffled_minibatches",
    caught_by=(
        "test_minibatches_shuffling_calms_the_swing",
        "test_minibatches_are_fresh_at_every_call",
    ),
)
def shuffled_keeps_the_stored_order(X, Y, q, rng):
    """You did not shuffle: the rows come in stored order."""
    return minibatches.sequential_minibatches(X, Y, q)


@misconception(
    of="shuffled_minibatches",
    caught_by=(
        "test_minibatches_shuffling_calms_the_swing",
        "test_minibatches_are_fresh_at_every_call",
        "test_minibatches_every_order_is_equally_likely",
    ),
)
def shuffled_stays_within_the_batches(X, Y, q, rng):
    """You shuffled the rows of each batch only, so a batch always has the same rows."""
    parts = [rng.permutation(part) for part in np.split(np.arange(len(X)), range(q, len(X), q))]
    return [(X[rows], Y[rows]) for rows in parts]


@misconception(
    of="shuffled_minibatches", caught_by="test_minibatches_every_order_is_equally_likely"
)
def shuffled_orders_the_batches_only(X, Y, q, rng):
    """You shuffled the batches and kept neighbouring rows together; shuffle the rows."""
    batches = list(minibatches.sequential_minibatches(X, Y, q))
    return [batches[k] for k in rng.permutation(len(batches))]


@misconception(of="shuffled_minibatches", caught_by="test_minibatches_are_fresh_at_every_call")
def shuffled_starts_from_one_seed(X, Y, q, rng):
    """You made a generator from a fixed seed, so every epoch has the same order; use rng."""
    return minibatches.shuffled_minibatches(X, Y, q, np.random.default_rng(0))


@misconception(of="shuffled_minibatches", caught_by="test_minibatches_are_fresh_at_every_call")
def shuffled_takes_even_rows_then_odd(X, Y, q, rng):
    """You used a fixed rearrangement, even rows first; it has to be random."""
    return _cut(X, Y, np.argsort(np.arange(len(X)) % 2, kind="stable"), q)


@misconception(of="shuffled_minibatches", caught_by="test_minibatches_are_reproducible")
def shuffled_draws_from_numpy_itself(X, Y, q, rng):
    """You shuffled with numpy's global generator; the only source of randomness is rng."""
    return _cut(X, Y, np.random.permutation(len(X)), q)  # noqa: NPY002


@misconception(
    of="shuffled_minibatches", caught_by="test_minibatches_every_order_is_equally_likely"
)
def shuffled_rotates(X, Y, q, rng):
    """You started at a random row and went on in stored order, which is only a rotation."""
    return _cut(X, Y, np.roll(np.arange(len(X)), -rng.integers(len(X))), q)


@misconception(
    of="shuffled_minibatches", caught_by="test_minibatches_every_order_is_equally_likely"
)
def shuffled_never_moves_the_first_row(X, Y, q, rng):
    """You left row 0 where it is and shuffled the others."""
    return _cut(X, Y, np.append(0, 1 + rng.permutation(len(X) - 1)), q)


@misconception(
    of="shuffled_minibatches", caught_by="test_minibatches_every_order_is_equally_likely"
)
def shuffled_moves_every_row(X, Y, q, rng):
    """You swapped each row with an earlier one, never with itself: no row can keep its place."""
    order = np.arange(len(X))
    for last in range(len(X) - 1, 0, -1):
        other = rng.integers(last)
        order[[last, other]] = order[[other, last]]
    return _cut(X, Y, order, q)


@misconception(
    of="shuffled_minibatches", caught_by="test_minibatches_rows_of_a_long_epoch_go_anywhere"
)
def shuffled_swaps_each_row_with_any(X, Y, q, rng):
    """You swapped each row with any other; only swaps with rows not yet placed are uniform."""
    order = list(range(len(X)))
    for k, other in enumerate(rng.integers(len(X), size=len(X)).tolist()):
        order[k], order[other] = order[other], order[k]
    return _cut(X, Y, np.array(order), q)


@misconception(
    of="shuffled_minibatches", caught_by="test_minibatches_every_order_is_equally_likely"
)
def shuffled_sorts_by_keys_with_ties(X, Y, q, rng):
    """You sorted by random integers of a small range: rows with equal keys keep their order."""
    return _cut(X, Y, np.argsort(rng.integers(3, size=len(X)), kind="stable"), q)


@misconception(of="shuffled_minibatches", caught_by="test_minibatches_leave_the_data_unchanged")
def shuffled_reorders_the_callers_data(X, Y, q, rng):
    """You shuffled X and Y in place, so the caller's data changed."""
    order = rng.permutation(len(X))
    X[:], Y[:] = X[order], Y[order]
    return minibatches.sequential_minibatches(X, Y, q)


@misconception(
    of="sample_minibatch",
    caught_by=(
        "test_minibatches_sample_holds_q_distinct_rows",
        "test_minibatches_sampled_gradients_vary_as_they_must",
    ),
)
def sample_with_replacement(X, Y, q, rng):
    """You drew with replacement, so a row can be in the sample twice."""
    rows = rng.integers(len(X), size=q)
    return X[rows], Y[rows]


@misconception(
    of="sample_minibatch",
    caught_by=(
        "test_minibatches_are_fresh_at_every_call",
        "test_minibatches_every_subset_is_equally_likely",
    ),
)
def sample_takes_the_first_rows(X, Y, q, rng):
    """You took the first q rows; the sample has to be random."""
    return X[:q], Y[:q]


@misconception(
    of="sample_minibatch",
    caught_by=(
        "test_minibatches_every_subset_is_equally_likely",
        "test_minibatches_sampled_gradients_vary_as_they_must",
    ),
)
def sample_takes_a_block(X, Y, q, rng):
    """You took q neighbouring rows from a random start; stored neighbours are alike."""
    start = rng.integers(len(X) - q + 1)
    return X[start : start + q], Y[start : start + q]


@misconception(
    of="sample_minibatch", caught_by="test_minibatches_sampled_gradients_vary_as_they_must"
)
def sample_spreads_evenly(X, Y, q, rng):
    """You took rows at equal distances from a random start; every subset is equally likely."""
    rows = (rng.integers(len(X)) + np.arange(q) * len(X) // q) % len(X)
    return X[rows], Y[rows]


@misconception(of="sample_minibatch", caught_by="test_minibatches_every_subset_is_equally_likely")
def sample_never_takes_the_last_row(X, Y, q, rng):
    """You drew row numbers below m - 1, so the last row never comes unless all do."""
    rows = rng.choice(max(len(X) - 1, q), size=q, replace=False)
    return X[rows], Y[rows]


@misconception(of="sample_minibatch", caught_by="test_minibatches_sample_holds_q_distinct_rows")
def sample_keeps_each_row_by_chance(X, Y, q, rng):
    """You kept each row with probability q / m, so the size of the sample varies."""
    kept = rng.random(len(X)) < q / len(X)
    return X[kept], Y[kept]


@misconception(of="sample_minibatch", caught_by="test_minibatches_sample_holds_q_distinct_rows")
def sample_drops_repeated_rows(X, Y, q, rng):
    """You drew with replacement and dropped what came twice, so rows are missing."""
    rows = np.unique(rng.integers(len(X), size=q))
    return X[rows], Y[rows]


@misconception(of="sample_minibatch", caught_by="test_minibatches_keep_inputs_with_their_targets")
def sample_draws_targets_separately(X, Y, q, rng):
    """You drew rows for X and other rows for Y, so inputs have lost their targets."""
    rows, others = (rng.choice(len(X), size=q, replace=False) for _ in range(2))
    return X[rows], Y[others]


@misconception(of="sample_minibatch", caught_by="test_minibatches_are_reproducible")
def sample_draws_from_numpy_itself(X, Y, q, rng):
    """You sampled with numpy's global generator; the only source of randomness is rng."""
    rows = np.random.permutation(len(X))[:q]  # noqa: NPY002
    return X[rows], Y[rows]


@misconception(of="sample_minibatch", caught_by="test_minibatches_are_fresh_at_every_call")
def sample_starts_from_one_seed(X, Y, q, rng):
    """You made a generator from a fixed seed, so every sample has the same rows; use rng."""
    return minibatches.sample_minibatch(X, Y, q, np.random.default_rng(0))


@misconception(of="sample_minibatch", caught_by="test_minibatches_leave_the_data_unchanged")
def sample_shuffles_the_callers_data(X, Y, q, rng):
    """You shuffled X and Y in place and took the first rows, so the caller's data changed."""
    order = rng.permutation(len(X))
    X[:], Y[:] = X[order], Y[order]
    return X[:q].copy(), Y[:q].copy()


# The last batch, and spellings with draws in another way.


@misconception(
    of="sequential_minibatches", caught_by="test_minibatches_every_row_comes_exactly_once"
)
def sequential_replaces_the_last_batch_by_the_first(X, Y, q):
    """You gave the first batch again in place of a short last one, whose rows never come."""
    m = len(X)
    starts = [i if i + q <= m else 0 for i in range(0, m, q)]
    return [(X[i : i + q], Y[i : i + q]) for i in starts]


@misconception(
    of="sequential_minibatches", caught_by="test_minibatches_every_row_comes_exactly_once"
)
def sequential_loses_everything_where_nothing_is_left(X, Y, q):
    """You cut the m % q last rows off as X[:-r], which leaves nothing where r = 0."""
    r = len(X) % q
    return minibatches.sequential_minibatches(X[:-r], Y[:-r], q) if len(X[:-r]) else []


@misconception(
    of="sequential_minibatches", caught_by="test_minibatches_every_row_comes_exactly_once"
)
def sequential_moves_the_last_batch_back(X, Y, q):
    """You started the last batch earlier to fill it up, so some rows come twice."""
    m = len(X)
    starts = [max(min(i, m - q), 0) for i in range(0, m, q)]
    return [(X[i : i + q], Y[i : i + q]) for i in starts]


@misconception(of="sequential_minibatches", caught_by="test_minibatches_hold_whole_rows")
def sequential_gives_one_row_at_a_time(X, Y, q):
    """You gave single rows; a batch holds q of them."""
    return [(X[i], Y[i]) for i in range(len(X))]


@misconception(of="shuffled_minibatches", caught_by="test_minibatches_every_row_comes_exactly_once")
def shuffled_loses_everything_where_nothing_is_left(X, Y, q, rng):
    """You cut the m % q last rows off as order[:-r], which leaves nothing where r = 0."""
    order = rng.permutation(len(X))
    return _cut(X, Y, order[: -(len(X) % q)], q)


@misconception(of="shuffled_minibatches", caught_by="test_minibatches_every_row_comes_exactly_once")
def shuffled_drops_the_last_batch(X, Y, q, rng):
    """You left out the short last batch; its rows belong to the epoch, too."""
    return _cut(X, Y, rng.permutation(len(X))[: len(X) // q * q], q)


@misconception(of="shuffled_minibatches", caught_by="test_minibatches_every_row_comes_exactly_once")
def shuffled_stops_a_batch_early(X, Y, q, rng):
    """You let the batches start in range(0, m - q, q), which leaves out the last one."""
    order = rng.permutation(len(X))
    return [(X[order[i : i + q]], Y[order[i : i + q]]) for i in range(0, len(X) - q, q)]


@misconception(of="shuffled_minibatches", caught_by="test_minibatches_every_row_comes_exactly_once")
def shuffled_replaces_the_last_batch_by_the_first(X, Y, q, rng):
    """You gave the first batch again in place of a short last one, whose rows never come."""
    order = rng.permutation(len(X))
    starts = [i if i + q <= len(X) else 0 for i in range(0, len(X), q)]
    return [(X[order[i : i + q]], Y[order[i : i + q]]) for i in starts]


@misconception(of="shuffled_minibatches", caught_by="test_minibatches_are_fresh_at_every_call")
def shuffled_keeps_the_stored_order_where_q_divides_m(X, Y, q, rng):
    """You did not shuffle where q divides m: every epoch comes in a random order."""
    order = rng.permutation(len(X)) if len(X) % q else np.arange(len(X))
    return _cut(X, Y, order, q)


@misconception(
    of="shuffled_minibatches", caught_by="test_minibatches_keep_inputs_with_their_targets"
)
def shuffled_permutes_only_the_targets(X, Y, q, rng):
    """You shuffled Y and left X in stored order."""
    return minibatches.sequential_minibatches(X, rng.permutation(Y), q)


@spelling(of=shuffled_draws_with_replacement)
def _shuffled_draws_each_batch_with_replacement(X, Y, q, rng):
    for i in range(0, len(X), q):
        rows = rng.integers(len(X), size=min(q, len(X) - i))
        yield X[rows], Y[rows]


@spelling(of=shuffled_draws_with_replacement)
def _shuffled_draws_full_batches_with_replacement(X, Y, q, rng):
    for _ in range(0, len(X), q):
        rows = rng.integers(len(X), size=q)
        yield X[rows], Y[rows]


@misconception(of="shuffled_minibatches", caught_by="test_minibatches_every_row_comes_exactly_once")
def shuffled_samples_each_batch_anew(X, Y, q, rng):
    """You sampled every batch from all rows, so some come twice in an epoch and others never."""
    for i in range(0, len(X), q):
        rows = rng.choice(len(X), size=min(q, len(X) - i), replace=False)
        yield X[rows], Y[rows]


@spelling(of=shuffled_samples_each_batch_anew)
def _shuffled_samples_full_batches_anew(X, Y, q, rng):
    for _ in range(0, len(X), q):
        yield minibatches.sample_minibatch(X, Y, min(q, len(X)), rng)


@spelling(of=shuffled_samples_each_batch_anew)
def _shuffled_permutes_for_each_batch(X, Y, q, rng):
    for i in range(0, len(X), q):
        rows = rng.permutation(len(X))[: min(q, len(X) - i)]
        yield X[rows], Y[rows]


def _seeded(seed):
    """A shuffle from a seed of its own."""
    return lambda X, Y, q, rng: minibatches.shuffled_minibatches(
        X, Y, q, np.random.default_rng(seed)
    )


for _seed in (1, 42, 123, 1234):
    spelling(of=shuffled_starts_from_one_seed)(_seeded(_seed))
# What shows at some sizes, in some calls or in the next call only. The sizes are arbitrary, so
# mistakes have variants with others.

ANY_ORDER = "test_minibatches_every_order_is_equally_likely"
ANY_SUBSET = "test_minibatches_every_subset_is_equally_likely"
LONG = "test_minibatches_rows_of_a_long_epoch_go_anywhere"
LARGE = "test_minibatches_large_tables_are_no_exception"
OUTLIVES = "test_minibatches_outlive_the_next_call"


def _also(mistake, maker, *numbers):
    """Add the same mistake with other numbers."""
    mistake.__variants__ = tuple(functools.partial(maker, number) for number in numbers)


def _in_one_table(tables, X, Y):
    """Write X and Y into arrays of their shapes, which are made once."""
    kept = tables.setdefault((X.shape, Y.shape), (np.empty(X.shape), np.empty(Y.shape)))
    for own, part in zip(kept, (X, Y), strict=True):
        own[...] = part
    return kept


def _sequential_capped(most, X, Y, q):
    return minibatches.sequential_minibatches(X, Y, min(q, most))


@misconception(of="sequential_minibatches", caught_by=LARGE)
def sequential_caps_the_batches(X, Y, q):
    """You limited the size of a batch. It has q rows, however large q is."""
    return _sequential_capped(64, X, Y, q)


_also(sequential_caps_the_batches, _sequential_capped, 512, 1024)


@misconception(of="sequential_minibatches", caught_by=LARGE)
def sequential_ends_after_the_first_rows(X, Y, q):
    """You went over the first thousand rows only. An epoch has all of them."""
    return minibatches.sequential_minibatches(X[:1000], Y[:1000], q)


@misconception(of="sequential_minibatches", caught_by=OUTLIVES)
def sequential_copies_into_one_table(X, Y, q):
    """You copied the table into arrays that the next epoch overwrites."""
    return minibatches.sequential_minibatches(*_in_one_table(_stored, X, Y), q)


_stored = {}


@misconception(of="shuffled_minibatches", caught_by=ANY_ORDER)
def shuffled_needs_full_batches(X, Y, q, rng):
    """You left the rows in stored order where q does not divide m."""
    order = rng.permutation(len(X)) if len(X) % q == 0 else np.arange(len(X))
    return _cut(X, Y, order, q)


@misconception(of="shuffled_minibatches", caught_by=ANY_ORDER)
def shuffled_sets_the_rest_aside(X, Y, q, rng):
    """You shuffled the rows of the full batches, so the short last one always has the same."""
    full = len(X) // q * q
    return _cut(X, Y, np.append(rng.permutation(full), np.arange(full, len(X))), q)


@misconception(of="shuffled_minibatches", caught_by=ANY_ORDER)
def shuffled_takes_the_rest_first(X, Y, q, rng):
    """You let the first batch have the same rows in every epoch."""
    m = len(X)
    size = min(q, m - 1)
    return _cut(X, Y, np.append(np.arange(size), size + rng.permutation(m - size)), q)


@misconception(of="shuffled_minibatches", caught_by=ANY_ORDER)
def shuffled_skips_single_rows(X, Y, q, rng):
    """You left the rows in stored order where a batch is a single row."""
    return _cut(X, Y, np.arange(len(X)) if q == 1 else rng.permutation(len(X)), q)


@misconception(of="shuffled_minibatches", caught_by=ANY_ORDER)
def shuffled_skips_whole_tables(X, Y, q, rng):
    """You left the rows in stored order where one batch holds all of them."""
    return _cut(X, Y, np.arange(len(X)) if q >= len(X) else rng.permutation(len(X)), q)


@misconception(of="shuffled_minibatches", caught_by=(ANY_ORDER, LONG))
def shuffled_every_other_call(X, Y, q, rng):
    """You shuffled in every other epoch only. Each has an order of its own."""
    _epochs[0] += 1
    return _cut(X, Y, rng.permutation(len(X)) if _epochs[0] % 2 else np.arange(len(X)), q)


_epochs = [0]


@misconception(of="shuffled_minibatches", caught_by=(ANY_ORDER, LONG))
def shuffled_now_and_then(X, Y, q, rng):
    """You shuffled with a probability of one half. Each epoch has an order of its own."""
    return _cut(X, Y, np.arange(len(X)) if rng.random() < 0.5 else rng.permutation(len(X)), q)


def _shuffled_if_short(most, X, Y, q, rng):
    return _cut(X, Y, np.arange(len(X)) if len(X) > most else rng.permutation(len(X)), q)


@misconception(of="shuffled_minibatches", caught_by=LONG)
def shuffled_skips_long_tables(X, Y, q, rng):
    """You left long tables in stored order. They are shuffled, too."""
    return _shuffled_if_short(256, X, Y, q, rng)


_also(shuffled_skips_long_tables, _shuffled_if_short, 100, 512, 999)


@misconception(of="shuffled_minibatches", caught_by=LONG)
def shuffled_within_blocks(X, Y, q, rng):
    """You shuffled blocks of a hundred rows, each in itself. A row may come anywhere."""
    blocks = np.split(np.arange(len(X)), range(100, len(X), 100))
    return _cut(X, Y, np.concatenate([rng.permutation(block) for block in blocks]), q)


def _shuffled_capped(most, X, Y, q, rng):
    return minibatches.shuffled_minibatches(X, Y, min(q, most), rng)


@misconception(of="shuffled_minibatches", caught_by=LARGE)
def shuffled_caps_the_batches(X, Y, q, rng):
    """You limited the size of a batch. It has q rows, however large q is."""
    return _shuffled_capped(64, X, Y, q, rng)


_also(shuffled_caps_the_batches, _shuffled_capped, 512, 1024)


@misconception(of="shuffled_minibatches", caught_by=OUTLIVES)
def shuffled_copies_into_one_table(X, Y, q, rng):
    """You wrote the shuffled table into arrays that the next epoch overwrites."""
    order = rng.permutation(len(X))
    return minibatches.sequential_minibatches(*_in_one_table(_shuffled, X[order], Y[order]), q)


_shuffled = {}


@misconception(of="sample_minibatch", caught_by=ANY_SUBSET)
def sample_skips_single_rows(X, Y, q, rng):
    """You took the first row as a sample of one row. Each row is as likely."""
    rows = np.arange(1) if q == 1 else rng.choice(len(X), size=q, replace=False)
    return X[rows], Y[rows]


@misconception(of="sample_minibatch", caught_by=ANY_SUBSET)
def sample_takes_the_first_rows_where_q_does_not_divide(X, Y, q, rng):
    """You took the first q rows where q does not divide m."""
    rows = np.arange(q) if len(X) % q else rng.choice(len(X), size=q, replace=False)
    return X[rows], Y[rows]


@misconception(of="sample_minibatch", caught_by=ANY_SUBSET)
def sample_every_other_call(X, Y, q, rng):
    """You took the first q rows in every other call. Each sample is random."""
    _samples[0] += 1
    rows = rng.choice(len(X), size=q, replace=False) if _samples[0] % 2 else np.arange(q)
    return X[rows], Y[rows]


_samples = [0]


@misconception(of="sample_minibatch", caught_by=ANY_SUBSET)
def sample_takes_the_first_rows_of_large_samples(X, Y, q, rng):
    """You took the first q rows where q is above m / 2."""
    rows = np.arange(q) if 2 * q > len(X) else rng.choice(len(X), size=q, replace=False)
    return X[rows], Y[rows]


def _sample_capped(most, X, Y, q, rng):
    return minibatches.sample_minibatch(X, Y, min(q, most), rng)


@misconception(of="sample_minibatch", caught_by=LARGE)
def sample_is_capped(X, Y, q, rng):
    """You limited the size of the sample. It has q rows, however large q is."""
    return _sample_capped(64, X, Y, q, rng)


_also(sample_is_capped, _sample_capped, 512, 1024)


@misconception(of="sample_minibatch", caught_by=OUTLIVES)
def sample_copies_into_one_array(X, Y, q, rng):
    """You wrote the sample into arrays that the next one overwrites."""
    return _in_one_table(_sampled, *minibatches.sample_minibatch(X, Y, q, rng))


_sampled = {}
