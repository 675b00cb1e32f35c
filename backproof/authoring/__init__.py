"""Tools for assignment authors: kill matrix, case counts, figures."""
