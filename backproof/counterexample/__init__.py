"""The smallest failing case as a program, and its rerun."""
