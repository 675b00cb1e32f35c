#!/usr/bin/env bash
# Gradescope runs this once, as root, when it builds the image. It installs Backproof into a Python
# environment outside source/ that every user can read, because submissions run as other users.
# All packages are in wheels/; Python itself must be in the image.
set -euo pipefail
umask 022
ROOT=${AUTOGRADER_ROOT:-/autograder}
python=python@PYTHON@

if ! "$python" -c 'import venv'; then
    echo "This image has no $python: choose one that has, or pack with --python." >&2
    exit 1
fi

cd "$ROOT/source"
"$python" -m venv --clear --without-pip "$ROOT/venv"
pip=(wheels/pip-*.whl)
"$ROOT/venv/bin/python" "${pip[0]}/pip" install --no-index --find-links wheels \
    --constraint constraints.txt --requirement requirements.txt wheels/backproof-*.whl
