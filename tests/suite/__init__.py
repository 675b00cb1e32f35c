"""Tests of ``backproof.suite``."""
