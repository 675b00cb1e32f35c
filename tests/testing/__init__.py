"""Tests of ``backproof.testing``, which authors of assignments import."""
