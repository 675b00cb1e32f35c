"""Similar code in a class: what is shown as a hint, and what is not."""

import random

import pytest

pytest.importorskip("copydetect")

from backproof.classroom.similar_code import SimilarPair, pairs_of
from backproof.grades.results import Result, Student
from backproof.report.html import class_page, similar_page
from tests.conftest import backproof
from tests.support.classes import small_assignment
from tests.support.html_pages import parsed, require_policy

TEMPLATE = 'def total(values):\n    """Return the sum."""\n    raise NotImplementedError\n'


def written(seed, names="abcdefgh"):
    """Return a module of 12 functions, whose forms depend on the seed and whose names are given."""
    rng = random.Random(seed)
    x, y, i = names[0], names[1], names[2]
    forms = (
        f"    {y} = [{x} * {{k}} for {i} in range({{k}})]\n    return sum({y}) / len({y})\n",
        f"    while {x} > {{k}}:\n        {x} -= {{k}}\n        {y} = {x} ** 2\n    return {y}\n",
        f"    if {x}.size == {{k}}:\n        return {x}[{{k}}:]\n    return {x}.reshape({{k}})\n",
        f"    try:\n        {y} = float({x}[{{k}}])\n    except ValueError:\n        return None\n",
        f"    for {i}, {y} in enumerate({x}):\n        {x}[{i}] = {y} + {{k}}\n    return {x}\n",
        f"    return dict(zip({x}, map(abs, {x}[::{{k}}]))), {{k}}\n",
    )
    rows = [rng.choice(forms).format(k=rng.randrange(9)) for _ in range(12)]
    return "".join(f"def f{n}({x}, {y}):\n{row}\n" for n, row in enumerate(rows))


def test_renamed_code_is_similar_and_independent_code_is_not():
    """Names, comments and layout are what is changed first; the template is everybody's."""
    class_of = {f"s{n}": {"unit": TEMPLATE + written(n)} for n in range(8)}
    copied = "# mine\n" + TEMPLATE + written(3, names="pqrstuvw").replace("    ", "  ")
    pairs = pairs_of({**class_of, "copy": {"unit": copied}}, {"unit": TEMPLATE})
    assert [(pair.unit, set(pair.names)) for pair in pairs] == [("unit", {"s3", "copy"})]
    (pair,) = pairs
    texts = {
        name: "".join(text for text, _ in parts)
        for name, parts in zip(pair.names, pair.parts, strict=True)
    }
    assert texts == {"s3": class_of["s3"]["unit"], "copy": copied}
    assert all(any(shared for _, shared in parts) for parts in pair.parts)


def test_what_many_have_in_common_is_no_hint():
    """Half of a class may have taken a form from the lecture."""
    lecture = written(100)
    class_of = {f"s{n}": {"unit": lecture + f"\nx = {n}\n"} for n in range(8)}
    assert pairs_of(class_of, {}) == []


def test_equal_modules_are_listed_elsewhere():
    """Equal submissions have a list of their own."""
    assert pairs_of({"a": {"unit": written(1)}, "b": {"unit": written(1)}}, {}) == []


def test_pages_show_names_and_both_sources_and_no_number():
    """A score would be read as a verdict."""
    hostile = "x = '</code><script>alert(1)</script>'\n"
    pair = SimilarPair("unit", ("a", "b"), ([(hostile, True)], [("y = 1\n", False), ("z\n", True)]))
    results = [
        Result(name, (Student(name, who),), 1, name, None, "is damaged")
        for name, who in (("a", "Ada Lovelace"), ("b", "Ben Bit"))
    ]
    page = similar_page.render([pair], results, "Title")
    require_policy(parsed(page))
    assert "<script>alert" not in page
    assert page.count("<mark>") == 2
    assert "Ada Lovelace (a) and Ben Bit (b)" in page
    assert "%" not in page.partition("<main")[2].partition("<script")[0]
    linked = class_page.render(results, "Title", similar=[pair], equal=[("a", "b")])
    assert '<a href="similar.html#pair-1">unit: Ada Lovelace (a) and Ben Bit (b)</a>' in linked
    assert "<li>Ada Lovelace (a), Ben Bit (b)</li>" in linked


def test_without_a_folder_there_is_nowhere_to_write(tmp_path):
    """One line, before anything is graded."""
    refused = backproof("grade", tmp_path, "--similar")
    assert (refused.returncode, "--out" in refused.stderr) == (2, True)


@pytest.mark.exhaustive
def test_grade_compares_a_class(tmp_path):
    """The page is written beside the class page, which links to it."""
    folder = small_assignment(tmp_path / "assignment", "losses")
    for name, names in (("ada", "abcdefgh"), ("ben", "pqrstuvw"), ("cid", "abcdefgh")):
        (tmp_path / "class" / name).mkdir(parents=True)
        seed = 5 if name == "cid" else 1
        text = "import numpy as np\n\n" + written(seed, names)
        (tmp_path / "class" / name / "losses.py").write_text(text, "utf-8")
    options = ("--out", tmp_path / "out", "--format", "html", "--similar", "--profile", "quick")
    options += ("--confinement", "process", "--assignment", folder)
    graded = backproof("grade", tmp_path / "class", *options)
    assert graded.returncode == 0, graded.stderr
    assert "losses: ada and ben" in (tmp_path / "out" / "similar.html").read_text("utf-8")
    assert "similar.html#pair-1" in (tmp_path / "out" / "class.html").read_text("utf-8")
