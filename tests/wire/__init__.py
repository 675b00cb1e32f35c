"""Tests of ``backproof.wire``."""
