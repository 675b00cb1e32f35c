"""Defaults of a student's parameters that are not the required ones."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from backproof.intake.reader import SubmittedFiles
from backproof.submission.base import Call

# A longer head of a function is not read: the text may be anything.
_MAX_CHARACTERS = 2_000


def wrong_defaults(
    submitted: SubmittedFiles,
    calls: Sequence[Call],
    parameters_of: Callable[[str], Mapping[str, Any]],
) -> list[str]:
    """Return a sentence for each default that some calls used, and that is not the required one.

    Args:
        submitted: The files of the submission.
        calls: The calls of a failed case.
        parameters_of: Returns the parameters of a function, in order, with the required defaults;
            ``...`` for those without.
    """
    said = []
    for call in calls:
        parameters = parameters_of(call.function)
        unit, _, name = call.function.partition(".")
        for parameter, value in _differing(_text_of(submitted, unit), name, parameters):
            position = [*parameters].index(parameter)
            if position >= len(call.arguments) and parameter not in call.keywords:
                needed = parameters[parameter]
                said.append(f"{name}'s default {parameter} is {value!r}, required {needed!r}")
    return [*dict.fromkeys(said)]


def _text_of(submitted: SubmittedFiles, unit: str) -> str:
    source = submitted.file_of(unit)
    if source is None:
        return ""
    return "\n".join(text for _, text in source.cells) if source.cells else source.text


def _differing(text: str, function: str, required: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """Yield the parameters of a function with their defaults, where these differ."""
    heads = re.findall(rf"^def {re.escape(function)}\(", text, re.MULTILINE)
    if len(heads) != 1:  # which definition counts is not certain
        return
    start = text.index(heads[0])
    head = re.match(r"[^#]*?\)[^:()#]*:", text[start : start + _MAX_CHARACTERS])
    try:
        node = ast.parse(f"{head[0]} pass").body[0] if head else None
        if not isinstance(node, ast.FunctionDef):
            return
        arguments = node.args
        names = [each.arg for each in (*arguments.posonlyargs, *arguments.args)]
        pairs = list(zip(reversed(names), reversed(arguments.defaults), strict=False))
        pairs += [
            (each.arg, value)
            for each, value in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True)
            if value is not None
        ]
        defaults = {name: ast.literal_eval(value) for name, value in pairs}
    except (SyntaxError, ValueError, TypeError, MemoryError, RecursionError):
        return
    for name, value in required.items():
        is_number = isinstance(value, int | float) and isinstance(defaults.get(name), int | float)
        if is_number and defaults[name] != value:
            yield name, defaults[name]
