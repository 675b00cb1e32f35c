"""The strength of properties as a document: kill rates, survivors, and wrong records."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict
from typing import Any

from backproof.mutation.measure import Strength
from backproof.mutation.trial import EQUIVALENT, KILLED, REFUSED_ONLY, SURVIVED, Verdict

# The row of the files that are no unit.
HELPERS = "helpers"


def document_of(strength: Strength) -> dict[str, Any]:
    """Return the results as plain data, the content of ``--json``.

    Helper files have a row of their own, and do not count in the total.
    """
    verdicts = strength.verdicts
    return {
        "tried": len(verdicts),
        "mutants": strength.total,
        "seconds": strength.seconds,
        "total": _counts(verdict for verdict in verdicts if verdict.mutant.unit),
        "units": _rows(verdicts, "unit", lambda verdict: verdict.mutant.unit or HELPERS),
        "functions": _rows(verdicts, "function", lambda verdict: verdict.mutant.function),
        "survivors": [_entry(verdict) for verdict in strength.survivors],
        "equivalent": [_entry(verdict) for verdict in verdicts if verdict.status == EQUIVALENT],
        "ended": [_entry(verdict) for verdict in verdicts if verdict.ending],
        "problems": strength.problems,
    }


def lines_of(document: Mapping[str, Any]) -> Iterator[str]:
    """Yield the lines that the command line prints."""
    width = max((len(row["function"]) for row in document["functions"]), default=0)
    for unit in document["units"]:
        yield _row_line(unit["unit"], unit, width + 2)
        for row in document["functions"]:
            if row["unit"] == unit["unit"]:
                yield _row_line(f"  {row['function']}", row, width + 2)
    for survivor in document["survivors"]:
        yield ""
        yield from survivor_lines(survivor)
    yield ""
    yield from (f"problem: {problem}" for problem in document["problems"])
    total = document["total"]
    tried = f"{document['tried']} of {document['mutants']} mutants in {document['seconds']:g} s"
    yield f"{tried}: {_summary(total)}"


def survivor_lines(survivor: Mapping[str, Any]) -> Iterator[str]:
    """Yield the place of a survivor, its difference in two lines, and the nearest properties."""
    yield f"{survivor['file']}:{survivor['line']}  {survivor['function']}, {survivor['operator']}"
    yield f"- {survivor['before']}"
    yield f"+ {survivor['after']}"
    near = survivor["nearest"]
    if not near:
        yield "  no property uses this function"
    elif not near[0]["difference"]:
        names = ", ".join(each["property"] for each in near)
        yield f"  no property sees a difference; these use the function: {names}"
    else:
        seen = (each for each in near if each["difference"])
        named = (f"{each['property']} (saw {each['difference']:.1g})" for each in seen)
        yield f"  nearest: {', '.join(named)}"


def _row_line(name: str, row: Mapping[str, Any], width: int) -> str:
    return f"{name:<{width}}  {_summary(row)}"


def _summary(row: Mapping[str, Any]) -> str:
    decided = row["killed"] + row["survived"]
    rate = f"{100 * row['rate']:5.1f} %" if decided else "      –"
    others = [
        f"{row[key]} {words}"
        for key, words in (("equivalent", "equivalent"), ("refused", "in refused input only"))
        if row[key]
    ]
    beside = f"  (besides {', '.join(others)})" if others else ""
    return f"{rate}  {row['killed']} of {decided} killed{beside}"


def _rows(verdicts: Sequence[Verdict], name: str, key: Any) -> list[dict[str, Any]]:
    names = dict.fromkeys(map(key, verdicts))
    rows = []
    for each in names:
        own = [verdict for verdict in verdicts if key(verdict) == each]
        unit = {"unit": own[0].mutant.unit or HELPERS}
        rows.append({**unit, name: each, **_counts(own)})
    return rows


def _counts(verdicts: Iterable[Verdict]) -> dict[str, Any]:
    statuses = [verdict.status for verdict in verdicts]
    killed, survived = statuses.count(KILLED), statuses.count(SURVIVED)
    return {
        "killed": killed,
        "survived": survived,
        "equivalent": statuses.count(EQUIVALENT),
        "refused": statuses.count(REFUSED_ONLY),
        "rate": killed / (killed + survived) if killed + survived else None,
    }


def _entry(verdict: Verdict) -> dict[str, Any]:
    mutant = verdict.mutant
    return {
        **asdict(mutant.key),
        "file": f"reference/{mutant.path}",
        "line": mutant.line,
        "nearest": [{"property": name, "difference": size} for name, size in verdict.nearest],
        "reason": verdict.reason,
        "killer": verdict.killer,
        "ending": verdict.ending,
    }
