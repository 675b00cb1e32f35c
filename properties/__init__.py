"""What must be true of an implementation of the lecture: one file of properties per unit."""
