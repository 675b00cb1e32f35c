# needs: rlimits
"""Keep all memory that there is and swallow the refusal, so that no reply can be made."""

kept = []


def mean_squared_error(prediction, target):
    for exponent in range(26, 3, -1):
        while True:
            try:
                kept.append(bytearray(1 << exponent))
            except MemoryError:
                break
    raise MemoryError


def mean_squared_error_gradient(prediction, target):
    return mean_squared_error(prediction, target)
