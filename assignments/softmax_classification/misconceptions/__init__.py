"""Frequent mistakes."""
