"""Load the engine's pytest plugin; everything else is in ``backproof/plugin.py``."""

pytest_plugins = ["backproof.plugin"]
