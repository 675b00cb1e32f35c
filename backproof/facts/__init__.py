"""State facts: what holds in all recorded cases of a failed property."""
