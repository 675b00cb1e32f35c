"""The mutation operators: each yields what its docstring says."""

import pytest

from backproof.mutation.mutants import OPERATORS, mutants_of_module

# For each operator a line in a function of ``x``, ``y`` and ``n``, and what becomes of it.
YIELDS = {
    "binary": [
        ("return x + y", {"return x - y", "return x * y"}),
        ("return x @ y", {"return x * y"}),
        ("x /= y", {"x *= y", "x -= y"}),
    ],
    "operand": [
        ("return x - y", {"return x", "return y", "return y - x"}),
        ("return x * y", {"return x", "return y"}),
    ],
    "comparison": [
        ("return x < y", {f"return x {op} y" for op in ("<=", ">", ">=", "==", "!=")}),
        ("return x in y", {"return x not in y"}),
    ],
    "boolean": [
        ("return x and y", {"return x or y", "return x", "return y"}),
        ("return not x", {"return x"}),
        ("return True", {"return False"}),
    ],
    "condition": [
        ("return x if n else y", {"return x", "return y", "return x if not n else y"}),
        ("if n: return x", {"if not n: return x", "if True: return x", "if False: return x"}),
        ("return [i for i in x if i]", {"return [i for i in x]"}),
    ],
    "sign": [
        ("return -x", {"return x"}),
        ("return x * y", {"return -(x * y)"}),
        ("return -1", set()),
    ],
    "constant": [
        ("return x[0]", {"return x[1]", "return x[-1]"}),
        ("return -2", {"return -1", "return -3", "return 2"}),
        ("return 0.5", {"return 0.55", "return 1.0", "return 0.0", "return -0.5"}),
        ("return n == 'a'", {'return n == "a*"'}),
    ],
    "transpose": [
        (
            "return x.T @ y",
            {"return x @ y", "return (x.T @ y).T", "return x @ y.T", "return x.T @ y.T"},
        ),
        ("return x.T", {"return x"}),
    ],
    "subscript": [
        (
            "return x[y : y + n]",
            {
                "return x",
                "return x[:y + n]",
                "return x[y:]",
                "return x[y + 1 : y + n]",
                "return x[y - 1 : y + n]",
                "return x[y : y + n + 1]",
                "return x[y : y + n - 1]",
            },
        ),
        ("return x[::-1]", {"return x", "return x[:]"}),
    ],
    "order": [
        ("return x, y", {"return y, x"}),
        ("x, y = n", {"y, x = n"}),
        ("return x[:, y]", {"return x[y, :]"}),
    ],
    "name": [
        ("return y", {"return x", "return n"}),
        ("return x", {"return y"}),
        ("return z", set()),
    ],
    "default": [],
    "axis": [
        (
            "return x.sum(axis=0)",
            {"return x.sum(axis=1)", "return x.sum()", "return x.sum(axis=0, keepdims=True)"},
        ),
        (
            "return x.max(axis=-1, keepdims=True)",
            {"return x.max(axis=0, keepdims=True)", "return x.max(keepdims=True)"}
            | {"return x.max(axis=-1)"},
        ),
    ],
    "ddof": [("return x.std()", {"return x.std(ddof=1)"})],
    "dtype": [
        (
            "return np.asarray(x, dtype=float)",
            {
                "return np.asarray(x)",
                "return np.asarray(x, dtype=int)",
                'return np.asarray(x, dtype="float32")',
            },
        ),
        ("return np.zeros(n)", {'return np.zeros(n, dtype="float32")'}),
    ],
    "copy": [
        ("return x.copy()", {"return x"}),
        ("return np.array(x)", {"return x"}),
        ("return np.sum(x)", set()),
    ],
    "similar": [
        ("return x.max()", {"return x.min()"}),
        ("return np.maximum(x, y)", {"return np.minimum(x, y)"}),
        ("return sum(x)", {"return mean(x)"}),
    ],
    "call": [
        ("return np.sqrt(x)", {"return x"}),
        ("return x.mean()", {"return x"}),
        ("return np.maximum(x, 0.0)", {"return x"}),
    ],
    "keyword": [("return f(x, ddof=1)", {"return f(x)"})],
    "argument": [
        ("return f(x, y)", {"return f(y, x)", "return f(x)"}),
        ("return np.exp(x)", {"return np.exp(-x)"}),
        ("return np.abs(x) + np.maximum(0.0, x)", {"return np.abs(x) + np.maximum(0.0)"}),
    ],
    "statement": [
        ("x += y", {"pass"}),
        ("x = f(x)", {"pass"}),
        ("z = f(x)", set()),
        ("return x", set()),
    ],
    "augmented": [("x += y", {"x = y"})],
    "in place": [("return x + y", {"return np.add(x, y, out=x)"}), ("return x ** y", set())],
    "loop": [
        (
            "for i in range(n): f(i)",
            {
                f"for i in {iterated}: f(i)"
                for iterated in (
                    *("range(n + 1)", "range(n - 1)", "list(range(n))[1:]"),
                    *("list(range(n))[:-1]", "list(range(n))[::-1]"),
                )
            },
        ),
        (
            "return [i for i in x]",
            {f"return [i for i in list(x){part}]" for part in ("[1:]", "[:-1]", "[::-1]")},
        ),
    ],
    "leave": [("while n: break", {"while n: continue"})],
}


def mutants_by(operator, text):
    """The mutants of a source text by one operator."""
    found = mutants_of_module(text, "unit", "unit.py", "unit")
    return [mutant for mutant in found if mutant.key.operator == operator]


def test_every_operator_is_tested():
    """A new operator needs a line in the table."""
    assert set(YIELDS) == set(OPERATORS)
    assert all(OPERATORS[name].__doc__ for name in OPERATORS)


@pytest.mark.parametrize(
    ("operator", "line", "expected"),
    [(operator, *entry) for operator, entries in YIELDS.items() for entry in entries],
)
def test_an_operator_yields_what_it_says(operator, line, expected):
    """An operator that yields nothing would measure nothing, and nobody would notice."""
    text = f"def f(x, y, n):\n    {line}\n"
    assert {mutant.key.after for mutant in mutants_by(operator, text)} == expected
    assert {mutant.key.before for mutant in mutants_by(operator, text)} <= {line}


def test_a_string_is_replaced_by_others_of_its_module():
    """An unknown name would be refused at once; another known one is the likely mistake."""
    text = "KNOWN = ('relu', 'tanh')\ndef f(x, y='tanh'):\n    return x == 'tanh'\n"
    after = {mutant.key.after for mutant in mutants_by("constant", text)}
    assert after == {'return x == "relu"'}


def test_a_default_is_replaced_like_a_constant():
    """Students may never pass the argument."""
    text = "def f(x, y=0.5, *, z=True):\n    return x\n"
    after = {mutant.key.after for mutant in mutants_by("default", text)}
    assert "def f(x, y=0.55, *, z=True):" in after
    assert "def f(x, y=0.5, *, z=False):" in after


@pytest.mark.parametrize(
    "line",
    [
        "raise ValueError(f'{x + 1} is wrong')",
        "assert x > 0, 'x is wrong'",
        "'''x + 1'''",
        "from y import x",
    ],
)
def test_what_only_raises_or_documents_is_left_out(line):
    """Changes there cannot be seen in valid input."""
    assert [*mutants_of_module(f"def f(x):\n    {line}\n", "unit", "unit.py", "unit")] == []
