"""Reading a submission: the forms that are accepted, and the refusals."""

import zipfile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backproof.errors import UserError
from backproof.intake.reader import read_submission
from tests.support.file_trees import pack
from tests.support.submissions import CODE, UNITS, imported, notebook, read_or_refusal

EVERYTHING = "def tanh(z):\n    return z\n"


# Accepted forms.

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
    """Students submit folders and zip files of many shapes; each must import."""
    submitted = read_submission(request.getfixturevalue(form)(SHAPES[shape]), UNITS)
    assert submitted.name == {"folder": "ada", "archive": "ada.zip"}[form]
    assert imported(submitted)
    assert all(isinstance(source.text, str) for source in submitted.files.values())


def test_a_folder_and_its_zip_have_the_same_files(folder, archive):
    """The form must not change the grade; only the file names in tracebacks differ."""
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
    """A file named like a unit is that unit; any other file defines all units."""
    submitted = read_submission(folder({name: content, "network.py": "1 / 0"}) / name, UNITS)
    assert ([*submitted.files], submitted.single_file, submitted.name) == (files, whole, name)
    assert submitted.files[files[0]].filename.endswith(name)
    assert imported(submitted)


def test_a_zip_needs_no_suffix(tmp_path):
    """Some platforms remove the suffix, so the first bytes decide."""
    assert [*read_submission(pack(tmp_path / "ada", {"layers.py": CODE}), UNITS).files] == [
        "layers.py"
    ]


def test_a_notebook_keeps_its_cells_and_its_name(folder):
    """Tracebacks name the cell, and a student learns which cells were left out."""
    cells = notebook(CODE, "%%bash\nls", "!ls")
    root = folder({"layers.ipynb": cells})
    submitted = read_submission(root, UNITS)
    source = submitted.files["layers.py"]
    assert source.cells == ((1, CODE), (3, "pass"))
    assert source.filename == str(root.resolve() / "layers.ipynb")
    assert CODE in source.text
    assert submitted.notes == ("layers.ipynb: cell 2 is left out: it begins with %%bash",)


@pytest.mark.parametrize(
    ("files", "note"),
    [
        ({"layers.py": CODE, "layers.ipynb": "no"}, "layers.ipynb is not looked at: there is the"),
        ({"layers.py": CODE, "plots.ipynb": "no"}, "plots.ipynb is not looked at: it is not named"),
        ({"layers.py": CODE, "numpy.py": ""}, "numpy.py is ignored where numpy is imported"),
        ({"layers.py": CODE, "random/x.py": ""}, "random/ is ignored where random is imported"),
        ({"layers.py": CODE, "Layers.py": ""}, "Layers.py and layers.py are one file on some"),
        ({"layers.py": CODE, "Network.py": ""}, "Network.py is read as network.py, the name of"),
        ({"a/layers.py": CODE, "b/c/network.py": ""}, "the modules in b/c/ are not looked at"),
        ({"layers.py": b"# \xe4\nx = 1"}, "layers.py is not UTF-8: read as Latin-1"),
        ({"layers.py": b"x = '\0'"}, "layers.py holds NUL bytes, which Python refuses"),
        ({"layers.py": CODE, "a\x1b[2J.py": ""}, r"a\x1b[2J.py is skipped for the characters in"),
        ({"layers.py": CODE, "a\u202eb.py": ""}, r"a\u202eb.py is skipped for the characters in"),
    ],
)
@pytest.mark.parametrize("form", ["folder", "archive"])
def test_what_is_odd_is_noted(request, form, files, note):
    """A student learns when a file is not read as they may expect."""
    submitted = read_submission(request.getfixturevalue(form)(files), UNITS)
    assert any(line.startswith(note) for line in submitted.notes), submitted.notes


def test_nothing_odd_is_no_note(folder):
    """Notes are read only if ordinary submissions have none."""
    assert (
        read_submission(folder({"layers.py": CODE, "helper.py": "", "data.csv": ""}), UNITS).notes
        == ()
    )


def test_notes_do_not_pile_up(folder):
    """A report stays readable even if a hundred files are odd."""
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
    """A submission that is accepted but does not import would be graded as empty."""
    packed = tmp_path_factory.getbasetemp() / "any.zip"
    with zipfile.ZipFile(packed, "w") as written:
        for name, content in files.items():
            text = notebook(content.decode("latin-1")).encode() if ".ipynb" in name else content
            written.writestr(prefix + name, text)
    result = read_or_refusal(packed)
    assert result if isinstance(result, str) else imported(result)


# Refusals.


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
    """The line names the path and what was expected, so that the user can fix it."""
    with pytest.raises(UserError, match=said) as caught:
        read_submission(folder(files) / path, UNITS)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("played", ["os.open", "os.stat", "pathlib.Path.iterdir"])
def test_what_may_not_be_read_is_said_so(folder, monkeypatch, played):
    """The error is simulated, because tests may run as root, who may read everything."""
    root = folder({"layers.py": CODE})
    said = ""
    with monkeypatch.context() as patch:
        patch.setattr(played, _refuse)
        said = read_or_refusal(root)
    assert "may not be read: check its permissions" in said


def _refuse(*_args, **_keywords):
    raise PermissionError(13, "Permission denied")
