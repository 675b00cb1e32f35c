"""Tests of ``backproof.submission``."""
