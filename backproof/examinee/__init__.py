"""The process that runs a student's tests: it asks for each call of the code under test."""
