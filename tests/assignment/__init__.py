"""Tests of ``backproof.assignment``."""
