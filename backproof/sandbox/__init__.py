"""Operating-system confinement of a process (Linux)."""
