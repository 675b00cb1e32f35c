"""The right code."""
