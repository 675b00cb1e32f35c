"""The command line: the group of all commands, each of which is imported when it is used."""

from __future__ import annotations

import os
from importlib import import_module

import click

from backproof.about import __version__
from backproof.processes.signs import spell_signs

# The module in ``commands`` and the summary of each command. Summaries are repeated here, so that
# ``backproof --help`` prints them without importing any command, pytest or numpy.
COMMANDS = {
    "adjust": ("adjust", "Decide about a student's points, or about the students in a CSV file."),
    "cases": ("cases", "Show the cases that a property draws."),
    "check": ("check", "Check one submission and report what is wrong and why."),
    "demo": ("demo", "Measure and draw what the lecture claims; without a NAME, list the demos."),
    "examine": ("examine", "Examine a student's tests by right and wrong implementations."),
    "grade": ("grade", "Grade a class, confined, and summarise the results."),
    "new": ("new", "Write a new assignment into the folder NAME."),
    "pack": ("pack", "Pack a zip file for a course platform, or for students."),
    "report": ("report", "Write reports of existing grades; nothing is graded again."),
    "template": ("author", "Write student_template/ from reference/: signatures and docstrings."),
    "validate": ("author", "Prove that the properties fail wrong code, and only wrong code."),
}


class LazyGroup(click.Group):
    """A group of commands that imports the module of a command on first use."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names of all commands."""
        return [*COMMANDS]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import and return a command; ``None`` if there is no command of that name."""
        if cmd_name not in COMMANDS:
            return None
        module = import_module(f"backproof.commands.{COMMANDS[cmd_name][0]}")
        command: click.Command = getattr(module, cmd_name)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the list of commands for ``--help`` without importing them."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, summary) for name, (_, summary) in COMMANDS.items()])


@click.group(cls=LazyGroup)
@click.version_option(__version__)
@click.option("--no-color", is_flag=True, help="Print without colors, as NO_COLOR does.")
def main(no_color: bool) -> None:
    """Check code against what must be true of it.

    The assignment is that of the current folder or of one above it, or the one that
    BACKPROOF_ASSIGNMENT names; else the one that comes with Backproof.
    """
    spell_signs()
    if no_color:
        # Rich reads this variable, in this process and in those that it starts.
        os.environ["NO_COLOR"] = "1"
