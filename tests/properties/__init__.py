"""Tests of the assignment: its strategies, and correct code in other styles."""
