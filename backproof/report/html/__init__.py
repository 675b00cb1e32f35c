"""HTML pages of one submission and of a class."""
