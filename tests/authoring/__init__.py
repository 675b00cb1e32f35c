"""Tests of ``backproof.authoring``."""
