"""Version of Backproof and where it is installed."""

from __future__ import annotations

from pathlib import Path

__version__ = "0.1.0"

# The package itself, and the folder that it is imported from.
PACKAGE = Path(__file__).resolve().parent
INSTALL_ROOT = PACKAGE.parent
