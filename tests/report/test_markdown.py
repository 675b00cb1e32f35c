"""GitHub's job summary, read by a Markdown parser."""

import html
import re

from markdown_it import MarkdownIt

from backproof.report.platforms import markdown
from backproof.report.text import visible
from tests.support.report_examples import HOSTILE, TITLE, grade, hostile, incomplete, outcome

_OURS = re.compile(r"<details><summary>[^<>]*</summary>|</details>")


def parsed(made, title=TITLE):
    """Render and parse; require that all HTML is ours, without links or images."""
    report = markdown.render(made, title)
    tokens = MarkdownIt("commonmark").enable("table").parse(report)
    for token in [token for block in tokens for token in (block, *(block.children or ()))]:
        assert token.type not in ("html_inline", "link_open", "image")
        if token.type == "html_block":
            assert _OURS.fullmatch(token.content.strip())
    return report, tokens


def contents(tokens, kind):
    """Return the contents of the tokens of one kind."""
    return [token.content for token in tokens if token.type == kind]


def words(token):
    """Return the text of an inline token as a reader sees it."""
    return "".join(child.content for child in token.children)


def test_the_table_has_a_row_for_each_unit():
    """A reader sees the whole grade before any failure."""
    _, tokens = parsed(grade())
    cells = [words(cell) for cell in tokens if cell.type == "inline" and cell.level == 4]
    assert cells[:4] == ["unit", "points", "passed", "failed"]
    assert cells[7:13] == ["activations", "2.5/4", "1", "1", "", ""]
    assert cells[14:20] == ["layers", "0.33/4.33", "1", "", "1", "1"]


def test_failures_are_folded_with_message_and_case():
    """A long list must stay readable: only failures are explained, and collapsed."""
    report, tokens = parsed(grade())
    folded = [html.unescape(text) for text in contents(tokens, "html_block") if "summary" in text]
    assert len(folded) == 2
    assert "✗ f in activations: Rule 2 of activations holds." in folded[0]
    fences = contents(tokens, "fence")
    assert fences[0].startswith("returned: h = 1\nrequired: h = 0\n")
    assert fences[1].startswith("import numpy as np\n")
    assert "2\\.83 of 8\\.33 points" in report


def test_hostile_text_stays_in_its_fence():
    """Text of a student must not become a heading, a link or HTML of the summary."""
    _, tokens = parsed(hostile())
    fences = contents(tokens, "fence")
    assert fences[0].count(visible(HOSTILE)) == 1
    assert fences[1] == f"{visible(HOSTILE)}\n"
    assert any("note: " in fence and "<script>" in fence for fence in fences)


def test_a_fence_is_longer_than_any_in_the_text():
    """A run of backticks in a message must not close the fence around it."""
    for length in (3, 4, 30):
        text = f"{'`' * length}\n# not a heading\n{'`' * length}"
        _, tokens = parsed(grade(outcome(message=text, case=None, diagnosis=None)))
        assert contents(tokens, "fence")[0] == f"{text}\n"


def test_titles_sentences_and_units_are_text():
    """Pipes, HTML and line breaks outside of fences would break the table."""
    hostile_line = "a|b <b>x</b> [l](u) ![i](u) `c` *e* \n# h &amp; </summary>"
    made = grade(outcome(unit=hostile_line, sentence=hostile_line))
    _, tokens = parsed(made, hostile_line)
    shown = " ".join(hostile_line.split())
    inline = [words(token) for token in tokens if token.type == "inline"]
    assert inline[0] == shown
    assert shown in inline[1:]
    assert len([token for token in tokens if token.type == "heading_open"]) == 1


def test_a_grade_with_a_part_not_graded_shows_no_total():
    """A partial sum would look like a bad grade, and the student is not at fault."""
    report, tokens = parsed(incomplete())
    assert "Not graded\\: 1 of 3 properties" in report
    assert "?/4" in [words(token) for token in tokens if token.type == "inline"]
    assert "points**" not in report
    assert "a fault of the grader, not of your code" in contents(tokens, "fence")[0]


def test_the_summary_is_never_too_long():
    """GitHub drops a summary that is too long as a whole."""
    long = [outcome(number, message="😀" * 9_000, case="`" * 9_000) for number in range(100)]
    report, tokens = parsed(grade(*long))
    assert len(report.encode()) <= 900_000
    shown = len([text for text in contents(tokens, "html_block") if "<summary>" in text])
    left_out = int(re.search(r"\*\*(\d+) more are left out", report)[1])
    assert shown > 10
    assert shown + left_out == 100 + 1  # the note is left out, too


def test_summaries_can_be_appended():
    """Other commands of the step write to the same file."""
    report = markdown.render(grade(), TITLE)
    tokens = MarkdownIt("commonmark").enable("table").parse(report + report)
    assert len([token for token in tokens if token.type == "heading_open"]) == 2
