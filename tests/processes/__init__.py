"""Tests of ``backproof.processes``."""
