"""The same object with the student's code in confined worker processes: the grader's side."""
