"""Class results as tables, one module a format."""
