"""Refuse a report whose optional package is not installed."""

from __future__ import annotations

from importlib.util import find_spec

from backproof.errors import UserError


def require_package(package: str, format: str) -> None:
    """Refuse a report format if the package that it needs is not installed.

    Args:
        package: The package, by the name that it is imported by; empty if none is needed.
        format: The name of the report format, for the message.

    Raises:
        UserError: The package is not installed; the text says how to install it.

    """
    if package and find_spec(package) is None:
        raise UserError(
            f"the report format {format} needs {package}, which is not installed: "
            'pip install "backproof[reports]"'
        )
