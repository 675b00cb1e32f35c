"""Tests of ``backproof.roster``."""
