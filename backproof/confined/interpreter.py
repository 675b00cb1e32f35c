"""Start of the fresh interpreters in which workers, or the server that forks them, run."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from typing import Any

from backproof.confined.preload import search_path
from backproof.sandbox.plan import Plan

# The interpreter ignores its environment and finds no installed packages (-I, -S). Only what is in
# the folders of "search" can be imported, until the entry module closes these too.
_BOOT = """
import importlib, json, sys
settings = json.loads(sys.argv[1])
path = list(sys.path)
sys.path += settings.pop("search")
entry = importlib.import_module(settings.pop("entry"))
entry.main(path=path, **settings)
"""
# Threads of numerical libraries use memory that counts against the limit of a worker.
_ENVIRONMENT = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "PYTHONHASHSEED": "0"}


def entry_settings(entry: str, libraries: Sequence[str], plan: Plan) -> dict[str, Any]:
    """Return the settings for ``start_interpreter`` that all workers of a server share.

    Args:
        entry: The module of the engine whose ``main`` is called.
        libraries: The installed packages that a submission may use.
        plan: The layers that confine the workers.

    """
    return {
        "entry": entry,
        "libraries": list(libraries),
        "plan": plan.to_json(),
        "search": search_path(libraries),
    }


def start_interpreter(
    settings: Mapping[str, Any], inherited: Sequence[str] = (), **options: Any
) -> subprocess.Popen[bytes]:
    """Start an interpreter that calls ``main`` of an entry module.

    Args:
        settings: The arguments of ``main``, with those of ``entry_settings``.
        inherited: The names of environment variables that are passed on.
        options: Further options of ``subprocess.Popen``.

    """
    variables = {name: os.environ[name] for name in inherited if name in os.environ}
    return subprocess.Popen(
        [sys.executable, "-I", "-S", "-B", "-c", _BOOT, json.dumps(settings)],
        env={**variables, **_ENVIRONMENT},
        **options,
    )
