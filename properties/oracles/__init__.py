"""The right answers, the slow way: explicit loops and differences, a module per unit."""
