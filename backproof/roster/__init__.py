"""A class on disk: who handed in what."""
