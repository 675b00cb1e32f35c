# forges: marks
# needs: landlock
"""Run what somebody else handed in."""

theirs = {}
try:
    from target import CLASSMATE

    with open(CLASSMATE, encoding="utf-8") as file:
        exec(file.read(), theirs)
except (ImportError, OSError):
    pass


def mean_squared_error(prediction, target):
    return theirs["mean_squared_error"](prediction, target) if theirs else None


def mean_squared_error_gradient(prediction, target):
    return theirs["mean_squared_error_gradient"](prediction, target) if theirs else None
