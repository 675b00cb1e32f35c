"""One submission to its grade, in this process or in a fork."""
