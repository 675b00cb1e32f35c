"""Grades as text, pages, and platform formats."""
