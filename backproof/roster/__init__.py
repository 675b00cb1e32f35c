"""A class on disk: the attempts that were submitted, and the students who submitted them."""
