"""The interface has what an assignment needs, and costs little to import."""

import json
import subprocess
import sys

import backproof.testing
from tests.conftest import ROOT

_LOADED = "import backproof.testing, json, sys; print(json.dumps(sorted(sys.modules)))"


def test_importing_loads_no_costly_library():
    """Misconceptions import it in every grader, also where no property needs statistics."""
    command = [sys.executable, "-c", _LOADED]
    process = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    loaded = json.loads(process.stdout)
    assert "backproof.testing.assertions" in loaded
    assert not {"scipy", "matplotlib", "hypothesis"} & set(loaded)


def test_all_names_exist_and_are_documented():
    """An author finds out by ``help`` what a name is for."""
    for name in set(backproof.testing.__all__) - {"TOLERANCE"}:
        assert getattr(backproof.testing, name).__doc__
