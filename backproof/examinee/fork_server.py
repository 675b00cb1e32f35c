"""Server that forks the workers of examinations, with pytest and Hypothesis in memory."""

from __future__ import annotations

import importlib
import os
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from hypothesis.internal.conjecture import providers

from backproof.examinee.server import serve
from backproof.examinee.session import in_session, warm_up
from backproof.worker import fork_server

# What pytest and Hypothesis import late: a worker could not read the files.
_LATE = (
    "_hypothesis_pytestplugin",
    "hypothesis.extra.numpy",
    "hypothesis.internal.conjecture.shrinker",
    "hypothesis.stateful",
    "hypothesis.strategies._internal.strategies",
)
_LATE_OF_LIBRARIES = {"scipy": ("scipy.special", "scipy.stats")}


def main(
    control: int, libraries: Sequence[str], plan: Mapping[str, Any], path: Sequence[str]
) -> None:
    """Serve until the process that examines ends.

    Args:
        control: The descriptor of the socket to it.
        libraries: The packages that tests may import, then the modules of helpers.
        plan: The layers that confine the workers, as ``Plan.to_json`` returns them.
        path: The search path for imports that is left: the standard library's.

    """
    os.environ["HYPOTHESIS_STORAGE_DIRECTORY"] = os.devnull
    helpers = [name for name in libraries if name.startswith("backproof.")]
    allowed = [name for name in libraries if name not in helpers]
    late = [name for each in allowed for name in _LATE_OF_LIBRARIES.get(each, ())]
    for name in (*helpers, *_LATE, *late):
        importlib.import_module(name)
    # Hypothesis also draws numbers that it reads in the modules of a submission, from files that it
    # keeps: the cases would depend on both.
    if hasattr(providers, "_get_local_constants"):
        providers._get_local_constants = type(providers._local_constants)
    warm_up()
    in_session(
        lambda session: fork_server.main(
            control, allowed, plan, path, partial(serve, session, allowed)
        )
    )
