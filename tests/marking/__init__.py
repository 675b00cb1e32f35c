"""Tests of ``backproof.marking``."""
