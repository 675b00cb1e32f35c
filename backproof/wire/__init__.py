"""Frames of numbers and arrays between grader and worker; neither side trusts the other."""
