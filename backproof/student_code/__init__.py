"""Import a student's modules and call their functions, in the grader or in a worker."""
