"""Outcomes, points, and whose they are."""
