"""The process that runs a student's code."""
