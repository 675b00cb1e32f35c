"""Tests of ``backproof.mutation``."""
