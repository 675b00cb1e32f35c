"""Load the pytest plugin of Backproof."""

pytest_plugins = ["backproof.plugin"]
