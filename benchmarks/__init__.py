"""Measurements of the numbers that README and docs state: ``python -m benchmarks``."""
