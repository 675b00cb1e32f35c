"""Cells of CSV files: inert in a spreadsheet, and read back as they were written."""

import csv
import io

import pytest
from hypothesis import given

from backproof.report.spreadsheets import csv_cells
from tests.support.report_examples import HOSTILE, texts


@pytest.mark.parametrize(
    "formula",
    [
        "=1+1",
        "+1",
        "-1",
        "@SUM(A1)",
        "\t=1",
        "\rx",
        "\nx",
        "  =1",
        "\u00a0=1",
        "\u3000=1",
        "\u200b=1",
        "\ufeff-1",
        "\x00=1",
        "＝1",
        "＋1",
        "－1",
        "＠x",
        "﹣1",
    ],
)
def test_a_text_that_begins_like_a_formula_gets_an_apostrophe(formula):
    """Also behind white space, behind what takes no space, and in full-width characters."""
    assert csv_cells.text(formula).startswith("'")
    assert csv_cells.text(formula)[1:].strip().endswith(formula[-1])


@pytest.mark.parametrize("text", ["", "Ada", "a=b", "1-2", "O'Neil", "'=1", "(1+1)", "«x»"])
def test_any_other_text_is_left_alone(text):
    """An apostrophe where none is needed would be shown to people."""
    assert csv_cells.text(text) == text


def test_numbers_of_our_own_are_left_alone():
    """A negative number is a number, and no number is an empty cell, never 0."""
    assert csv_cells.number(-2.5) == "-2.5"
    assert csv_cells.number(0.0) == "0"
    assert csv_cells.number(None) == ""


def test_a_line_has_no_breaks():
    """A name that holds a line break is one line, and a formula still none."""
    assert csv_cells.line("Ada\n Lovelace") == "Ada Lovelace"
    assert csv_cells.line("\n=1") == "'=1"


@given(value=texts())
def test_every_cell_is_read_back(value):
    """Quotes, commas, line breaks and control characters neither split nor join cells."""
    out = io.StringIO()
    row = [csv_cells.text(value), csv_cells.line(value), "end"]
    csv_cells.row_writer(out)(row)
    assert list(csv.reader(io.StringIO(out.getvalue(), newline=""))) == [row]
    assert "\x00" not in out.getvalue()
    assert not row[0].startswith(("=", "+", "-", "@", "\t", "\r", "\n"))


def test_a_hostile_text_behind_a_formula_is_one_cell():
    """All of it is in the cell, behind the apostrophe."""
    cell = csv_cells.text(f"={HOSTILE}")
    assert cell.startswith("'=<script>")
    assert "\\x1b[31m" in cell
