# needs: seccomp
"""Open a connection to somebody who listens."""

import socket

from target import PORT


def mean_squared_error(prediction, target):
    socket.create_connection(("127.0.0.1", PORT), timeout=0.2).send(prediction.tobytes())


def mean_squared_error_gradient(prediction, target):
    socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b"target", ("127.0.0.1", PORT))
