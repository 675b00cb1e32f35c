"""The HTML page of a class: scores, failures, named mistakes and an item analysis."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TextIO

from backproof.grades.outcomes import MARKS, STATUSES
from backproof.grades.results import Result
from backproof.report.class_statistics import Rule
from backproof.report.html.class_data import LETTERS, ClassData
from backproof.report.html.class_pictures import histogram, property_map
from backproof.report.html.item_analysis import WEAK, Item
from backproof.report.html.pages import render_page
from backproof.report.html.similar_page import Pair, labelled
from backproof.report.text import one_line, visible


def write(
    results: Iterable[Result],
    out: TextIO,
    title: str,
    *,
    pages: str = "",
    made: str = "",
    equal: Sequence[Sequence[str]] = (),
    similar: Sequence[Pair] | None = None,
) -> None:
    """Write the page; see ``render``."""
    out.write(render(results, title, pages=pages, made=made, equal=equal, similar=similar))


def render(
    results: Iterable[Result],
    title: str,
    *,
    pages: str = "",
    made: str = "",
    equal: Sequence[Sequence[str]] = (),
    similar: Sequence[Pair] | None = None,
) -> str:
    """Return the page. It is for instructors, so it shows hidden properties too.

    Args:
        results: The results, one for each student or group.
        title: The assignment's title.
        pages: The folder of the students' pages, beside this one; empty if there are none.
        made: When the page is made, as text.
        equal: Groups of names of equal submissions by different students.
        similar: Pairs of similar modules, whose page is beside this one; ``None`` if the code was
            not compared.

    Raises:
        UserError: Jinja is not installed.

    """
    data = ClassData(pages)
    for result in results:
        data.add(result)
    items, analysed = data.items()
    rows = [_item_row(rule, items[rule.property]) for rule in data.rules]
    heads = ["points", "%", *map(one_line, data.units)]
    return render_page(
        "class",
        "class",
        title=one_line(title),
        data=data,
        statistics=data.statistics,
        histogram=histogram(data.statistics.shares),
        map=property_map(data.graded, data.rules),
        map_details=_map_details(data),
        student_columns=[("student", ""), *((head, "number") for head in heads)],
        items=sorted(rows, key=lambda row: -(row["rate"] or 0)),
        analysed=analysed,
        functions=_function_rows(data),
        weak=WEAK,
        legend=[(status, MARKS[status]) for status in STATUSES],
        not_graded=[entry for entry in data.entries if entry.problem and not entry.absent],
        absent=[entry for entry in data.entries if entry.absent],
        made=one_line(made),
        equal=[[data.names.get(name, one_line(name)) for name in group] for group in equal],
        similar=None if similar is None else labelled(similar, data.names),
    )


def _item_row(rule: Rule, item: Item) -> dict[str, object]:
    return {
        "unit": one_line(rule.unit),
        "sentence": one_line(rule.sentence) or one_line(rule.property),
        "property": one_line(rule.property),
        "started": rule.started,
        "rate": 1 - rule.passed / rule.started if rule.started else None,
        "item": item,
        "remark": _remark(item),
    }


def _function_rows(data: ClassData) -> list[dict[str, object]]:
    """Return a row for each function, those that lost the largest share of their points first."""
    items = data.function_items().items()
    return [
        {"function": one_line(name), "points": data.max_points[name], "item": item}
        for name, item in sorted(items, key=lambda pair: pair[1].difficulty or 0.0)
    ]


def _remark(item: Item) -> str:
    """Return a remark on an item; words, because not everyone can tell colours apart."""
    if item.discrimination is None:
        return "the same for everyone"
    if item.discrimination < 0:
        return "those who do well otherwise do worse here"
    return "hardly tells students apart" if item.discrimination < WEAK else ""


def _map_details(data: ClassData) -> dict[str, object]:
    """Return what the page's script displays for a cell of the map."""
    names = [rule.property for rule in data.rules]
    return {
        "students": [visible(entry.name) for entry in data.graded],
        "links": [entry.link for entry in data.graded],
        "rules": [[one_line(r.unit), one_line(r.sentence) or r.property] for r in data.rules],
        "rows": [entry.row(names) for entry in data.graded],
        "statuses": {letter: status for status, letter in LETTERS.items()},
    }
