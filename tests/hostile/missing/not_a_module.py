"""Put an object in the place of the module that answers None to every question."""

import sys


class _Empty:
    def __getattr__(self, name):
        return None


sys.modules[__name__] = _Empty()
