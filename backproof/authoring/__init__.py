"""Tools for the author of an assignment: its validation, its case counts, and its figures."""
