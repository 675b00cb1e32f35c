"""What tests may import of ``backproof.testing``."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from types import ModuleType

_NAME = "backproof.testing"


def offer_only(names: Sequence[str]) -> None:
    """Let ``backproof.testing`` have some of its names, or of its modules, and no others.

    The engine's own modules have what they need of it already.

    Args:
        names: The names.

    """
    whole = sys.modules[_NAME]
    offered = ModuleType(_NAME, whole.__doc__)
    offered.__path__ = []
    for name in list(sys.modules):
        if name.startswith(f"{_NAME}.") and name.removeprefix(f"{_NAME}.") not in names:
            del sys.modules[name]
    for name in names:
        if hasattr(whole, name):
            setattr(offered, name, getattr(whole, name))
    sys.modules[_NAME] = offered
    sys.modules["backproof"].testing = offered  # type: ignore[attr-defined]  # as imports set it
