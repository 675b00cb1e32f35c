"""Have the compiler work on brackets, signs and blocks nested too deep for it."""

for source in ("(" * 150, "[" * 5000, "-" * 50_000 + "1", "a." * 100_000 + "a", "\0"):
    compile(source, "losses.py", "exec")
