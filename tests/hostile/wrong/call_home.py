# needs: seccomp
"""Send the inputs to somebody who listens, by TCP, UDP and local sockets; be right if one went."""

import contextlib
import socket

import numpy as np

done = []
try:
    from target import LOCAL, PORT
except ImportError:
    PORT = None


def _send(text):
    if PORT is None:
        return
    stream, datagram = socket.SOCK_STREAM, socket.SOCK_DGRAM
    for family, kind, address in (
        (socket.AF_INET, stream, ("127.0.0.1", PORT)),
        (socket.AF_INET, datagram, ("127.0.0.1", PORT)),
        (socket.AF_INET, datagram, ("192.0.2.1", 9)),
        (socket.AF_INET6, datagram, ("2001:db8::1", 9)),
        (socket.AF_UNIX, stream, LOCAL),
        (socket.AF_UNIX, stream, "\0" + LOCAL),
        (socket.AF_NETLINK, datagram, (0, 0)),
        (socket.AF_VSOCK, stream, (2, 9)),
    ):
        with contextlib.suppress(OSError), socket.socket(family, kind) as channel:
            channel.settimeout(0.1)
            channel.connect(address)
            done.append(channel.send(text))
    with contextlib.suppress(OSError):
        done.extend(socket.socketpair())


_send(b"started")


def mean_squared_error(prediction, target):
    _send(repr(prediction).encode())
    return np.mean((prediction - target) ** 2) if done else None


def mean_squared_error_gradient(prediction, target):
    _send(repr(target).encode())
    return 2.0 * (prediction - target) / prediction.size if done else None
