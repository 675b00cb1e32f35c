"""Find the known mistake that behaves like a submission."""
