"""Wait for a lock that the waiting thread itself holds."""

import threading

lock = threading.Lock()
lock.acquire()


def mean_squared_error(prediction, target):
    lock.acquire()


def mean_squared_error_gradient(prediction, target):
    lock.acquire()
