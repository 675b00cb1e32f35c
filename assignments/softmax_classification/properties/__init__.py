"""Rules that all correct code fulfils."""
