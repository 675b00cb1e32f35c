"""The command line: what there is, and nothing else; the commands are in ``commands/``."""

from __future__ import annotations

import os

import click

from backproof.about import __version__
from backproof.commands.author import template, validate
from backproof.commands.check import check
from backproof.commands.demo import demo
from backproof.commands.grade import grade
from backproof.commands.pack import pack
from backproof.commands.report import report


@click.group()
@click.version_option(__version__)
@click.option("--no-color", is_flag=True, help="Print without colors, as NO_COLOR does.")
def main(no_color: bool) -> None:
    """Check code for the lecture "Optimizing neural networks" against what must be true of it."""
    if no_color:
        os.environ["NO_COLOR"] = "1"  # all that prints looks there, in our processes as well


for command in (check, grade, template, validate, pack, demo, report):
    main.add_command(command)
