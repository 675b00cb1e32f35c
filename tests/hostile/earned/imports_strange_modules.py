"""Import much of the standard library, and what is not there with a fallback; compute rightly."""

import asyncio
import ctypes
import http.client
import multiprocessing
import pickle
import socket
import sqlite3
import subprocess

import numpy as np

try:
    import torch as library
except ImportError:
    library = np
used = (asyncio, ctypes, http.client, multiprocessing, pickle, socket, sqlite3, subprocess)


def mean_squared_error(prediction, target):
    return np.mean((prediction - target) ** 2)


def mean_squared_error_gradient(prediction, target):
    return 2.0 * (prediction - target) / prediction.size
