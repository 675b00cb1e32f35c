"""A training step of the reference, beside the same step in plain numpy."""

import itertools
import os
import statistics
import subprocess
import sys
import time

import numpy as np

from benchmarks.measure import ROOT
from reference import losses, network, optimizers

SIZES, ROWS, RATE = (784, 128, 64, 10), 32, 1e-3
STEPS, ROUNDS = 20, 15


def report():
    """Measure in a process whose libraries use one thread, as in a worker."""
    environment = {**os.environ, "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
    command = [sys.executable, "-c", f"from {__name__} import compare; compare()"]
    subprocess.run(command, cwd=ROOT, env=environment, check=True)


def compare():
    """Print the CPU time of a step of both, measured in turns, and the ratio of each pair."""
    rng = np.random.default_rng(0)
    X, Y = rng.standard_normal((ROWS, SIZES[0])), rng.standard_normal((ROWS, SIZES[-1]))
    starts = [
        (rng.standard_normal((n_out, n_in)) * n_in**-0.5, np.zeros(n_out))
        for n_in, n_out in itertools.pairwise(SIZES)
    ]
    steps = [_reference(starts), _plain(starts)]
    seconds = [[_timed(step, X, Y) for step in steps] for _ in range(ROUNDS + 1)][1:]
    ratios = [one / other for one, other in seconds]
    print(f"training step {'-'.join(map(str, SIZES))}, {ROWS} rows, Adam, float64")
    for name, times in zip(("reference", "plain numpy"), zip(*seconds, strict=True), strict=True):
        print(f"  {name:12} {1e3 * statistics.median(times):.2f} ms CPU (median of {ROUNDS})")
    low, *_, high = sorted(ratios)
    print(f"  reference ÷ plain numpy: {statistics.median(ratios):.2f} ({low:.2f} to {high:.2f})")


def _timed(step, X, Y):
    begin = time.process_time()
    for _ in range(STEPS):
        step(X, Y)
    return (time.process_time() - begin) / STEPS


def _reference(starts):
    parameters = [(W.copy(), b.copy()) for W, b in starts]
    states = [(optimizers.adam_init(W), optimizers.adam_init(b)) for W, b in parameters]

    def step(X, Y):
        prediction, cache = network.forward(parameters, X, "relu")
        losses.mean_squared_error(prediction, Y)
        dprediction = losses.mean_squared_error_gradient(prediction, Y)
        gradients = network.backward(parameters, cache, dprediction, "relu")
        for i in range(len(parameters)):
            moved = [
                optimizers.adam_step(theta, gradient, state, RATE)
                for theta, gradient, state in zip(
                    parameters[i], gradients[i], states[i], strict=True
                )
            ]
            parameters[i] = tuple(theta for theta, _ in moved)
            states[i] = tuple(state for _, state in moved)

    return step


def _plain(starts):
    """Return the step as somebody would write it who writes out the formulas."""
    parameters = [[W.copy(), b.copy()] for W, b in starts]
    moments = [[[np.zeros_like(p), np.zeros_like(p)] for p in layer] for layer in parameters]
    t = 0

    def step(X, Y):
        nonlocal t
        t += 1
        h, cache = X, []
        for number, (W, b) in enumerate(parameters):
            z = h @ W.T + b
            cache.append((z, h))
            h = np.maximum(z, 0.0) if number < len(parameters) - 1 else z
        np.mean((h - Y) ** 2)
        delta = 2.0 * (h - Y) / Y.size
        for number in reversed(range(len(parameters))):
            z, h_prev = cache[number]
            if number < len(parameters) - 1:
                delta = delta * (z > 0.0)
            gradients = delta.T @ h_prev, delta.sum(axis=0)
            delta = delta @ parameters[number][0]
            for part, gradient in enumerate(gradients):
                m, v = moments[number][part]
                m = 0.9 * m + 0.1 * gradient
                v = 0.999 * v + 0.001 * gradient**2
                moments[number][part] = [m, v]
                m_hat, v_hat = m / (1 - 0.9**t), v / (1 - 0.999**t)
                parameters[number][part] = parameters[number][part] - RATE * m_hat / np.sqrt(
                    v_hat + 1e-8
                )

    return step
