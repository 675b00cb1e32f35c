"""Tests of ``backproof.commands``."""
