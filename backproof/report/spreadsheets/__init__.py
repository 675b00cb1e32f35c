"""Results of a class as CSV or JSON Lines, one module for each format."""
