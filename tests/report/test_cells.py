"""Cells of CSV files: no formulas, and equal after reading."""

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
    """Spreadsheets ignore white space, invisible characters and full width before a formula."""
    assert csv_cells.text(formula).startswith("'")
    assert csv_cells.text(formula)[1:].strip().endswith(formula[-1])


@pytest.mark.parametrize("text", ["", "Ada", "a=b", "1-2", "O'Neil", "'=1", "(1+1)", "«x»"])
def test_any_other_text_is_left_alone(text):
    """An unnecessary apostrophe would be part of the student's name."""
    assert csv_cells.text(text) == text


def test_numbers_of_our_own_are_left_alone():
    """A negative number must stay a number, and a missing one must not become 0."""
    assert csv_cells.number(-2.5) == "-2.5"
    assert csv_cells.number(0.0) == "0"
    assert csv_cells.number(None) == ""


def test_a_line_has_no_breaks():
    """A name with a line break must not look like two rows."""
    assert csv_cells.line("Ada\n Lovelace") == "Ada Lovelace"
    assert csv_cells.line("\n=1") == "'=1"


@given(value=texts())
def test_every_cell_is_read_back(value):
    """Quotes, commas and line breaks of a student must not move grades to other columns."""
    out = io.StringIO()
    row = [csv_cells.text(value), csv_cells.line(value), "end"]
    csv_cells.row_writer(out)(row)
    assert list(csv.reader(io.StringIO(out.getvalue(), newline=""))) == [row]
    assert "\x00" not in out.getvalue()
    assert not row[0].startswith(("=", "+", "-", "@", "\t", "\r", "\n"))


def test_a_hostile_text_behind_a_formula_is_one_cell():
    """The apostrophe disarms the formula only if the whole text stays in its cell."""
    cell = csv_cells.text(f"={HOSTILE}")
    assert cell.startswith("'=<script>")
    assert "\\x1b[31m" in cell
