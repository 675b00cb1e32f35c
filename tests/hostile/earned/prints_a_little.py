"""Print a line at every call, as one does while looking for a mistake."""

import logging
import sys

import numpy as np

logging.basicConfig(level=logging.DEBUG)


def mean_squared_error(prediction, target):
    print("prediction", prediction.shape, flush=True)
    logging.getLogger(__name__).debug("target %s", target.shape)
    return np.mean((prediction - target) ** 2)


def mean_squared_error_gradient(prediction, target):
    sys.stderr.write("\x1b[31mgradient\x1b[0m\n")
    return 2.0 * (prediction - target) / prediction.size
