"""Taking in what was handed in: every form that works, and what is refused."""

import zipfile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backproof.errors import UserError
from backproof.intake.reader import read_submission
from tests.support.handed_in import CODE, UNITS, imported, notebook, taken_or_refused
from tests.support.trees import pack

EVERYTHING = "def tanh(z):\n    return z\n"


# What works.

SHAPES = {
    "a folder": {"layers.py": CODE},
    "with a helper": {"layers.py": "import helper", "helper.py": CODE},
    "a package": {"layers/__init__.py": "from .deep import one", "layers/deep.py": CODE},
    "one folder down": {"hw/layers.py": CODE},
    "some folders down": {"a/b/c/layers.py": "from .helper import one", "a/b/c/helper.py": CODE},
    "among other things": {"README.md": "", "data/x.csv": "1", "src/layers.py": CODE},
    "with a copy inside": {"layers.py": CODE, "old/layers.py": "1 / 0", "old/network.py": "1 / 0"},
    "with a Mac's files": {
        "hw/layers.py": CODE,
        "hw/._layers.py": b"\0\5\x16\7",
        "hw/.DS_Store": b"\0",
        "__MACOSX/hw/layers.py": b"\0\5\x16\7",
        "__MACOSX/layers.py": b"\0\5\x16\7",
    },
    "with an environment": {
        "hw/layers.py": CODE,
        "env/pyvenv.cfg": "",
        "env/lib/layers.py": "1 / 0",
        ".venv/layers.py": "1 / 0",
        "node_modules/layers.py": "1 / 0",
        ".git/layers.py": "1 / 0",
        "__pycache__/layers.py": "1 / 0",
        ".ipynb_checkpoints/layers.py": "1 / 0",
    },
    "a notebook for a module": {
        "layers.ipynb": notebook(CODE, "1 / 0"),
        "network.py": "import layers",
    },
    "one file": {"solution.py": EVERYTHING},
    "one file some folders down": {"a/b/my solution.py": EVERYTHING},
    "one notebook": {"hw 1.ipynb": notebook(EVERYTHING, "!ls")},
    "one notebook and its checkpoints": {
        "hw.ipynb": notebook(EVERYTHING),
        ".ipynb_checkpoints/hw-checkpoint.ipynb": notebook("1 / 0"),
        "data/x.csv": "1",
    },
    "one file with helpers below": {"main.py": "from lib.tool import one", "lib/tool.py": CODE},
}


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("form", ["folder", "archive"])
def test_every_shape_is_taken_in_and_imports(request, form, shape):
    """The same files as a folder and as a zip file give the same modules."""
    intake = read_submission(request.getfixturevalue(form)(SHAPES[shape]), UNITS)
    assert intake.name == {"folder": "ada", "archive": "ada.zip"}[form]
    assert imported(intake)
    assert all(isinstance(source.text, str) for source in intake.files.values())


def test_a_folder_and_its_zip_have_the_same_files(folder, archive):
    """Only the names that tracebacks show differ: the zip's are relative."""
    files = {"hw/layers.py": CODE, "hw/tools/deep.py": CODE, "README.md": "", "hw/x.txt": ""}
    root = folder(files)
    first, second = read_submission(root, UNITS), read_submission(archive(files), UNITS)
    assert [*first.files] == [*second.files] == ["layers.py", "tools/deep.py"]
    assert first.files["layers.py"].filename == str(root.resolve() / "hw" / "layers.py")
    assert second.files["layers.py"].filename == "hw/layers.py"


@pytest.mark.parametrize(
    ("name", "content", "files", "whole"),
    [
        ("solution.py", EVERYTHING, ["solution.py"], "solution.py"),
        ("solution.ipynb", notebook(EVERYTHING), ["solution.ipynb"], "solution.ipynb"),
        ("layers.py", CODE, ["layers.py"], None),
        ("layers.ipynb", notebook(CODE), ["layers.py"], None),
        ("LÖSUNG.PY", EVERYTHING, ["LÖSUNG.py"], "LÖSUNG.py"),
    ],
)
def test_a_single_file_is_taken_in(folder, name, content, files, whole):
    """A file named like a unit is that unit; any other is all of them."""
    intake = read_submission(folder({name: content, "network.py": "1 / 0"}) / name, UNITS)
    assert ([*intake.files], intake.single_file, intake.name) == (files, whole, name)
    assert intake.files[files[0]].filename.endswith(name)
    assert imported(intake)


def test_a_zip_needs_no_suffix(tmp_path):
    """What begins like a zip file is one."""
    assert [*read_submission(pack(tmp_path / "ada", {"layers.py": CODE}), UNITS).files] == [
        "layers.py"
    ]


def test_a_notebook_keeps_its_cells_and_its_name(folder):
    """Cells cross as numbers and texts; notes tell what was left out."""
    cells = notebook(CODE, "%%bash\nls", "!ls")
    root = folder({"layers.ipynb": cells})
    intake = read_submission(root, UNITS)
    source = intake.files["layers.py"]
    assert source.cells == ((1, CODE), (3, "pass"))
    assert source.filename == str(root.resolve() / "layers.ipynb")
    assert CODE in source.text
    assert intake.notes == ("layers.ipynb: cell 2 is left out: it begins with %%bash",)


@pytest.mark.parametrize(
    ("files", "note"),
    [
        ({"layers.py": CODE, "layers.ipynb": "no"}, "layers.ipynb is not looked at: there is the"),
        ({"layers.py": CODE, "plots.ipynb": "no"}, "plots.ipynb is not looked at: it is not named"),
        ({"layers.py": CODE, "numpy.py": ""}, "numpy.py is ignored where numpy is imported"),
        ({"layers.py": CODE, "random/x.py": ""}, "random/ is ignored where random is imported"),
        ({"layers.py": CODE, "Layers.py": ""}, "Layers.py and layers.py are one file on some"),
        ({"layers.py": CODE, "Network.py": ""}, "Network.py is not network.py, which Python"),
        ({"a/layers.py": CODE, "b/c/network.py": ""}, "the modules in b/c/ are not looked at"),
        ({"layers.py": b"# \xe4\nx = 1"}, "layers.py is not UTF-8: read as Latin-1"),
        ({"layers.py": b"x = '\0'"}, "layers.py holds NUL bytes, which Python refuses"),
        ({"layers.py": CODE, "a\x1b[2J.py": ""}, r"a\x1b[2J.py is skipped for the characters in"),
        ({"layers.py": CODE, "a\u202eb.py": ""}, r"a\u202eb.py is skipped for the characters in"),
    ],
)
@pytest.mark.parametrize("form", ["folder", "archive"])
def test_what_is_odd_is_noted(request, form, files, note):
    """A line for each thing that was not taken as its author may think."""
    intake = read_submission(request.getfixturevalue(form)(files), UNITS)
    assert any(line.startswith(note) for line in intake.notes), intake.notes


def test_nothing_odd_is_no_note(folder):
    """An ordinary submission has none."""
    assert (
        read_submission(folder({"layers.py": CODE, "helper.py": "", "data.csv": ""}), UNITS).notes
        == ()
    )


def test_notes_do_not_pile_up(folder):
    """A thousand odd files give some lines."""
    files = {f"odd\x01{n}.py": "" for n in range(100)}
    assert len(read_submission(folder(files | {"layers.py": CODE}), UNITS).notes) < 25


names = st.sampled_from(
    [
        "layers.py",
        "network/__init__.py",
        "activations.ipynb",
        "helper.py",
        "numpy.py",
        "b.ipynb",
        "x/y.py",
        "conftest.py",
        "README.md",
        "a-b.py",
        "__init__.py",
        "Layers.py",
        ".x.py",
    ]
)
contents = st.sampled_from(
    [CODE.encode(), b"", b"import numpy", b"\xef\xbb\xbfx = 1\r\n", b"# \xe9"]
)


@settings(max_examples=60, deadline=None)
@given(
    files=st.dictionaries(names, contents, max_size=6),
    prefix=st.sampled_from(["", "hw/", "a/b c/"]),
)
def test_every_intake_that_is_accepted_imports(tmp_path_factory, files, prefix):
    """What is not refused can be imported, every unit of it."""
    packed = tmp_path_factory.getbasetemp() / "any.zip"
    with zipfile.ZipFile(packed, "w") as written:
        for name, content in files.items():
            text = notebook(content.decode("latin-1")).encode() if ".ipynb" in name else content
            written.writestr(prefix + name, text)
    result = taken_or_refused(packed)
    assert result if isinstance(result, str) else imported(result)


# What is no submission.


@pytest.mark.parametrize(
    ("files", "path", "said"),
    [
        ({}, "nowhere", "there is no file or folder .*nowhere: give the folder, .zip, .py or"),
        ({}, "", "ada is empty: expected activations.py, layers.py, network.py, or one .py or"),
        ({"sub/deeper/.hidden": ""}, "", "ada is empty"),
        ({"notes.txt": "hello"}, "", "ada has none of the modules: expected activations.py"),
        ({"a.py": "", "b.py": ""}, "", "has none of the modules: .*; it has a.py, b.py"),
        ({"a.py": CODE, "b.ipynb": ""}, "", "it has a.py, b.ipynb"),
        ({"a.zip": "", "b.pdf": ""}, "", "unpack a.zip first"),
        ({"main.py": "x = 1"}, "", "ada has none of the modules: main.py in it defines nothing"),
        ({"main.ipynb": notebook("x = 1")}, "", "main.ipynb in it defines nothing"),
        ({"a/layers.py": "", "b/layers.py": ""}, "", "the modules in several folders: a/, b/"),
        ({"notes.txt": "hello"}, "notes.txt", "notes.txt is no submission: give a folder"),
        ({"empty.py": ""}, "empty.py", "empty.py has none of the modules"),
        ({"a.ipynb": "{"}, "a.ipynb", "a.ipynb cannot be read: it is no notebook: it is not valid"),
        ({"a.zip": "hello"}, "a.zip", "a.zip cannot be unpacked: File is not a zip file"),
        ({"a.zip": ""}, "a.zip", "a.zip cannot be unpacked: File is not a zip file"),
        ({}, "x" * 300, "cannot be read: .*File name too long"),
        ({}, "x\0y", r"x\\x00y cannot be read: .*null"),
    ],
)
def test_what_is_no_submission_is_refused_in_one_line(folder, files, path, said):
    """The line says what was given and what was expected."""
    with pytest.raises(UserError, match=said) as caught:
        read_submission(folder(files) / path, UNITS)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("played", ["os.open", "os.stat", "pathlib.Path.iterdir"])
def test_what_may_not_be_read_is_said_so(folder, monkeypatch, played):
    """A file, its state or its folder: the line names it; root may read all, so it is played."""
    root = folder({"layers.py": CODE})
    said = ""
    with monkeypatch.context() as patch:
        patch.setattr(played, _refuse)
        said = taken_or_refused(root)
    assert "may not be read: check its permissions" in said


def _refuse(*_args, **_keywords):
    raise PermissionError(13, "Permission denied")
