"""Grades: the outcomes of properties, the points, and the students who earned them."""
