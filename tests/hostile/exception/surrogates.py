"""Raise a message that no encoding takes."""


def mean_squared_error(prediction, target):
    raise ValueError("\udc80\ud800 half a character")


def mean_squared_error_gradient(prediction, target):
    raise type("Odd\udcff", (Exception,), {})("\ud83d")
