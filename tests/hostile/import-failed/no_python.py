"""Hand in text that is no Python, at the third line of something compiled."""

exec(compile("x = 1\n\ndef mean_squared_error(:\n", "losses.py", "exec"))
