"""Exit codes of the command line; 0 is success."""

from __future__ import annotations

# The submission or the assignment has faults.
NOT_ALL_RIGHT = 1
# An argument or an input file cannot be used.
BAD_INPUT = 2
# A fault of the grader kept something from being graded.
GRADER_FAULT = 3
# The user pressed Ctrl-C: 128 + SIGINT, as shells report it.
INTERRUPTED = 130
