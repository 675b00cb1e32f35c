"""Tests of the assignment: its strategies, its statistics, and correct code in other styles."""
