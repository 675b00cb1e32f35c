"""Tests of ``backproof.facts``."""
