"""Tests of ``backproof.watch``."""
