"""The tests of submissions in confined workers."""
