"""End the process while it imports this file."""

import os

os._exit(0)
