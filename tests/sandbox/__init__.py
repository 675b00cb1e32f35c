"""Tests of ``backproof.sandbox``."""
