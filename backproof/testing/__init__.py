"""Everything that the author of an assignment imports."""
