"""Show that a change of the engine changes no grade.

``python -m benchmarks.same_grades record FILE`` grades the reference, the correct styles, the
examples and every ninth misconception, by ``check`` and by ``grade``, and writes their grades.
``python -m benchmarks.same_grades compare FILE`` does the same and prints every difference. Only
statuses, kinds, points and the names of mistakes are compared; messages, durations and versions
may differ.
"""

import json
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from benchmarks.measure import CORRECT, ROOT, backproof, styles

# 59 of the 525 misconceptions are graded.
STEP = 9
_HEADER = re.compile(r"^from backproof\.\S+ import .*\n", re.MULTILINE)
_FUTURE = "from __future__ import annotations\n"
_NO_DECORATORS = (
    "def misconception(*_, **__):\n    return lambda f: f\n\n\nvariant = spelling = misconception\n"
)
_MISCONCEPTION = re.compile(
    r"^@misconception\((?P<arguments>.*?)\)\ndef (?P<name>\w+)\(", re.MULTILINE | re.DOTALL
)


def grades():
    """Grade everything; return status, kind, points and mistakes of each outcome, by submission."""
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch) / "class"
        write_class(folder)
        results = {f"check {each.name}": _essence(backproof("check", each)) for each in _in(folder)}
        out = Path(scratch) / "out"
        command = [sys.executable, "-m", "backproof", "grade", folder, "--layout", "plain"]
        command += ["--out", out, "--format", "json"]
        subprocess.run(command, cwd=ROOT, capture_output=True, check=False)
        for file in sorted(out.rglob("*.json")):
            document = json.loads(file.read_text())
            results[f"grade {document['submission']}"] = _essence(document)
    return results


def write_class(folder):
    """Write the submissions, each into a folder of its own."""
    for style in styles():
        shutil.copytree(CORRECT / style, folder / f"correct-{style}")
    for example in _in(ROOT / "examples" / "submissions"):
        shutil.copytree(example, folder / f"example-{example.name}")
    shutil.copytree(ROOT / "reference", folder / "reference")
    mistakes = [
        (file.stem, match["name"], re.search(r'of="(\w+)"', match["arguments"])[1])
        for file in sorted((ROOT / "misconceptions").glob("[a-z]*.py"))
        for match in _MISCONCEPTION.finditer(file.read_text())
    ]
    for unit, name, function in mistakes[::STEP]:
        _write_mistake(folder / f"wrong-{unit}-{name}", unit, name, function)


def _write_mistake(folder, unit, name, function):
    """Write a submission that differs from the reference in one function."""
    shutil.copytree(ROOT / "reference", folder)
    # The misconceptions call the reference's other functions by the name of its package.
    shutil.copytree(ROOT / "reference", folder / "reference")
    mistakes = (ROOT / "misconceptions" / f"{unit}.py").read_text()
    mistakes = _HEADER.sub(lambda _: _NO_DECORATORS, mistakes, count=1)
    correct = (folder / f"{unit}.py").read_text()
    text = f"{mistakes}\n_wrong = {name}\n{correct}\n{function} = _wrong\n"
    (folder / f"{unit}.py").write_text(text.replace(_FUTURE, ""))


def _in(folder):
    return sorted(each for each in folder.iterdir() if each.is_dir())


def _essence(document):
    return {
        outcome["property"]: [
            outcome["status"],
            outcome["kind"],
            round(outcome["points"], 9),
            sorted(outcome["mistakes"]),
        ]
        for outcome in document["outcomes"]
    }


def differences(before, after):
    """Yield a line for each submission or outcome that differs."""
    for name in sorted(before.keys() | after.keys()):
        one, other = before.get(name), after.get(name)
        if one is None or other is None:
            yield f"{name}: only {'after' if one is None else 'before'}"
            continue
        for rule in sorted(one.keys() | other.keys()):
            if one.get(rule) != other.get(rule):
                yield f"{name}: {rule}: {one.get(rule)} became {other.get(rule)}"


def main():
    """Record the grades, or compare them with a recording."""
    match sys.argv[1:]:
        case ["record", file]:
            Path(file).write_text(json.dumps(grades(), indent=0))
        case ["compare", file]:
            lines = list(differences(json.loads(Path(file).read_text()), grades()))
            print("\n".join(lines) or "no grade differs")
            sys.exit(1 if lines else 0)
        case _:
            sys.exit("usage: python -m benchmarks.same_grades record|compare FILE")


if __name__ == "__main__":
    main()
