"""Final marks: the roster of a class, deadlines, and adjustments by staff."""
