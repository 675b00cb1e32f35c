"""Check a submission again at every save."""
