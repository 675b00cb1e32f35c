# needs: seccomp
"""Run a shell command."""

import subprocess


def mean_squared_error(prediction, target):
    return float(subprocess.check_output(["/bin/sh", "-c", "echo 0"]))


def mean_squared_error_gradient(prediction, target):
    return subprocess.run(["/bin/true"], check=True).returncode * prediction
