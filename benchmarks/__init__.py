"""Every number that the README and the docs state, measured: ``python -m benchmarks``."""
