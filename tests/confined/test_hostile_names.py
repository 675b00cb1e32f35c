"""Engine modules and attributes that hostile submissions mention exist."""

import ast
import importlib

from tests.hostile.corpus import hostile_submissions


def _mentions(tree):
    """Yield the dotted names of engine modules, and of their attributes, in a submission."""
    names = {}  # the modules that each variable refers to
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign | ast.For):
            target = node.targets[0] if isinstance(node, ast.Assign) else node.target
            value = node.value if isinstance(node, ast.Assign) else node.iter
            if isinstance(target, ast.Name) and (found := _modules(value, names)):
                names[target.id] = found
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and _is_of_engine(node.value):
            yield node.value
        if isinstance(node, ast.Attribute):
            yield from (f"{module}.{node.attr}" for module in _modules(node.value, names))


def _modules(node, names):
    """Return the engine modules that an expression stands for, or yields in turn."""
    match node:
        case ast.Constant(value=str(text)):
            return [text] if _is_of_engine(text) else []
        case ast.Name(id=name):
            return names.get(name, [])
        case ast.Tuple(elts=parts):
            return [name for part in parts for name in _modules(part, names)]
        case ast.Subscript(value=ast.Attribute(attr="modules"), slice=key):
            return _modules(key, names)
        case ast.Call(func=ast.Attribute(attr="get"), args=[key, *_]):
            return _modules(key, names)
        case ast.Attribute(value=value, attr=attribute):
            return [f"{module}.{attribute}" for module in _modules(value, names)]
    return []


def _is_of_engine(text):
    return isinstance(text, str) and text.startswith("backproof.") and " " not in text


def _exists(name):
    """Return whether a dotted name is a module, or an attribute of one."""
    module, _, attribute = name.rpartition(".")
    if name.startswith("backproof.assignment_data"):  # exists in wheels
        return True
    try:
        importlib.import_module(name)
    except ImportError:
        if not module:
            return False
        try:
            found = importlib.import_module(module)
        except ImportError:
            outer, _, name_of_class = module.rpartition(".")
            found = getattr(importlib.import_module(outer), name_of_class, None)
        return hasattr(found, attribute)
    return True


def test_what_a_hostile_submission_attacks_is_there():
    """After a rename an attack on the old name would attack nothing, and pass as stopped."""
    mentioned = {
        f"{hostile}: {name}"
        for hostile in hostile_submissions()
        for text in hostile.files().values()
        for name in _mentions(ast.parse(text))
        if hostile.kind != "import-failed"
    }
    gone = [mention for mention in mentioned if not _exists(mention.partition(": ")[2])]
    assert gone == []
    assert len(mentioned) >= 44
