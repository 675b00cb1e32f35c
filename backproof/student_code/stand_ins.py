"""Silent stand-ins for what students import beside their work: plots, progress bars, tables.

Nothing that the contract asks for needs them, and a grader that refused their import would fail
right code. A stand-in accepts any use and does nothing; it has no value, so code whose results come
from one raises an exception that names it.
"""

from __future__ import annotations

import builtins
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any

from backproof.student_code.source import PYTHON_CELL_MAGICS

# The modules that have stand-ins; those within them have, too.
STAND_INS = (
    "IPython",
    "google.colab",
    "ipywidgets",
    "matplotlib",
    "mpl_toolkits",
    "pandas",
    "plotly",
    "seaborn",
    "tqdm",
)
# The names that `from module import *` binds.
_STARRED = {
    "IPython.display": ("display", "HTML", "Image", "Markdown", "Math", "clear_output"),
    "tqdm": ("tqdm", "trange"),
}
# Names of functions in tqdm that return what they iterate over.
_BARS = {"tqdm", "tqdm_notebook", "auto", "notebook"}
# Methods of matplotlib whose results are taken apart, with the number of their parts.
_PARTS = {"plot": 1, "loglog": 1, "semilogx": 1, "semilogy": 1, "fill": 1, "hist": 3}
_OPERATORS = (
    "add radd sub rsub mul rmul truediv rtruediv floordiv mod pow rpow matmul rmatmul neg abs"
    " lt le gt ge float int index complex array"
)


class NotAvailable(EOFError):
    """What a program may use while somebody sits at it, and not while it is checked.

    ``input`` raises an ``EOFError`` where nothing can be typed, which a program may expect.
    """


class Proxy:
    """A module, a function or an object of a module that is not loaded."""

    def __init__(self, name: str) -> None:
        self.__name__ = name
        if name in _STARRED:
            self.__all__ = _STARRED[name]

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        part = Proxy(f"{self.__name__}.{name}")
        self.__dict__[name] = part
        return part

    def __call__(self, *arguments: Any, **keywords: Any) -> Any:  # noqa: D102  # accepts any call
        package, _, name = self.__name__.rpartition(".")
        if self.__name__.startswith("tqdm"):
            return _bar(self.__name__, arguments, keywords)
        if name == "subplots":
            return Proxy(package), _axes(package, arguments, keywords)
        if name in _PARTS:
            return [Proxy(self.__name__) for _ in range(_PARTS[name])]
        is_decorated = len(arguments) == 1 and not keywords and callable(arguments[0])
        return arguments[0] if is_decorated else Proxy(self.__name__)

    def __getitem__(self, _key: Any) -> Proxy:
        return Proxy(self.__name__)

    def __setitem__(self, _key: Any, _value: Any) -> None:
        pass

    def __iter__(self) -> Iterator[Any]:
        return iter(())

    def __len__(self) -> int:
        return 0

    def __bool__(self) -> bool:
        return True

    def __enter__(self) -> Proxy:
        return self

    def __exit__(self, *_raised: Any) -> None:
        pass

    def __repr__(self) -> str:
        return f"<stand-in for {self.__name__}>"


def _refuse(self: Proxy, *_arguments: Any, **_keywords: Any) -> Any:
    package = self.__name__.partition(".")[0]
    raise NotAvailable(f"{self.__name__} has no value here: {package} is not loaded")


for _name in _OPERATORS.split():
    setattr(Proxy, f"__{_name}__", _refuse)


class _Bar(Proxy):
    """A progress bar, which passes on what it iterates over."""

    def __init__(self, name: str, items: Iterable[Any]) -> None:
        super().__init__(name)
        self._items = items

    def __iter__(self) -> Iterator[Any]:
        return iter(self._items)

    def __len__(self) -> int:
        return len(self._items)  # type: ignore[arg-type]  # raises where the items have no length


def _bar(name: str, arguments: Sequence[Any], keywords: Mapping[str, Any]) -> Proxy:
    if name.endswith("range"):
        return _Bar(name, range(*arguments))
    items = arguments[0] if arguments else keywords.get("iterable", ())
    return _Bar(name, () if items is None else items)


def _axes(package: str, arguments: Sequence[Any], keywords: Mapping[str, Any]) -> Any:
    """Return the axes that ``subplots`` returns: one, a row or column of them, or a table."""
    import numpy as np  # where a student plots, numpy is loaded

    sizes = dict(zip(("nrows", "ncols"), arguments, strict=False)) | dict(keywords)
    shape = (int(sizes.get("nrows", 1)), int(sizes.get("ncols", 1)))
    axes = np.empty(shape, dtype=object)
    for place in np.ndindex(*shape):
        axes[place] = Proxy(f"{package}.axes")
    return (
        (axes.item() if axes.size == 1 else axes.squeeze()) if sizes.get("squeeze", True) else axes
    )


class _Shell(Proxy):
    """What ``get_ipython()`` returns: a script made from a notebook runs its magics by it."""

    def __init__(self, module: dict[str, Any]) -> None:
        super().__init__("get_ipython()")
        self.__dict__["_module"] = module

    def run_cell_magic(self, name: str, _line: str, cell: str) -> None:
        """Run a cell under a magic that runs it in the notebook, such as ``%%time``."""
        if name in PYTHON_CELL_MAGICS:
            exec(cell, self._module)


def builtins_for(
    module: dict[str, Any],
    stand_ins: Collection[str],
    is_own: Callable[[str], bool],
    *,
    interactive: bool,
) -> dict[str, Any]:
    """Return the built-in names of a module of a submission.

    Args:
        module: The names of the module.
        stand_ins: The modules that have stand-ins.
        is_own: Whether a name is that of a module of the submission itself.
        interactive: Whether somebody sits at the program, so that it may ask.
    """
    names = dict(vars(builtins))
    if not interactive:
        names["input"] = _not_available("input()")
        names["breakpoint"] = _not_available("breakpoint()")
    if stand_ins:
        names["__import__"] = _importer(frozenset(stand_ins), is_own)
    if "IPython" in stand_ins:
        names["display"] = Proxy("IPython.display.display")
        names["get_ipython"] = lambda: _Shell(module)
    return names


def _not_available(what: str) -> Callable[..., Any]:
    def refuse(*_arguments: Any, **_keywords: Any) -> Any:
        raise NotAvailable(f"{what} is not available here")

    return refuse


def _importer(stand_ins: frozenset[str], is_own: Callable[[str], bool]) -> Callable[..., Any]:
    """Return an ``__import__`` that returns stand-ins for some modules."""
    tops = {name.partition(".")[0] for name in stand_ins}
    made: dict[str, Proxy] = {}

    def import_(
        name: str,
        globals: Mapping[str, Any] | None = None,
        locals: Mapping[str, Any] | None = None,
        fromlist: Sequence[str] = (),
        level: int = 0,
    ) -> Any:
        top = name.partition(".")[0]
        if level or top not in tops or is_own(top) or not _stands(name, fromlist or (), stand_ins):
            return builtins.__import__(name, globals, locals, fromlist, level)
        module = made.setdefault(top, Proxy(top))
        for part in name.split(".")[1:] if fromlist else ():
            module = getattr(module, part)
        return module

    return import_


def _stands(name: str, fromlist: Sequence[str], stand_ins: frozenset[str]) -> bool:
    """Return whether an import is of a module that has a stand-in: `from google import colab`."""
    wanted = {name, *(f"{name}.{part}" for part in fromlist)}
    return any(
        each == stand_in or each.startswith(f"{stand_in}.")
        for each in wanted
        for stand_in in stand_ins
    )
