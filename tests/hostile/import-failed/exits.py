"""Ask for the end of the program at import, with the status of success."""

raise SystemExit(0)
