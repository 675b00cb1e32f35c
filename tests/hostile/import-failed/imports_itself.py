"""Import itself, deleted, again and again."""

import sys

sys.modules.pop(__name__, None)
sys.modules.pop("losses", None)
import losses  # noqa: E402, F401
