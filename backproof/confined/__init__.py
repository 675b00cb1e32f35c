"""Submission whose code runs in confined worker processes: the grader's side."""
