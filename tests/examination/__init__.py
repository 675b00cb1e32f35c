"""Tests of ``backproof.grading``."""
