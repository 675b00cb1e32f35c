"""Archives for others: an autograder for a course platform, a hand-out for students."""
