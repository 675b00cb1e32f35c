"""Tests of ``backproof.casebook``."""
