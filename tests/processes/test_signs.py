"""Signs on terminals whose encoding lacks them, and the files that Hypothesis keeps."""

import io
import sys

import pytest
from hypothesis import configuration
from rich.console import Console

from backproof.processes.signs import sign_text, spell_signs
from backproof.report.terminal.grade import print_grade
from tests.conftest import ROOT
from tests.support.report_examples import grade as example_grade

PRINTED = [
    file.read_text(encoding="utf-8")
    for folder in ("backproof", "properties", "misconceptions")
    for file in sorted((ROOT / folder).rglob("*.py"))
]
SIGNS = sorted({sign for text in PRINTED for sign in text if not sign.isascii()})


def written(monkeypatch, encoding, text):
    """Return what standard output receives of a text in an encoding."""
    stream = io.TextIOWrapper(io.BytesIO(), encoding=encoding)
    monkeypatch.setattr(sys, "stdout", stream)
    spell_signs()
    stream.write(text)
    stream.flush()
    return stream.buffer.getvalue().decode(encoding)


def test_every_sign_of_our_texts_is_spelled_in_words_or_signs():
    r"""Nothing that we print may end as ``?`` or ``\u2299``."""
    assert [sign for sign in SIGNS if "\\" in sign_text(sign) or "?" in sign_text(sign)] == []


@pytest.mark.parametrize(
    ("encoding", "expected"),
    [
        ("ascii", "ok  dW = sigma'(z) * deltaT >= 0... Bezier"),
        ("cp1252", "ok  dW = sigma'(z) * deltaT >= 0… Bézier"),
        ("utf-8", "✓  dW = σ'(z) ⊙ δT ≥ 0… Bézier"),
    ],
)
def test_only_signs_that_the_encoding_lacks_are_spelled(monkeypatch, encoding, expected):
    """A terminal of Windows shows the rest as it is."""
    assert written(monkeypatch, encoding, "✓  dW = σ'(z) ⊙ δT ≥ 0… Bézier") == expected


@pytest.mark.parametrize("sign", ["\ud800", "🙂", "漢"])
def test_any_text_of_a_student_can_be_printed(monkeypatch, sign):
    """A message may hold anything that a student's code contains."""
    assert written(monkeypatch, "ascii", sign).isascii()


@pytest.mark.parametrize("encoding", ["ascii", "cp1252", "cp437"])
def test_a_grade_is_printed_in_any_encoding(monkeypatch, encoding):
    """It was a traceback and exit code 1, and the files of --write were not written."""
    stream = io.TextIOWrapper(io.BytesIO(), encoding=encoding)
    monkeypatch.setattr(sys, "stdout", stream)
    spell_signs()
    print_grade(Console(), example_grade(), "Lecture", everything=True)
    stream.flush()
    assert "Lecture: somebody" in stream.buffer.getvalue().decode(encoding)


def test_nothing_is_left_in_the_folder_of_a_check():
    """A student does not know what .hypothesis/ is, and hands it in."""
    assert not configuration.storage_directory("constants").path.is_relative_to(ROOT)
