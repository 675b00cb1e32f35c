"""Name the known mistakes that behave exactly like a submission."""
