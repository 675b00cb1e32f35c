"""Leave threads behind that never end, and compute in others."""

import threading
from concurrent.futures import ThreadPoolExecutor

import numpy as np

for _ in range(3):
    threading.Thread(target=threading.Event().wait).start()
pool = ThreadPoolExecutor(2)


def mean_squared_error(prediction, target):
    return pool.submit(np.mean, (prediction - target) ** 2).result()


def mean_squared_error_gradient(prediction, target):
    return pool.submit(np.multiply, prediction - target, 2.0 / prediction.size).result()
