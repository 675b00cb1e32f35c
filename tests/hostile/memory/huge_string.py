# earns: something
"""Return a hundred megabytes of text, and one of bytes."""

TEXT, BYTES = "\N{SNOWMAN}" * 33_000_000, b"\x1b" * 1_000_000


def mean_squared_error(prediction, target):
    return TEXT


def mean_squared_error_gradient(prediction, target):
    return BYTES
