"""Archives: an autograder for Gradescope and a handout for students."""
