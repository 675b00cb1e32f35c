"""Change what can be changed in an interpreter: limits, collector, random seeds, error states."""

import contextlib
import gc
import locale
import os
import random
import sys
import threading
import warnings

import numpy as np

sys.setrecursionlimit(10_000)
sys.set_int_max_str_digits(640)
sys.setswitchinterval(10.0)
threading.stack_size(1 << 20)
gc.disable()
gc.freeze()
random.seed(0)
np.random.seed(0)
np.seterr(all="raise")
np.set_printoptions(precision=1)
warnings.simplefilter("error")
os.environ.clear()
for change in (lambda: locale.setlocale(locale.LC_ALL, "C"), lambda: os.chdir("/")):
    with contextlib.suppress(OSError, locale.Error):
        change()


def mean_squared_error(prediction, target):
    return np.mean((prediction - target) ** 2)


def mean_squared_error_gradient(prediction, target):
    return 2.0 * (prediction - target) / prediction.size
