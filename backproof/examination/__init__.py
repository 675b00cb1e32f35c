"""Examination of a student's tests by right and wrong implementations."""
