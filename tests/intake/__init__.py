"""Tests of ``backproof.intake``."""
