"""Tests of what the author of an assignment imports."""
