"""Mistakes as students make them, in code of their own.

Each is a change of the text of a correct submission, and the names that are right for it. The
submissions are ``student`` beside this file and some of ``accepted``.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from tests.conftest import ROOT

_FOLDERS = {"student": Path(__file__).parent / "student"}


@dataclass(frozen=True)
class Mistake:
    """A mistake of a student.

    Attributes:
        style: The correct submission that contains it.
        unit: The unit that it is in.
        changes: Pairs of a part of the unit's file and what the student wrote in its place.
        names: The names that are right, without the unit; none if the catalogue has no name for it.

    """

    style: str
    unit: str
    changes: tuple[tuple[str, str], ...]
    names: tuple[str, ...] = ()

    def files(self) -> dict[str, str]:
        """Return the texts of the submission's files, by their paths."""
        return changed_files(self.style, [self])


def changed_files(style: str, mistakes: list[Mistake]) -> dict[str, str]:
    """Return the texts of a submission with some mistakes, by the paths of its files."""
    folder = _FOLDERS.get(style, ROOT / "accepted" / style)
    texts = {path.name: path.read_text(encoding="utf-8") for path in folder.glob("*.py")}
    for mistake in mistakes:
        file = f"{mistake.unit}.py"
        for right, wrong in mistake.changes:
            assert right in texts[file], f"{style}/{file} does not contain {right!r}"
            texts[file] = texts[file].replace(right, wrong, 1)
    return texts


def _in(style: str, unit: str, right: str, wrong: str, *names: str) -> Mistake:
    return Mistake(style, unit, ((right, wrong),), names)


def _mine(unit: str, right: str, wrong: str, *names: str) -> Mistake:
    return _in("student", unit, right, wrong, *names)


def _all_of(unit: str, text: str, function: str, *names: str) -> Mistake:
    """Replace a function of the student's, which ends before the next blank lines."""
    source = (_FOLDERS["student"] / f"{unit}.py").read_text(encoding="utf-8")
    start = source.index(f"def {function}(")
    end = source.find("\n\n\n", start)
    right = source[start:] if end < 0 else source[start:end]
    return Mistake("student", unit, ((right.rstrip("\n"), text.strip("\n")),), names)


_DW, _DB, _DH = "np.dot(delta.T, h_prev)", "np.sum(delta, axis=0)", "np.dot(delta, W)"
_DELTA = "delta = dh * DERIVATIVES[activation](z)"

ACTIVATIONS = {
    "step of integers": _mine(
        "activations",
        "np.where(z > 0, 1.0, 0.0)",
        "np.where(z >= 0, 1, 0)",
        "relu_derivative_is_one_at_zero",
    ),
    "integers": _mine(
        "activations",
        "np.where(z > 0, 1.0, 0.0)",
        "np.where(z > 0, 1, 0)",
        "relu_derivative_counts_in_integers",
    ),
    "mask": _mine("activations", "np.where(z > 0, 1.0, 0.0)", "z > 0", "relu_derivative_is_a_mask"),
    "relu as its derivative": _mine(
        "activations", "np.where(z > 0, 1.0, 0.0)", "relu(z)", "relu_derivative_is_relu"
    ),
    "leaky": _mine("activations", "z * (z > 0)", "np.maximum(0.01 * z, z)", "relu_leaks"),
    "tanh' of h": _mine("activations", "t = np.tanh(z)\n", "t = z\n", "tanh_derivative_of_h"),
    "tanh' without the square": _mine(
        "activations", "1 - t * t", "1 - t", "tanh_derivative_without_the_square"
    ),
    "sigmoid' of h": _mine("activations", "s = sigmoid(z)\n", "s = z\n", "sigmoid_derivative_of_h"),
    "textbook sigmoid": _mine(
        "activations",
        "0.5 * (np.tanh(0.5 * z) + 1)",
        "1 / (1 + np.exp(-z))",
        "sigmoid_overflows",
        "sigmoid_derivative_overflows",
    ),
    "textbook tanh": _mine(
        "activations",
        "return np.tanh(z)",
        "return (np.exp(z) - np.exp(-z)) / (np.exp(z) + np.exp(-z))",
        "tanh_overflows",
    ),
    "textbook tanh twice": _mine(
        "activations",
        "return np.tanh(z)",
        "return (np.exp(2 * z) - 1) / (np.exp(2 * z) + 1)",
        "tanh_overflows",
    ),
    "sigmoid without minus": _mine(
        "activations",
        "0.5 * (np.tanh(0.5 * z) + 1)",
        "0.5 * (np.tanh(-0.5 * z) + 1)",
        "sigmoid_without_the_minus",
    ),
    "identity' is 1": _mine(
        "activations",
        "np.ones(np.shape(z))",
        "1",
        "identity_derivative_returns_one_number",
    ),
    "no half in tanh": _mine(
        "activations",
        "return np.tanh(z)",
        "return 2 * sigmoid(z) - 1",
        "tanh_halves_its_argument",
    ),
}

LAYERS = {
    "h W": _mine("layers", "W.T) + b", "W) + b", "forward_uses_the_square_weights_untransposed"),
    "δ Wᵀ": _mine("layers", _DH, "np.dot(delta, W.T)", "backward_transposes_the_square_weights"),
    "hᵀ δ": _mine(
        "layers", _DW, "np.dot(h_prev.T, delta)", "backward_transposes_the_square_weight_gradient"
    ),
    "1/m twice": Mistake(
        "student",
        "layers",
        ((_DW, _DW + " / m"), (_DB, _DB + " / m")),
        ("backward_averages_both_gradients",),
    ),
    "1/m in front": Mistake(
        "student",
        "layers",
        ((_DW, "1 / m * " + _DW), (_DB, "np.mean(delta, axis=0)")),
        ("backward_averages_both_gradients",),
    ),
    "δ averaged": _mine("layers", _DELTA, _DELTA + " / m", "backward_averages_delta"),
    "db over the units": _mine(
        "layers", _DB, "delta.sum(axis=1)", "backward_sums_over_the_wrong_axis"
    ),
    "db with an axis": _mine(
        "layers",
        _DB,
        "np.sum(delta, axis=0, keepdims=True)",
        "backward_keeps_the_bias_gradient_two_dimensional",
    ),
    "db one number": _mine("layers", _DB, "np.sum(delta)", "backward_returns_one_bias_gradient"),
    "db not summed": _mine("layers", _DB, "delta", "backward_returns_delta_as_bias_gradient"),
    "db of dh": _mine("layers", _DB, "np.sum(dh, axis=0)", "backward_sums_dh_for_the_bias"),
    "db averaged": _mine(
        "layers", _DB, "np.mean(delta, axis=0)", "backward_averages_the_bias_gradient"
    ),
    "dW averaged": _mine("layers", _DW, _DW + " / m", "backward_averages_the_weight_gradient"),
    "dh W": _mine("layers", _DH, "np.dot(dh, W)", "backward_sends_dh_through_the_weights"),
    "no σ'": _mine(
        "layers", _DELTA, "delta = dh", "backward_forgets_the_derivative_of_the_activation"
    ),
    "σ'(h)": _mine(
        "layers",
        _DELTA,
        "delta = dh * DERIVATIVES[activation](FUNCTIONS[activation](z))",
        "backward_takes_the_derivative_at_h",
    ),
    "σ for σ'": _mine(
        "layers",
        _DELTA,
        "delta = dh * FUNCTIONS[activation](z)",
        "backward_multiplies_by_the_activation",
    ),
    "no bias": _mine("layers", "W.T) + b", "W.T)", "forward_forgets_the_bias"),
    "no activation": _mine("layers", "h = sigma(z)", "h = z", "forward_forgets_the_activation"),
    "swapped results": _mine("layers", "return z, h", "return h, z", "forward_swaps_its_results"),
    "only h": _mine("layers", "return z, h", "return h", "forward_returns_h_alone"),
    "order of the gradients": _mine(
        "layers", "return dW, db, dh_prev", "return dh_prev, dW, db", "backward_returns_dh_first"
    ),
    "db before dW": _mine(
        "layers", "return dW, db, dh_prev", "return db, dW, dh_prev", "backward_swaps_dW_and_db"
    ),
    "without dh_prev": _mine(
        "layers", "return dW, db, dh_prev", "return dW, db", "backward_forgets_dh_prev"
    ),
    "minus": _mine(
        "layers", _DELTA, "delta = -dh * DERIVATIVES[activation](z)", "backward_flips_the_sign"
    ),
    "in place": _mine(
        "layers",
        _DELTA,
        "dh *= DERIVATIVES[activation](z)\n    delta = dh",
        "backward_scales_dh_in_place",
    ),
}

_VALUE, _GRADIENT = "np.sum(diff * diff) / (m * n)", "2 / (m * n) * (prediction - target)"
LOSSES = {
    "half the sum": _mine("losses", _VALUE, "0.5 * np.sum(diff**2)", "value_is_half_the_sum"),
    "half the sum, with its gradient": Mistake(
        "student",
        "losses",
        ((_VALUE, "np.sum(diff**2) / 2"), (_GRADIENT, "prediction - target")),
        ("value_is_half_the_sum", "gradient_is_the_difference"),
    ),
    "1/2m": Mistake(
        "student",
        "losses",
        ((_VALUE, "np.sum(diff**2) / (2 * m)"), (_GRADIENT, "(prediction - target) / m")),
        ("value_is_half_the_mean_over_the_rows", "gradient_is_the_mean_difference_over_the_rows"),
    ),
    "half the mean": Mistake(
        "student",
        "losses",
        ((_VALUE, "0.5 * np.mean(diff**2)"), (_GRADIENT, "(prediction - target) / (m * n)")),
        ("value_has_a_factor_one_half", "gradient_misses_the_factor_two"),
    ),
    "the sum": _mine("losses", _VALUE, "np.sum(diff**2)", "value_is_the_sum"),
    "mean over rows": _mine(
        "losses", _VALUE, "np.sum(diff**2) / m", "value_is_the_mean_over_the_rows_only"
    ),
    "a value for each row": _mine(
        "losses", _VALUE, "np.mean(diff**2, axis=1)", "value_is_a_number_for_each_row"
    ),
    "root": _mine("losses", _VALUE, "np.sqrt(np.mean(diff**2))", "value_has_a_root"),
    "absolute": _mine(
        "losses", _VALUE, "np.mean(np.abs(diff))", "value_is_the_mean_absolute_error"
    ),
    "gradient over rows": _mine(
        "losses", _GRADIENT, "2 * (prediction - target) / m", "gradient_is_divided_by_the_rows_only"
    ),
    "gradient of the sum": _mine(
        "losses", _GRADIENT, "2 * (prediction - target)", "gradient_is_that_of_the_sum"
    ),
    "sign": _mine(
        "losses", _GRADIENT, "2 / (m * n) * (target - prediction)", "gradient_has_the_wrong_sign"
    ),
    "mean gradient": _mine(
        "losses", _GRADIENT, "2 * np.mean(prediction - target)", "gradient_is_one_number"
    ),
}

NETWORK = {
    "output activated": _mine(
        "network",
        "FUNCTIONS[activation](z) if l < L - 1 else z",
        "FUNCTIONS[activation](z)",
        "forward_activates_the_output",
    ),
    "output activated and derived": Mistake(
        "student",
        "network",
        (
            ("FUNCTIONS[activation](z) if l < L - 1 else z", "FUNCTIONS[activation](z)"),
            (
                "            delta = dh\n",
                "            delta = dh * DERIVATIVES[activation](zs[l])\n",
            ),
        ),
        ("forward_activates_the_output", "backward_derives_the_output_activation"),
    ),
    "output derived": _mine(
        "network",
        "            delta = dh\n",
        "            delta = dh * DERIVATIVES[activation](zs[l])\n",
        "backward_derives_the_output_activation",
    ),
    "one layer short": _mine(
        "network",
        "for l in range(L):",
        "for l in range(L - 1):",
        "forward_stops_before_the_last_layer",
    ),
    "backward one layer short": _mine(
        "network",
        "for l in reversed(range(L)):",
        "for l in range(L - 1, 0, -1):",
        "backward_stops_before_the_first_layer",
    ),
    "cache of outputs": _mine(
        "network",
        "delta.T @ hs[l]",
        "delta.T @ hs[l + 1]",
        "backward_weighs_with_the_output_of_the_layer",
    ),
    "σ'(h)": _mine(
        "network",
        "DERIVATIVES[activation](zs[l])",
        "DERIVATIVES[activation](hs[l + 1])",
        "backward_takes_the_derivatives_at_h",
    ),
    "z of the layer below": _mine(
        "network",
        "DERIVATIVES[activation](zs[l])",
        "DERIVATIVES[activation](zs[l - 1])",
    ),
    "no σ'": _mine(
        "network",
        "delta = dh * DERIVATIVES[activation](zs[l])",
        "delta = dh",
        "backward_forgets_the_derivatives",
    ),
    "dh without σ'": _mine(
        "network", "dh = delta @ W", "dh = dh @ W", "backward_passes_dh_on_without_the_derivative"
    ),
    "1/m in every layer": _mine(
        "network",
        "dW = delta.T @ hs[l]\n",
        "m = len(delta)\n        dW = delta.T @ hs[l] / m\n",
        "backward_averages_the_weight_gradients",
    ),
    "1/m in both": Mistake(
        "student",
        "network",
        (
            ("delta.T @ hs[l]", "delta.T @ hs[l] / len(delta)"),
            ("delta.sum(axis=0)", "delta.mean(axis=0)"),
        ),
        ("backward_divides_by_the_batch_again",),
    ),
    "db averaged": _mine(
        "network", "delta.sum(axis=0)", "delta.mean(axis=0)", "backward_averages_the_bias_gradients"
    ),
    "db with an axis": _mine(
        "network",
        "delta.sum(axis=0)",
        "delta.sum(axis=0, keepdims=True)",
        "backward_keeps_the_bias_gradients_two_dimensional",
    ),
    "last layer first": _mine(
        "network",
        "    return grads",
        "    return grads[::-1]",
        "backward_returns_the_last_layer_first",
    ),
    "dh through Wᵀ": _mine(
        "network", "dh = delta @ W", "dh = delta @ W.T", "backward_transposes_square_weights"
    ),
    "updated weights": _mine(
        "network",
        "        dh = delta @ W",
        "        W = W - 0.01 * dW\n        dh = delta @ W",
        "backward_passes_through_updated_weights",
    ),
    "forward untransposed": _mine(
        "network", "h @ W.T + b", "h @ W + b", "forward_uses_square_weights_untransposed"
    ),
    "no bias": _mine("network", "h @ W.T + b", "h @ W.T", "forward_forgets_the_biases"),
    "input forgotten": _mine(
        "network",
        "delta.T @ hs[l]",
        "delta.T @ hs[0] if l == 0 else delta.T @ zs[l - 1]",
        "backward_weighs_with_pre_activations",
    ),
    "dprediction for every layer": _mine(
        "network", "        dh = delta @ W\n", "", "backward_starts_every_layer_from_the_error"
    ),
}

_STD, _Z = "std = X.std(axis=0)", "return (X - mean) / s"
NORMALIZATION = {
    "ε": _all_of(
        "normalization",
        "def standardize(X, mean, std):\n    return (X - mean) / (std + 1e-8)",
        "standardize",
        "standardize_adds_epsilon",
    ),
    "ε and one's own statistics": Mistake(
        "student",
        "normalization",
        (
            (
                "    constant = X.max(axis=0) == X.min(axis=0)\n"
                "    mean[constant] = X[0][constant]\n"
                "    std[constant] = 0\n",
                "",
            ),
            (
                "    s = np.array(std)\n    s[s == 0] = 1\n    return (X - mean) / s",
                "    return (X - mean) / (std + 1e-8)",
            ),
        ),
        ("standardize_adds_epsilon", "statistics_leave_constant_features_a_rest"),
    ),
    "0/0": _all_of(
        "normalization",
        "def standardize(X, mean, std):\n    return (X - mean) / std",
        "standardize",
        "standardize_divides_by_zero",
    ),
    "plain statistics": Mistake(
        "student",
        "normalization",
        (
            (
                "    constant = X.max(axis=0) == X.min(axis=0)\n"
                "    mean[constant] = X[0][constant]\n"
                "    std[constant] = 0\n",
                "",
            ),
        ),
        ("statistics_leave_constant_features_a_rest",),
    ),
    "ddof": _mine(
        "normalization", _STD, "std = X.std(axis=0, ddof=1)", "statistics_divide_by_m_minus_one"
    ),
    "variance": _mine(
        "normalization", _STD, "std = X.var(axis=0)", "statistics_return_the_variance"
    ),
    "whole table": Mistake(
        "student",
        "normalization",
        (
            ("mean = X.mean(axis=0)", "mean = np.full(X.shape[1], X.mean())"),
            (_STD, "std = np.full(X.shape[1], X.std())"),
        ),
        ("statistics_over_the_whole_table",),
    ),
    "two numbers": _all_of(
        "normalization",
        "def standardization_statistics(X):\n    return np.mean(X), np.std(X)",
        "standardization_statistics",
        "statistics_over_the_whole_table",
    ),
    "swapped": _mine(
        "normalization", "return mean, std", "return std, mean", "statistics_are_swapped"
    ),
    "keepdims": _mine(
        "normalization",
        "return mean, std",
        "return mean[None, :], std[None, :]",
        "statistics_keep_two_dimensions",
    ),
    "own statistics": _mine(
        "normalization",
        _Z,
        "return (X - X.mean(axis=0)) / s",
        "standardize_takes_a_new_mean",
    ),
    "new statistics": _all_of(
        "normalization",
        "def standardize(X, mean, std):\n"
        "    mean, std = standardization_statistics(X)\n"
        "    s = np.where(std == 0, 1, std)\n"
        "    return (X - mean) / s",
        "standardize",
        "standardize_takes_new_statistics",
    ),
    "not centred": _mine("normalization", _Z, "return X / s", "standardize_does_not_centre"),
    "not scaled": _mine("normalization", _Z, "return X - mean", "standardize_does_not_scale"),
    "parentheses": _mine(
        "normalization", _Z, "return X - mean / s", "standardize_divides_the_mean_alone"
    ),
    "constant kept": _mine(
        "normalization",
        _Z,
        "return np.where(np.array(std) == 0, X, (X - mean) / s)",
        "standardize_leaves_constant_features",
    ),
    "in place": _mine(
        "normalization", _Z, "X -= mean\n    X /= s\n    return X", "standardize_works_in_place"
    ),
    "inverse divides": _mine(
        "normalization",
        "return Z * std + mean",
        "return (Z - mean) / std",
        "unstandardize_standardizes_again",
    ),
    "inverse without mean": _mine(
        "normalization", "return Z * std + mean", "return Z * std", "unstandardize_forgets_the_mean"
    ),
    "inverse adds first": _mine(
        "normalization",
        "return Z * std + mean",
        "return (Z + mean) * std",
        "unstandardize_adds_first",
    ),
    "default (0, 1)": _mine(
        "normalization",
        "def rescale(X, minimum, maximum, low=-1.0, high=1.0)",
        "def rescale(X, minimum, maximum, low=0.0, high=1.0)",
        "rescale_goes_from_zero_by_default",
    ),
    "both defaults (0, 1)": Mistake(
        "student",
        "normalization",
        (
            (
                "def rescale(X, minimum, maximum, low=-1.0, high=1.0)",
                "def rescale(X, minimum, maximum, low=0, high=1)",
            ),
            (
                "def unrescale(Z, minimum, maximum, low=-1.0, high=1.0)",
                "def unrescale(Z, minimum, maximum, low=0, high=1)",
            ),
        ),
        ("rescale_goes_from_zero_by_default", "unrescale_goes_from_zero_by_default"),
    ),
    "always [0, 1]": _all_of(
        "normalization",
        "def rescale(X, minimum, maximum, low=-1.0, high=1.0):\n"
        "    width = np.where(maximum == minimum, 1, maximum - minimum)\n"
        "    Z = (X - minimum) / width\n"
        "    Z[:, maximum == minimum] = 0.5\n"
        "    return Z",
        "rescale",
        "rescale_always_to_zero_and_one",
    ),
    "always [-1, 1]": _mine(
        "normalization",
        "Z = low + (high - low) * scaled\n    Z[:, constant] = (low + high) / 2",
        "Z = 2 * scaled - 1\n    Z[:, constant] = 0",
        "rescale_always_to_the_default",
    ),
    "constant to low": _mine(
        "normalization",
        "    Z[:, constant] = (low + high) / 2\n",
        "",
        "rescale_sends_constant_features_to_low",
    ),
    "constant to 0": _mine(
        "normalization",
        "Z[:, constant] = (low + high) / 2",
        "Z[:, constant] = 0",
        "rescale_sends_constant_features_to_zero",
    ),
    "rescale 0/0": _mine(
        "normalization",
        "np.where(constant, 1, width)\n    Z = low + (high - low) * scaled\n"
        "    Z[:, constant] = (low + high) / 2",
        "width\n    Z = low + (high - low) * scaled",
        "rescale_divides_by_zero",
    ),
    "clipped": _mine(
        "normalization", "    return Z\n", "    return np.clip(Z, low, high)\n", "rescale_clips"
    ),
    "times high": _mine(
        "normalization", "(high - low) * scaled", "high * scaled", "rescale_multiplies_by_high"
    ),
    "unrescale forgets low": _mine(
        "normalization",
        "scaled = (Z - low) / (high - low)",
        "scaled = Z / (high - low)",
        "unrescale_forgets_low",
    ),
    "whole range": _mine(
        "normalization",
        "return np.min(X, axis=0), np.max(X, axis=0)",
        "return np.full(X.shape[1], X.min()), np.full(X.shape[1], X.max())",
        "range_over_the_whole_table",
    ),
    "range swapped": _mine(
        "normalization",
        "return np.min(X, axis=0), np.max(X, axis=0)",
        "return np.max(X, axis=0), np.min(X, axis=0)",
        "range_is_swapped",
    ),
    "one-pass variance": _mine(
        "normalization",
        _STD,
        "std = np.sqrt(np.maximum(np.mean(X**2, axis=0) - mean**2, 0))",
        "statistics_in_one_pass",
    ),
}

_BATCH = "batches.append((X[i : i + q], Y[i : i + q]))"
_SHUFFLED = "order = rng.permutation(X.shape[0])"
MINIBATCHES = {
    "order[:-0]": Mistake(
        "student",
        "minibatches",
        (
            (
                _SHUFFLED,
                "order = rng.permutation(X.shape[0])\n    order = order[: -(len(order) % q)]",
            ),
        ),
        ("shuffled_loses_everything_where_nothing_is_left",),
    ),
    "only full batches": _mine(
        "minibatches",
        "range(0, m, q)",
        "range(0, m - q + 1, q)",
        "sequential_drops_the_last_batch",
        "shuffled_drops_the_last_batch",
    ),
    "one too few": _mine(
        "minibatches",
        "range(0, m, q)",
        "range(0, m - q, q)",
        "sequential_stops_a_batch_early",
        "shuffled_stops_a_batch_early",
    ),
    "one too many": _all_of(
        "minibatches",
        "def sequential_minibatches(X, Y, q):\n"
        "    n = len(X) // q + 1\n"
        "    return [(X[k * q : (k + 1) * q], Y[k * q : (k + 1) * q]) for k in range(n)]",
        "sequential_minibatches",
        "sequential_ends_with_an_empty_batch",
    ),
    "the first batch at the end": _mine(
        "minibatches",
        "    return batches",
        "    if m % q:\n        batches[-1] = (X[:q], Y[:q])\n    return batches",
        "sequential_replaces_the_last_batch_by_the_first",
        "shuffled_replaces_the_last_batch_by_the_first",
    ),
    "q batches": _all_of(
        "minibatches",
        "def sequential_minibatches(X, Y, q):\n"
        "    return list(zip(np.array_split(X, q), np.array_split(Y, q)))",
        "sequential_minibatches",
        "sequential_makes_q_batches",
    ),
    "inputs alone": _mine(
        "minibatches",
        "    Y_s = Y[order]",
        "    Y_s = Y",
        "shuffled_permutes_only_the_inputs",
    ),
    "apart": _mine(
        "minibatches",
        "    Y_s = Y[order]",
        "    Y_s = Y[rng.permutation(X.shape[0])]",
        "shuffled_permutes_targets_separately",
    ),
    "not shuffled": _mine(
        "minibatches", _SHUFFLED, "order = np.arange(X.shape[0])", "shuffled_keeps_the_stored_order"
    ),
    "numpy's generator": _mine(
        "minibatches",
        _SHUFFLED,
        "order = np.random.permutation(X.shape[0])",
        "shuffled_draws_from_numpy_itself",
    ),
    "a seed": _mine(
        "minibatches",
        _SHUFFLED,
        "order = np.random.default_rng(42).permutation(X.shape[0])",
        "shuffled_starts_from_one_seed",
    ),
    "with replacement": _mine(
        "minibatches",
        _SHUFFLED,
        "order = rng.choice(X.shape[0], X.shape[0])",
        "shuffled_draws_with_replacement",
    ),
    "in place": _mine(
        "minibatches",
        "    X_s = X[order]\n    Y_s = Y[order]",
        "    X[:] = X[order]\n    Y[:] = Y[order]\n    X_s, Y_s = X, Y",
        "shuffled_reorders_the_callers_data",
    ),
    "batches only": _all_of(
        "minibatches",
        "def shuffled_minibatches(X, Y, q, rng):\n"
        "    batches = sequential_minibatches(X, Y, q)\n"
        "    rng.shuffle(batches)\n"
        "    return batches",
        "shuffled_minibatches",
        "shuffled_orders_the_batches_only",
    ),
    "sample with replacement": _mine(
        "minibatches",
        "rng.choice(X.shape[0], q, replace=False)",
        "rng.choice(X.shape[0], q)",
        "sample_with_replacement",
    ),
    "sample of the first": _mine(
        "minibatches",
        "rng.choice(X.shape[0], q, replace=False)",
        "np.arange(q)",
        "sample_takes_the_first_rows",
    ),
    "sample block": _mine(
        "minibatches",
        "rng.choice(X.shape[0], q, replace=False)",
        "rng.integers(0, X.shape[0] - q + 1) + np.arange(q)",
        "sample_takes_a_block",
    ),
    "sample apart": _mine(
        "minibatches",
        "return X[rows], Y[rows]",
        "return X[rows], Y[rng.choice(X.shape[0], q, replace=False)]",
        "sample_draws_targets_separately",
    ),
}

_M = "m = beta * state + (1 - beta) * gradient"
_V = "v = beta * state + (1 - beta) * gradient**2"
_V_HAT = "v_hat = v / (1 - beta2**t)"
OPTIMIZERS = {
    "gd climbs": _mine(
        "optimizers",
        "return theta - learning_rate * gradient",
        "return theta + learning_rate * gradient",
        "gradient_descent_ascends",
    ),
    "gd in place": _mine(
        "optimizers",
        "return theta - learning_rate * gradient",
        "theta -= learning_rate * gradient\n    return theta",
        "gradient_descent_moves_the_callers_theta",
    ),
    "velocity": Mistake(
        "student",
        "optimizers",
        (
            (_M, "v = beta * state - learning_rate * gradient"),
            ("theta = theta - learning_rate * m\n    return theta, m", "return theta + v, v"),
        ),
        ("momentum_is_a_velocity",),
    ),
    "velocity, averaged": Mistake(
        "student",
        "optimizers",
        (
            (_M, "m = beta * state + (1 - beta) * learning_rate * gradient"),
            ("theta = theta - learning_rate * m", "theta = theta - m"),
        ),
        ("momentum_averages_whole_steps",),
    ),
    "sum of gradients": _mine(
        "optimizers", _M, "m = beta * state + gradient", "momentum_adds_up_the_gradients"
    ),
    "weights swapped": _mine(
        "optimizers",
        _M,
        "m = (1 - beta) * state + beta * gradient",
        "momentum_swaps_the_weights",
    ),
    "momentum forgets": _mine(
        "optimizers", "return theta, m", "return theta, state", "momentum_forgets_its_average"
    ),
    "momentum returns swapped": _mine(
        "optimizers", "return theta, m", "return m, theta", "momentum_swaps_its_results"
    ),
    "momentum at theta": _mine(
        "optimizers",
        "def momentum_init(theta):\n    return np.zeros_like(theta)",
        "def momentum_init(theta):\n    return np.copy(theta)",
        "momentum_starts_at_theta",
    ),
    "momentum is theta": _mine(
        "optimizers",
        "def momentum_init(theta):\n    return np.zeros_like(theta)",
        "def momentum_init(theta):\n    return theta",
        "momentum_starts_at_theta",
    ),
    "rmsprop returns swapped": _mine(
        "optimizers", "return theta, v", "return v, theta", "rmsprop_swaps_its_results"
    ),
    "rmsprop without root": _mine(
        "optimizers", "(np.sqrt(v) + epsilon)", "(v + epsilon)", "rmsprop_forgets_the_root"
    ),
    "rmsprop without square": _mine(
        "optimizers",
        _V,
        "v = beta * state + (1 - beta) * gradient",
        "rmsprop_averages_without_squaring",
    ),
    "adagrad": _mine("optimizers", _V, "v = state + gradient**2", "rmsprop_adds_up_the_squares"),
    "rmsprop without 1 − β": _mine(
        "optimizers", _V, "v = beta * state + gradient**2", "rmsprop_leaves_out_one_minus_beta"
    ),
    "rmsprop by the old v": _mine(
        "optimizers",
        "gradient / (np.sqrt(v) + epsilon)",
        "gradient / (np.sqrt(state) + epsilon)",
        "rmsprop_divides_by_the_old_average",
    ),
    "rmsprop without ε": _mine(
        "optimizers", "(np.sqrt(v) + epsilon)", "np.sqrt(v)", "rmsprop_leaves_out_epsilon"
    ),
    "t from 2": _mine(
        "optimizers",
        '"v": np.zeros_like(theta), "t": 0',
        '"v": np.zeros_like(theta), "t": 1',
        "adam_counts_from_two",
    ),
    "t from 0": Mistake(
        "student",
        "optimizers",
        (('t = state["t"] + 1', 't = state["t"]'), ('"t": t}', '"t": t + 1}')),
        ("adam_counts_from_zero",),
    ),
    "t never counts": _mine("optimizers", '"t": t}', '"t": state["t"]}', "adam_never_counts"),
    "no correction": _mine(
        "optimizers", "    if bias_correction:\n", "    if False:\n", "adam_never_corrects"
    ),
    "correction ignores the switch": _mine(
        "optimizers", "    if bias_correction:\n", "    if True:\n", "adam_always_corrects"
    ),
    "root of the correction": _mine(
        "optimizers",
        _V_HAT,
        "v_hat = v / np.sqrt(1 - (1 - beta2**t))",
    ),
    "√(1 − (1 − β₂ᵗ))": _mine("optimizers", _V_HAT, "v_hat = v / (1 - (1 - beta2**t))"),
    "only m corrected": _mine("optimizers", _V_HAT, "v_hat = v", "adam_corrects_only_m"),
    "only v corrected": _mine(
        "optimizers", "m_hat = m / (1 - beta1**t)", "m_hat = m", "adam_corrects_only_v"
    ),
    "β times t": Mistake(
        "student",
        "optimizers",
        (("beta1**t", "beta1 * t"), ("beta2**t", "beta2 * t")),
        ("adam_corrects_by_t_times_beta",),
    ),
    "β without t": Mistake(
        "student",
        "optimizers",
        (("beta1**t", "beta1"), ("beta2**t", "beta2")),
        ("adam_never_counts",),
    ),
    "m̂ stored": _mine(
        "optimizers",
        'return theta, {"m": m, "v": v, "t": t}',
        'return theta, {"m": m_hat, "v": v_hat, "t": t}',
        "adam_stores_the_corrected_averages",
    ),
    "β swapped": Mistake(
        "student",
        "optimizers",
        (
            ('beta1 * state["m"] + (1 - beta1)', 'beta2 * state["m"] + (1 - beta2)'),
            ('v = beta2 * state["v"] + (1 - beta2)', 'v = beta1 * state["v"] + (1 - beta1)'),
        ),
        ("adam_averages_with_swapped_betas",),
    ),
    "adam without square": _mine(
        "optimizers",
        "(1 - beta2) * gradient**2",
        "(1 - beta2) * gradient",
        "adam_averages_without_squaring",
    ),
    "adam without root": _mine(
        "optimizers", "(np.sqrt(v_hat) + epsilon)", "(v_hat + epsilon)", "adam_forgets_the_root"
    ),
    "adam climbs": _mine(
        "optimizers",
        "theta - learning_rate * m_hat",
        "theta + learning_rate * m_hat",
        "adam_climbs",
    ),
    "adam along g": _mine(
        "optimizers",
        "learning_rate * m_hat",
        "learning_rate * gradient",
        "adam_steps_along_the_gradient",
    ),
    "adam returns swapped": _mine(
        "optimizers",
        'return theta, {"m": m, "v": v, "t": t}',
        'return {"m": m, "v": v, "t": t}, theta',
        "adam_swaps_its_results",
    ),
    "adam returns theta": _mine(
        "optimizers",
        'return theta, {"m": m, "v": v, "t": t}',
        "return theta",
        "adam_returns_only_theta",
    ),
    "adam forgets to store t": _mine(
        "optimizers", '{"m": m, "v": v, "t": t}', '{"m": m, "v": v, "t": 0}', "adam_never_counts"
    ),
    "adam in place": _mine(
        "optimizers",
        "theta = theta - learning_rate * m_hat",
        "theta -= learning_rate * m_hat",
        "adam_moves_the_callers_theta",
    ),
    "β₂ default": _mine(
        "optimizers", "beta2=0.999", "beta2=0.99", "adam_remembers_shorter_by_default"
    ),
    "global t": Mistake(
        "student",
        "optimizers",
        (
            ("def adam_init", "steps = [0]\n\n\ndef adam_init"),
            ('t = state["t"] + 1', "steps[0] += 1\n    t = steps[0]"),
        ),
        ("adam_counts_for_all_tensors",),
    ),
}

INITIALIZATION = {
    "transposed": _mine(
        "initialization",
        "return std * rng.standard_normal((n_out, n_in))",
        "return std * rng.standard_normal((n_in, n_out))",
        "normal_has_a_row_per_input",
    ),
    "variance for std": _mine(
        "initialization",
        "rng.normal(0, np.sqrt(var), size=(n_out, n_in))",
        "rng.normal(0, var, size=(n_out, n_in))",
        "xavier_takes_the_variance_for_the_std",
    ),
    "he without root": _mine(
        "initialization",
        "rng.normal(0, np.sqrt(2 / n_in)",
        "rng.normal(0, 2 / n_in",
        "he_takes_the_variance_for_the_std",
    ),
    "he by outputs": _mine("initialization", "2 / n_in)", "2 / n_out)", "he_counts_the_outputs"),
    "he uniform by rand": _mine(
        "initialization",
        "rng.normal(0, np.sqrt(2 / n_in), size=(n_out, n_in))",
        "rng.random((n_out, n_in)) * np.sqrt(2 / n_in)",
        "he_draws_from_zero_to_one",
    ),
    "fan modes swapped": Mistake(
        "student",
        "initialization",
        (
            ("var = 1 / n_in", "var = 1 / n_OUT"),
            ("var = 1 / n_out", "var = 1 / n_in"),
            ("n_OUT", "n_out"),
        ),
        ("xavier_swaps_the_fans",),
    ),
    "fan_avg without 2": _mine(
        "initialization",
        "var = 2 / (n_in + n_out)",
        "var = 1 / (n_in + n_out)",
        "xavier_forgets_the_two_of_the_average",
    ),
    "std ignored": _mine(
        "initialization",
        "return std * rng.standard_normal((n_out, n_in))",
        "return rng.standard_normal((n_out, n_in))",
        "normal_ignores_its_std",
    ),
    "std squared": _mine(
        "initialization",
        "return std * rng.standard_normal((n_out, n_in))",
        "return rng.normal(0, std**2, (n_out, n_in))",
        "normal_squares_its_std",
    ),
    "uniform from 0": _mine(
        "initialization",
        "rng.uniform(-limit, limit, size=(n_out, n_in))",
        "rng.uniform(0, limit, size=(n_out, n_in))",
        "uniform_starts_at_zero",
    ),
    "global generator": _mine(
        "initialization",
        "return std * rng.standard_normal((n_out, n_in))",
        "return std * np.random.randn(n_out, n_in)",
        "normal_uses_the_global_generator",
    ),
    "he transposed": _mine(
        "initialization",
        "np.sqrt(2 / n_in), size=(n_out, n_in)",
        "np.sqrt(2 / n_in), size=(n_in, n_out)",
        "he_has_a_row_per_input",
    ),
}

_EPOCH = "for X_q, Y_q in minibatches.shuffled_minibatches(X_n, Y_n, batch_size, rng):"
_WEIGHTED = "epoch_loss += loss * len(X_q)"
TRAINING = {
    "rows in order if q divides m": _mine(
        "minibatches",
        _SHUFFLED,
        "m = X.shape[0]\n    order = rng.permutation(m) if m % q else np.arange(m)",
        "shuffled_keeps_the_stored_order_where_q_divides_m",
    ),
    "epoch means counted alike": Mistake(
        "student",
        "training",
        (
            (_WEIGHTED, "epoch_loss += loss\n            batches += 1"),
            ("epoch_loss = 0.0\n", "epoch_loss = 0.0\n        batches = 0\n"),
            ("epoch_loss / len(X_n)", "epoch_loss / batches"),
        ),
        ("losses_of_batches_count_alike",),
    ),
    "last batch": Mistake(
        "student",
        "training",
        ((_WEIGHTED, "epoch_loss = loss * len(X_n)"),),
        ("losses_are_those_of_the_last_batch",),
    ),
    "losses added": Mistake(
        "student",
        "training",
        ((_WEIGHTED, "epoch_loss += loss"), ("epoch_loss / len(X_n)", "epoch_loss")),
        ("losses_add_up_over_the_batches",),
    ),
    "full batches only": _mine(
        "training",
        _WEIGHTED,
        "epoch_loss += loss * len(X_q) if len(X_q) == batch_size else 0",
        "losses_are_those_of_full_batches",
    ),
    "he everywhere": _mine(
        "training",
        'if activation == "relu":',
        "if True:",
        "weights_start_as_he_for_any_activation",
    ),
    "he everywhere from a seed": Mistake(
        "student",
        "training",
        (
            ('if activation == "relu":', "if True:"),
            ("    sizes = [", "    rng = np.random.default_rng(0)\n    sizes = ["),
        ),
    ),
    "N(0, 1)": Mistake(
        "student",
        "training",
        (
            (
                "W = initialization.xavier(sizes[i], sizes[i + 1], rng)",
                "W = rng.standard_normal((sizes[i + 1], sizes[i]))",
            ),
        ),
        ("weights_start_with_deviation_one",),
    ),
    "zeros": Mistake(
        "student",
        "training",
        (
            (
                "W = initialization.xavier(sizes[i], sizes[i + 1], rng)",
                "W = initialization.zeros(sizes[i], sizes[i + 1])",
            ),
        ),
        ("weights_start_at_zero",),
    ),
    "not shuffled": Mistake(
        "student",
        "training",
        ((_EPOCH, "for X_q, Y_q in minibatches.sequential_minibatches(X_n, Y_n, batch_size):"),),
        ("never_shuffles",),
    ),
    "shuffled once": Mistake(
        "student",
        "training",
        (
            (
                "    losses = []\n",
                "    losses = []\n"
                "    batches = list(minibatches.shuffled_minibatches(X_n, Y_n, batch_size, rng))\n",
            ),
            (_EPOCH, "for X_q, Y_q in batches:"),
        ),
        ("shuffles_once",),
    ),
    "gradient descent": Mistake(
        "student",
        "training",
        (
            (
                "W, sW = optimizers.adam_step(W, dW, sW, learning_rate)",
                "W = optimizers.gradient_descent_step(W, dW, learning_rate)",
            ),
            (
                "b, sb = optimizers.adam_step(b, db, sb, learning_rate)",
                "b = optimizers.gradient_descent_step(b, db, learning_rate)",
            ),
        ),
        ("descends_without_adam",),
    ),
    "state lost": _mine(
        "training", "                states[i] = (sW, sb)\n", "", "adam_starts_anew_at_every_step"
    ),
    "new states in every epoch": Mistake(
        "student",
        "training",
        (
            (
                "    for epoch in range(epochs):\n",
                "    for epoch in range(epochs):\n"
                "        new = optimizers.adam_init\n"
                "        states = [(new(W), new(b)) for W, b in parameters]\n",
            ),
        ),
        ("adam_starts_anew_in_every_epoch",),
    ),
    "targets as they come": Mistake(
        "student",
        "training",
        (
            ("Y_n = normalization.standardize(Y, y_mean, y_std)", "Y_n = Y"),
            ('return normalization.unstandardize(prediction, *model["y"])', "return prediction"),
        ),
        ("targets_are_not_standardised", "predict_stays_in_standardised_units"),
    ),
    "inputs as they come": Mistake(
        "student",
        "training",
        (
            ("X_n = normalization.standardize(X, x_mean, x_std)", "X_n = X"),
            ('Z = normalization.standardize(X, *model["x"])', "Z = X"),
        ),
        ("inputs_are_not_standardised",),
    ),
    "predict in standardised units": _mine(
        "training",
        'return normalization.unstandardize(prediction, *model["y"])',
        "return prediction",
        "predict_stays_in_standardised_units",
    ),
    "predict without standardising": _mine(
        "training",
        'Z = normalization.standardize(X, *model["x"])',
        "Z = X",
        "predict_leaves_inputs_as_they_are",
    ),
    "predict by its own statistics": _mine(
        "training",
        'Z = normalization.standardize(X, *model["x"])',
        "Z = normalization.standardize(X, *normalization.standardization_statistics(X))",
        "predict_standardises_by_the_new_data",
    ),
    "predict in the inputs' statistics": Mistake(
        "student",
        "training",
        (
            (
                'return normalization.unstandardize(prediction, *model["y"])',
                'x_mean, x_std = model["x"]\n    n = prediction.shape[1]\n'
                "    return normalization.unstandardize(prediction, x_mean[:n], x_std[:n])",
            ),
        ),
        ("predict_takes_the_statistics_of_the_inputs",),
    ),
    "biases never move": Mistake(
        "student",
        "training",
        (
            (
                "parameters[i] = (W, b)\n                states",
                "parameters[i] = (W, parameters[i][1])\n                states",
            ),
        ),
        ("biases_are_never_updated",),
    ),
    "only the last layer": _mine(
        "training",
        "for i in range(len(parameters)):\n                W, b",
        "for i in [len(parameters) - 1]:\n                W, b",
        "hidden_layers_are_never_updated",
    ),
    "epochs short": _mine(
        "training",
        "for epoch in range(epochs):",
        "for epoch in range(1, epochs):",
        "epochs_are_one_short",
    ),
    "drops the last batch": _mine(
        "training",
        "            prediction, cache",
        "            if len(X_q) < batch_size:\n                continue\n"
        "            prediction, cache",
        "drops_the_last_rows",
    ),
    "learning rate fixed": _mine(
        "training",
        "    losses = []\n",
        "    losses = []\n    learning_rate = 0.001\n",
        "learning_rate_is_fixed",
    ),
    "a seed": _mine(
        "training",
        "    sizes = [",
        "    rng = np.random.default_rng(0)\n    sizes = [",
        "seeds_a_generator_of_its_own",
    ),
    "in place": Mistake(
        "student",
        "training",
        (
            (
                "X_n = normalization.standardize(X, x_mean, x_std)",
                "X -= x_mean\n    X_n = X / np.where(x_std == 0, 1, x_std)",
            ),
        ),
    ),
    "tanh always": Mistake(
        "student",
        "training",
        (
            (
                "network.forward(parameters, X_q, activation)",
                'network.forward(parameters, X_q, "tanh")',
            ),
            ("dprediction, activation)", 'dprediction, "tanh")'),
            ('"activation": activation', '"activation": "tanh"'),
        ),
        ("activation_is_always_tanh",),
    ),
}

GROUPS = {
    "activations": ACTIVATIONS,
    "layers": LAYERS,
    "losses": LOSSES,
    "network": NETWORK,
    "normalization": NORMALIZATION,
    "minibatches": MINIBATCHES,
    "optimizers": OPTIMIZERS,
    "initialization": INITIALIZATION,
    "training": TRAINING,
}
MISTAKES = {
    f"{group}: {label}": mistake
    for group, mistakes in GROUPS.items()
    for label, mistake in mistakes.items()
}
