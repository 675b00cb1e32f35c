# needs: landlock
"""Keep intermediate results on disk."""

from target import FOLDER, MARK


def mean_squared_error(prediction, target):
    prediction.tofile(f"{FOLDER}/{MARK}")


def mean_squared_error_gradient(prediction, target):
    prediction.tofile(f"/dev/shm/{MARK}")
