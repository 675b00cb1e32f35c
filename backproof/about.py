"""The version of Backproof and the folders that it is installed in."""

from __future__ import annotations

from pathlib import Path

__version__ = "0.1.0"

# The folder of the package, and the folder that it is imported from.
PACKAGE = Path(__file__).resolve().parent
INSTALL_ROOT = PACKAGE.parent
