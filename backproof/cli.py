"""The command line: what there is, and nothing else; the commands are in ``commands/``."""

from __future__ import annotations

import click

import backproof
from backproof.commands.author import template, validate
from backproof.commands.check import check
from backproof.commands.grade import grade
from backproof.commands.pack import pack


@click.group()
@click.version_option(backproof.__version__)
def main() -> None:
    """Check code for the lecture "Optimizing neural networks" against what must be true of it."""


for command in (check, grade, template, validate, pack):
    main.add_command(command)
