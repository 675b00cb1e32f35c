"""Run the command line and kill it in the middle of its work with the store of results.

    python -m tests.support.killed_run STATEMENT NUMBER ARGUMENT ...

The process sends itself SIGKILL just before SQLite executes the statement:

``INSERT`` the one that writes the NUMBER-th result,
``COMMIT`` the one that ends the transaction of the NUMBER-th result,
``NEXT`` the first one after the NUMBER-th result has been saved.
"""

import os
import signal
import sqlite3
import sys

from backproof.cli import main


class Killer:
    """Counts the results that are written, and kills this process at one of them."""

    def __init__(self, statement, number):
        self._statement, self._number = statement, number
        self._written = self._saved = 0

    def __call__(self, statement):
        """Look at a statement that SQLite is about to execute."""
        word = statement.split()[0]
        if word == "INSERT" and statement.startswith("INSERT INTO results"):
            self._written += 1
            self._kill_if(self._statement == "INSERT" and self._written == self._number)
        elif word == "COMMIT":
            self._kill_if(self._statement == "COMMIT" and self._written == self._number)
            self._saved = self._written
        else:
            self._kill_if(self._statement == "NEXT" and self._saved == self._number)

    @staticmethod
    def _kill_if(condition):
        if condition:
            os.kill(os.getpid(), signal.SIGKILL)


def run(statement, number, *arguments):
    """Run the command line with these arguments."""
    killer, connect = Killer(statement, int(number)), sqlite3.connect

    def traced(*args, **keywords):
        database = connect(*args, **keywords)
        database.set_trace_callback(killer)
        return database

    sqlite3.connect = traced
    main(arguments, prog_name="backproof")


if __name__ == "__main__":
    run(*sys.argv[1:])
