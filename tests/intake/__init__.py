"""The tests of taking one submission in."""
