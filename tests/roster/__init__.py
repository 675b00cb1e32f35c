"""The tests of how the submissions of a class are found: the roster, and platforms' exports."""
