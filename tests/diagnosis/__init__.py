"""Tests of ``backproof.diagnosis``."""
