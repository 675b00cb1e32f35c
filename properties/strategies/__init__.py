"""Hypothesis strategies: the cases that the properties are tried on, a module per unit."""
