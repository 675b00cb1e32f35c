"""Tests of ``backproof.counterexample``."""
