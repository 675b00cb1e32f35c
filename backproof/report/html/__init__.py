"""HTML pages for a student and for a class."""
