"""The smallest failing case, written as a program."""
