"""Tests of Xavier's weights: one of them asks for more than the contract."""

import numpy as np


def test_xavier_has_tails(submission):
    """The weights of a normal distribution go beyond 2.5 standard deviations."""
    W = np.asarray(submission.initialization.xavier(64, 64, np.random.default_rng(1)))
    assert np.max(np.abs(W)) > 2.5 / np.sqrt(64)


def test_xavier_has_its_variance(submission):
    """The variance is 1 / n_in."""
    W = np.asarray(submission.initialization.xavier(16, 256, np.random.default_rng(2)))
    assert 0.9 / 16 < np.var(W) < 1.1 / 16
