"""Raise at import what no ``except Exception`` catches."""


class _Unstoppable(BaseException):
    pass


raise _Unstoppable
