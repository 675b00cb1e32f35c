"""Taking in what was handed in: every form that works, and what is refused or handled safely."""

import io
import json
import os
import socket
import stat
import struct
import sys
import tracemalloc
import zipfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backproof.errors import UserError
from backproof.importing import SubmissionPackage
from backproof.intake import Intake, IntakeLimits, take_in
from backproof.sourcetext import decoded

UNITS = ("activations", "layers", "network")
CODE = "def one():\n    return 1\n"
EVERYTHING = "def tanh(z):\n    return z\n"


@pytest.fixture
def folder(tmp_path):
    """Write ``{path: text or bytes}`` into a folder and return it."""

    def write(files, name="ada"):
        root = tmp_path / name
        root.mkdir(exist_ok=True)
        for path, content in files.items():
            file = root / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(content if isinstance(content, bytes) else content.encode())
        return root

    return write


@pytest.fixture
def archive(tmp_path):
    """Write ``{path: text or bytes}`` into a zip file and return it; entries may be ``ZipInfo``."""

    def write(files, name="ada.zip", compression=zipfile.ZIP_DEFLATED):
        with zipfile.ZipFile(tmp_path / name, "w", compression) as packed:
            for path, content in files.items() if isinstance(files, dict) else files:
                packed.writestr(path, content)
        return tmp_path / name

    return write


def notebook(*cells):
    """Write an .ipynb with these code cells."""
    return json.dumps({"cells": [{"cell_type": "code", "source": cell} for cell in cells]})


def imported(intake):
    """Import every unit that is there, as the grader does, and name them."""
    package = SubmissionPackage(intake.files, UNITS, intake.whole)
    there = [u for u in UNITS if intake.whole or {f"{u}.py", f"{u}/__init__.py"} & {*intake.files}]
    try:
        return [package.import_module(unit).__name__.rpartition(".")[2] for unit in there]
    finally:
        package.close()


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
    intake = take_in(request.getfixturevalue(form)(SHAPES[shape]), UNITS)
    assert intake.name == {"folder": "ada", "archive": "ada.zip"}[form]
    assert imported(intake)
    assert all(isinstance(source.text, str) for source in intake.files.values())


def test_a_folder_and_its_zip_have_the_same_files(folder, archive):
    """Only the names that tracebacks show differ: the zip's are relative."""
    files = {"hw/layers.py": CODE, "hw/tools/deep.py": CODE, "README.md": "", "hw/x.txt": ""}
    root = folder(files)
    first, second = take_in(root, UNITS), take_in(archive(files), UNITS)
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
    intake = take_in(folder({name: content, "network.py": "1 / 0"}) / name, UNITS)
    assert ([*intake.files], intake.whole, intake.name) == (files, whole, name)
    assert intake.files[files[0]].filename.endswith(name)
    assert imported(intake)


def test_a_zip_needs_no_suffix(archive):
    """What begins like a zip file is one."""
    assert [*take_in(archive({"layers.py": CODE}, name="ada"), UNITS).files] == ["layers.py"]


def test_a_notebook_keeps_its_cells_and_its_name(folder):
    """Cells cross as numbers and texts; notes tell what was left out."""
    cells = notebook(CODE, "%%bash\nls", "!ls")
    root = folder({"layers.ipynb": cells})
    intake = take_in(root, UNITS)
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
    intake = take_in(request.getfixturevalue(form)(files), UNITS)
    assert any(line.startswith(note) for line in intake.notes), intake.notes


def test_nothing_odd_is_no_note(folder):
    """An ordinary submission has none."""
    assert take_in(folder({"layers.py": CODE, "helper.py": "", "data.csv": ""}), UNITS).notes == ()


def test_notes_do_not_pile_up(folder):
    """A thousand odd files give some lines."""
    files = {f"odd\x01{n}.py": "" for n in range(100)}
    assert len(take_in(folder(files | {"layers.py": CODE}), UNITS).notes) < 25


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
        take_in(folder(files) / path, UNITS)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("played", ["os.open", "os.stat", "pathlib.Path.iterdir"])
def test_what_may_not_be_read_is_said_so(folder, monkeypatch, played):
    """A file, its state or its folder: the line names it; root may read all, so it is played."""
    root = folder({"layers.py": CODE})
    said = ""
    with monkeypatch.context() as patch:
        patch.setattr(played, _refuse)
        said = _taken_or_refused(root)
    assert "may not be read: check its permissions" in said


def _refuse(*_args, **_keywords):
    raise PermissionError(13, "Permission denied")


# Folders that are not what they seem.


@pytest.mark.parametrize(
    ("name", "leads"),
    [
        ("layers.py", "/etc/passwd"),
        ("layers.py", "../other.py"),
        ("layers.py", "sub/../../other.py"),
        ("layers.py", "/nowhere/at/all"),
        ("sub/x.py", "../../other.py"),
        ("data", "/etc"),
        ("data", ".."),
        ("data", "../ada2"),
        ("sub/data", "../.."),
        ("data.csv", "../other.py"),
    ],
)
def test_a_link_that_leads_out_is_refused(folder, tmp_path, name, leads):
    """Wherever it leads and whatever its name, what is behind it is not read."""
    (tmp_path / "other.py").write_text("secret = 1")
    (tmp_path / "ada2").mkdir()
    root = folder({"network.py": CODE, "sub/y.py": ""})
    (root / name).symlink_to(leads)
    with pytest.raises(UserError, match=f"a link that leads out of it, {name}"):
        take_in(root, UNITS)


def test_links_that_stay_inside_are_followed(folder):
    """To files and to folders; each is known by the link's name."""
    root = folder({"src/layers.py": CODE, "src/network.py": CODE, "layers.py": ""})
    (root / "layers.py").unlink()
    (root / "layers.py").symlink_to("src/layers.py")
    (root / "tools").symlink_to("src")
    intake = take_in(root, UNITS)
    assert intake.files["layers.py"].text == CODE
    assert intake.files["layers.py"].filename == str(root.resolve() / "layers.py")
    assert "tools/network.py" in intake.files


def test_links_in_circles_and_to_nothing_do_no_harm(folder):
    """Each folder is listed once on the way down."""
    root = folder({"layers.py": CODE, "a/x.py": "", "b/y.py": ""})
    (root / "a" / "up").symlink_to("..")
    (root / "a" / "b").symlink_to("../b")
    (root / "b" / "a").symlink_to("../a")
    (root / "self.py").symlink_to("self.py")
    (root / "gone.py").symlink_to("missing.py")
    intake = take_in(root, UNITS)
    assert {"layers.py", "a/x.py", "b/y.py", "a/b/y.py"} <= {*intake.files}
    assert sorted(intake.notes) == [
        "gone.py is a link to nothing: skipped",
        "self.py is a link to nothing: skipped",
    ]


def test_a_link_to_the_submission_itself_is_fine(folder, tmp_path):
    """The grader may be given a link; what is handed in is what it leads to."""
    (tmp_path / "link").symlink_to(folder({"layers.py": CODE}))
    assert take_in(tmp_path / "link", UNITS).name == "link"


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes in the file system here")
def test_pipes_and_sockets_are_never_opened(folder, monkeypatch):
    """A pipe named like a module would be waited for."""
    root = folder({"layers.py": CODE})
    os.mkfifo(root / "network.py")
    monkeypatch.chdir(root)
    with socket.socket(socket.AF_UNIX) as bound:
        bound.bind("helper.py")
        intake = take_in(root, UNITS)
    assert [*intake.files] == ["layers.py"]
    assert "network.py is no ordinary file: skipped" in intake.notes


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes in the file system here")
def test_a_pipe_handed_in_is_refused(tmp_path):
    """Not read, not waited for."""
    os.mkfifo(tmp_path / "layers.py")
    with pytest.raises(UserError, match="neither a file nor a folder"):
        take_in(tmp_path / "layers.py", UNITS)


@pytest.mark.skipif(sys.platform != "linux", reason="such a name cannot be given here")
def test_a_name_that_is_no_text_is_skipped(folder):
    """Bytes that no encoding explains."""
    root = folder({"layers.py": CODE})
    (Path(os.fsdecode(os.fsencode(root) + b"/caf\xe9.py"))).write_text("")
    intake = take_in(root, UNITS)
    assert [*intake.files] == ["layers.py"]
    assert intake.notes == (r"caf\udce9.py is skipped for the characters in its name",)


SMALL = IntakeLimits(
    archive_bytes=5_000,
    entries=30,
    python_files=10,
    source_bytes=1_000,
    notebook_bytes=2_000,
    total_bytes=3_000,
    depth=4,
)


@pytest.mark.parametrize(
    ("files", "said"),
    [
        ({f"data/{n}.csv": "" for n in range(31)}, "has more than 30 files and folders"),
        ({f"x{n}.py": "" for n in range(11)}, "has more than 10 Python files"),
        ({"network.py": "#" * 1_001}, "network.py in .* is larger than 0.0009"),
        ({f"x{n}.py": "#" * 900 for n in range(4)}, "has more than 0.0028.* MB of Python files"),
        ({"network.ipynb": notebook("#" * 2_000)}, "network.ipynb in .* is larger than 0.0019"),
        ({"network.ipynb": notebook("#" * 1_001)}, "network.ipynb in .* is larger than 0.0019"),
        ({"a/b/c/d/e/f.csv": ""}, "has more than 4 folders in one another"),
    ],
)
@pytest.mark.parametrize("form", ["folder", "archive"])
def test_too_much_is_refused(request, form, files, said):
    """Too many, too large or too deep: the line says of what, and how much is allowed."""
    with pytest.raises(UserError, match=said):
        take_in(request.getfixturevalue(form)(files | {"layers.py": CODE}), UNITS, SMALL)


def test_what_is_just_within_the_limits_is_taken(folder):
    """The limits are what is allowed."""
    files = {"layers.py": "#" * 1_000, "network.py": "#" * 1_000, "helper.py": "#" * 1_000}
    assert len(take_in(folder(files), UNITS, SMALL).files) == 3


def test_ten_thousand_files_are_refused_soon(folder):
    """The default limits hold for a folder full of Python."""
    with pytest.raises(UserError, match="more than 1000 Python files"):
        take_in(folder({f"x{n}.py": "" for n in range(1_500)}), UNITS)


# Archives that are not what they seem.


def entry(name, mode=stat.S_IFREG | 0o644):
    """Name an entry as it is, which ``writestr`` would tidy up."""
    info = zipfile.ZipInfo("x")
    info.filename = name
    info.external_attr = mode << 16
    return info


@pytest.mark.parametrize(
    "name",
    [
        "../layers.py",
        "hw/../../layers.py",
        "a/b/..",
        "/layers.py",
        "/etc/cron.d/x",
        "\\layers.py",
        "..\\layers.py",
        "\\\\server\\share\\layers.py",
        "C:layers.py",
        "c:\\layers.py",
        "C:/layers.py",
        "__MACOSX/../../x",
    ],
)
def test_an_entry_that_would_end_up_outside_refuses_the_archive(archive, name):
    """The archive is refused, with the entry's name."""
    with pytest.raises(UserError, match=r"ada.zip is refused: .* in it would end up outside"):
        take_in(archive([("layers.py", CODE), (entry(name), CODE)]), UNITS)


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        (stat.S_IFLNK, "layers.py in it is a link"),
        (stat.S_IFIFO, "layers.py in it is no ordinary file"),
        (stat.S_IFCHR, "layers.py in it is no ordinary file"),
    ],
)
def test_links_and_devices_in_an_archive_are_refused(archive, kind, said):
    """Wherever they lead."""
    with pytest.raises(UserError, match=said):
        take_in(archive([("network.py", CODE), (entry("layers.py", kind | 0o777), "/etc")]), UNITS)


@pytest.mark.parametrize(
    "names",
    [
        ["hw\\layers.py", "hw\\tools\\deep.py"],
        ["./hw/layers.py", "hw//tools/./deep.py"],
        ["hw/", "hw/layers.py", "hw/tools/", "hw/tools/deep.py"],
    ],
)
def test_names_of_other_systems_are_understood(archive, names):
    """Backslashes, dots, double slashes, and entries for folders."""
    packed = archive([(entry(name), CODE) for name in names])
    assert [*take_in(packed, UNITS).files] == ["layers.py", "tools/deep.py"]


@pytest.mark.parametrize("encoded", ["übung".encode(), "übung".encode("cp437")])
def test_names_in_other_encodings_are_understood(archive, encoded):
    """UTF-8 that is not said to be UTF-8, as a Mac writes it, and that of MS-DOS."""
    packed = archive({"UEBUNG/layers.py": CODE, "UEBUNG/helper.py": ""})
    padded = encoded.rjust(6, b"_")
    packed.write_bytes(packed.read_bytes().replace(b"UEBUNG", padded))
    files = take_in(packed, UNITS).files
    assert files["layers.py"].filename.lstrip("_") == "übung/layers.py"


def test_a_name_of_composed_letters_is_the_one_that_python_looks_for(archive):
    """A Mac spells ``ü`` as two characters."""
    files = take_in(archive({"layers.py": "import hu\u0308lle", "hu\u0308lle.py": ""}), UNITS).files
    assert "h\u00fclle.py" in files


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_of_two_entries_of_one_name_the_last_counts(archive):
    """As other programs that unpack do, and a note says so."""
    intake = take_in(archive([("layers.py", "x = 1"), ("layers.py", "x = 2")]), UNITS)
    assert intake.files["layers.py"].text == "x = 2"
    assert intake.notes == ("layers.py is in there twice: the last one counts",)


def test_a_file_of_fifty_megabytes_is_not_unpacked(archive):
    """Neither memory nor time is spent on zeros that were packed small."""
    packed = archive({"layers.py": b"\0" * 50_000_000, "data.bin": b"\0" * 50_000_000})
    assert packed.stat().st_size < 200_000
    tracemalloc.start()
    with pytest.raises(UserError, match=r"layers.py in .*ada.zip is larger than 1 MB"):
        take_in(packed, UNITS)
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert most < 10_000_000


def test_many_small_bombs_are_stopped_by_their_sum(archive):
    """Each file is allowed, all of them are not."""
    files = {f"x{n}.py": b"#" * 1_000_000 for n in range(12)}
    with pytest.raises(UserError, match="more than 8 MB of Python files"):
        take_in(archive(files | {"layers.py": CODE}), UNITS)


def _lying(packed, size):
    """Claim another size for the only entry, in both of its headers."""
    data = bytearray(packed.read_bytes())
    for signature, offset in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        struct.pack_into("<I", data, data.index(signature) + offset, size)
    packed.write_bytes(data)
    return packed


@pytest.mark.parametrize("size", [0, 10, 2**31])
def test_a_header_that_lies_about_the_size_is_not_believed(archive, size):
    """A bomb that claims to be small, or a small file that claims to be huge, costs nothing."""
    packed = _lying(archive({"layers.py": b"\0" * 5_000_000}), size)
    with pytest.raises(UserError, match=r"cannot be unpacked: Bad CRC|larger than 1 MB"):
        take_in(packed, UNITS)


def test_a_small_file_that_claims_to_be_large_is_read_as_it_is(archive):
    """What counts is what comes out."""
    intake = take_in(_lying(archive({"layers.py": CODE}), 2**31), UNITS)
    assert intake.files["layers.py"].text == CODE


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_methods_that_cannot_be_bounded_are_refused(archive, method):
    """A plain zip is asked for; data packed so is nobody's business."""
    with pytest.raises(UserError, match=r"layers.py in .* is packed in an unusual way"):
        take_in(archive({"layers.py": CODE}, compression=method), UNITS)


def test_an_encrypted_archive_is_refused(archive):
    """The line says what to do."""
    packed = archive({"layers.py": CODE})
    data = bytearray(packed.read_bytes())
    data[data.index(b"PK\x03\x04") + 6] |= 1
    data[data.index(b"PK\x01\x02") + 8] |= 1
    packed.write_bytes(data)
    with pytest.raises(UserError, match="is encrypted: pack it without a password"):
        take_in(packed, UNITS)


def test_archives_inside_are_not_opened(archive):
    """They are no modules; the line says what to do."""
    inner = io.BytesIO()
    with zipfile.ZipFile(inner, "w") as packed:
        packed.writestr("layers.py", CODE)
    with pytest.raises(UserError, match=r"has none of the modules: .*; unpack hw.zip first"):
        take_in(archive({"hw.zip": inner.getvalue()}), UNITS)


def test_an_archive_with_very_many_entries_is_refused_unread(tmp_path):
    """They are counted before any is looked at; here there are as many as fit."""
    file = tmp_path / "ada.zip"
    file.write_bytes(b"PK\x03\x04" + b"PK\x01\x02" * 100_000)
    with pytest.raises(UserError, match="more than 20000 files and folders"):
        take_in(file, UNITS)


def test_an_archive_that_is_too_large_is_refused(archive):
    """Before it is read to its end."""
    packed = archive({"layers.py": CODE, "data.bin": os.urandom(6_000)})
    with pytest.raises(UserError, match=r"ada.zip is larger than 0.0047"):
        take_in(packed, UNITS, SMALL)


def _plain_zip():
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("hw/layers.py", CODE * 20)
        packed.writestr("hw/helper.py", CODE)
    return file.getvalue()


_PLAIN = _plain_zip()


@settings(max_examples=300, deadline=None)
@given(
    changes=st.dictionaries(st.integers(0, len(_PLAIN) - 1), st.integers(0, 255), max_size=6),
    cut=st.integers(0, len(_PLAIN)),
)
def test_a_damaged_archive_is_a_message(tmp_path_factory, changes, cut):
    """Whatever is damaged: what is taken in has texts, all else is one line."""
    data = bytearray(_PLAIN)
    for position, value in changes.items():
        data[position] = value
    file = tmp_path_factory.getbasetemp() / "damaged.zip"
    file.write_bytes(bytes(data)[: cut if cut % 3 == 0 else None])
    result = _taken_or_refused(file)
    assert isinstance(result, Intake | str)


def _taken_or_refused(file):
    try:
        return take_in(file, UNITS)
    except UserError as error:
        return str(error)


def test_nothing_is_written_or_run(archive, tmp_path, monkeypatch):
    """Taking in leaves no file behind, and no file of the submission is imported."""
    code = "open('written', 'w')\nraise SystemExit"
    names = ("layers.py", "conftest.py", "sitecustomize.py", "setup.py", "numpy.py", "__init__.py")
    packed = archive(dict.fromkeys(names, code) | {"network.ipynb": notebook(code)})
    monkeypatch.chdir(tmp_path)
    before = set(tmp_path.rglob("*"))
    assert len(take_in(packed, UNITS).files) == 7
    assert set(tmp_path.rglob("*")) == before


# Texts as editors save them.


@pytest.mark.parametrize(
    ("data", "text", "odd"),
    [
        (b"x = 1\n", "x = 1\n", ""),
        (b"", "", ""),
        (b"a\r\nb\rc\n\r\n", "a\nb\nc\n\n", ""),
        (b"\xef\xbb\xbfx = 1", "x = 1", ""),
        ("x = 'é'".encode("utf-16"), "x = 'é'", "is UTF-16: save it as UTF-8"),
        ("x = 'é'".encode("utf-32"), "x = 'é'", "is UTF-32: save it as UTF-8"),
        (b"\xfe\xff\x00x", "x", "is UTF-16: save it as UTF-8"),
        (b"\xff\xfex", "\ufffd", "is UTF-16: save it as UTF-8"),
        ("é".encode("latin-1"), "é", "is not UTF-8: read as Latin-1"),
        ("“é”".encode("cp1252"), "“é”", "is not UTF-8: read as Windows-1252"),
        (b"\x81\xe9", "\x81é", "is not UTF-8: read as Latin-1"),
        (b"# coding: latin-1\n\xe9", "# coding: latin-1\né", ""),
        (b"#!/x\n# -*- coding: cp1252 -*-\n\x93", "#!/x\n# -*- coding: cp1252 -*-\n“", ""),
        (b"# vim: set fileencoding=koi8-r :\n\xc1", "# vim: set fileencoding=koi8-r :\nа", ""),
        (b"x = 1\n# coding: latin-1\n\xc3\xa9", "x = 1\n# coding: latin-1\né", ""),
        (b"# coding: utf-8\n\xe9", "# coding: utf-8\né", "is not utf-8: read as Latin-1"),
        (b"# coding: ascii\n\xc3\xa9", "# coding: ascii\né", "is not ascii: read as UTF-8"),
        (b"\xef\xbb\xbf# coding: latin-1\n\xc3\xa9", "# coding: latin-1\né", ""),
        (b"\tx\x0c\n", "\tx\x0c\n", ""),
        (b"x\0", "x\0", "holds NUL bytes, which Python refuses"),
    ],
)
def test_sources_are_decoded_as_python_or_their_editor_means_them(data, text, odd):
    """Marks, declarations and guesses; what is no plain UTF-8 or declared is told."""
    assert decoded(data) == (text, odd)


@pytest.mark.parametrize(
    "codec", ["punycode", "idna", "unicode_escape", "rot13", "zlib", "nonsense", "utf-7"]
)
def test_declarations_that_are_no_character_set_are_not_followed(codec):
    """Some run for ever, some make code out of comments."""
    text, odd = decoded(f"# coding: {codec}\n\\u0078 = 1".encode())
    assert text.endswith("\\u0078 = 1")
    assert odd == f"names the encoding {codec!r}, which is not known: read as UTF-8"


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=60) | st.binary(max_size=60).map(lambda b: b"# coding: big5\n" + b))
def test_any_bytes_give_a_text_that_can_be_sent(data):
    """No exception, no carriage return, no half of a character."""
    text, _ = decoded(data)
    assert "\r" not in text
    assert text.encode("utf-8").decode("utf-8") == text


@pytest.mark.parametrize(
    "data",
    [
        b"\xef\xbb\xbfx = 1\r\ny = 2\r\n",
        b"x = 'caf\xe9'",
        "x = 'é'".encode("utf-16"),
        b"if 1:\n\tx = 1\n",
    ],
)
def test_files_of_other_editors_import(folder, data):
    """A BOM, Windows' line ends, Latin-1, UTF-16, tabs."""
    assert imported(take_in(folder({"layers.py": data}), UNITS)) == ["layers"]


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
    result = _taken_or_refused(packed)
    assert result if isinstance(result, str) else imported(result)
