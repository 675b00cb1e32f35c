"""Tests of ``backproof.packing``."""
