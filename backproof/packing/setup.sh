#!/usr/bin/env bash
# Gradescope runs this once, as root, when it builds the image. It installs Backproof into a Python
# environment outside source/ that every user can read, because submissions run as other users.
set -euo pipefail
umask 022
export DEBIAN_FRONTEND=noninteractive
ROOT=${AUTOGRADER_ROOT:-/autograder}
python=python@PYTHON@

if ! "$python" -c 'import ensurepip, venv'; then
    apt-get update
    if ! apt-get install -y "$python-venv"; then
        # Ubuntu has one version of Python; this archive has the others.
        apt-get install -y software-properties-common
        add-apt-repository -y ppa:deadsnakes/ppa
        apt-get update
        apt-get install -y "$python-venv"
    fi
fi

cd "$ROOT/source"
"$python" -m venv --clear "$ROOT/venv"
"$ROOT/venv/bin/python" -m pip install --no-cache-dir \
    --constraint constraints.txt --requirement requirements.txt wheels/backproof-*.whl
