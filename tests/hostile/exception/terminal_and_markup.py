"""Raise a message that clears a terminal, opens a script and forges a line of a report."""

MESSAGE = "\x1b[2J\x1b]0;passed\x07\x9b2J\r\n::set-output score=100\n<script>alert(1)</script>"


def mean_squared_error(prediction, target):
    raise ValueError(MESSAGE + "\0\u202e\u2028")


def mean_squared_error_gradient(prediction, target):
    raise type("<b>\x1b[31m", (Exception,), {})(MESSAGE)
