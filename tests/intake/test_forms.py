"""The forms in which real classes hand in their work: names, archives, notebooks, litter."""

import io
import tarfile

import pytest

from backproof.errors import UserError
from backproof.intake.file_listing import IntakeLimits
from backproof.intake.names import is_by_product, original_stem, source_path, submission_stem
from backproof.intake.reader import read_submission
from backproof.student_code.modules import StudentCode
from tests.support.submissions import CODE, UNITS, attempts_in, ids, notebook

SCRIPT = (
    "#!/usr/bin/env python\n# In[1]:\n\n\n"
    "get_ipython().run_line_magic('matplotlib', 'inline')\n"
    "get_ipython().system('pip install numpy')\n"
)


def code_of(path):
    """Return the submission's code, as a grader opens it; the test closes it."""
    submitted = read_submission(path, UNITS)
    return StudentCode(submitted.files, UNITS, submitted.single_file)


def returned(path, unit="layers"):
    """Return what the function ``one`` of a unit returns."""
    code = code_of(path)
    try:
        return code.function(unit, "one")()
    finally:
        code.close()


FORMS = {
    "HW2.IPYNB": notebook(CODE),
    "layers.ipynb.json": notebook(CODE),
    "layers.ipynb.txt": notebook(CODE),
    "layers.py.txt": CODE,
    "layers.PY": CODE,
    "Layers.py": CODE,
    "LAYERS.PY": CODE,
    "layers (1).py": CODE,
    "layers - Copy.py": CODE,
    "a script.py": f"{SCRIPT}{CODE}",
    "timed.py": f"{SCRIPT}get_ipython().run_cell_magic('time', '', {CODE!r})\n",
    "written.ipynb": notebook(f"%%writefile layers.py\n{CODE}", "import layers"),
    "written in colab.ipynb": notebook(f"%%writefile /content/hw/layers.py\n{CODE}"),
    "file.ipynb": notebook(f"%%file 'layers.py'\n{CODE}"),
    "in two.ipynb": notebook("%%writefile layers.py\nx = 1", f"%%writefile -a layers.py\n\n{CODE}"),
    "layers.ipynb": notebook(f"%%writefile layers.py\n{CODE}", "from layers import *"),
    "a script that writes.py": f"{SCRIPT}"
    f"get_ipython().run_cell_magic('writefile', 'layers.py', {CODE!r})\n",
}


@pytest.mark.parametrize("name", FORMS)
def test_a_file_is_read_whatever_its_name_and_its_cells_are(folder, name):
    """Right code lost its points to its form: browsers, Colab and nbconvert make these."""
    assert returned(folder({name: FORMS[name]}) / name) == 1
    assert returned(folder({name: FORMS[name]})) == 1


def test_a_written_file_and_the_cells_beside_it_are_one_submission(folder):
    """A notebook may write one module and define another one."""
    cells = notebook(f"%%writefile layers.py\n{CODE}", "def one():\n    return 2\n")
    root = folder({"hw.ipynb": cells})
    assert (returned(root), returned(root, "network")) == (1, 2)


def test_a_renamed_module_keeps_the_name_that_others_import(folder):
    """On the student's machine ``from Layers import one`` works."""
    root = folder({"Layers.py": CODE, "network.py": "from Layers import one"})
    assert returned(root, "network") == 1
    notes = read_submission(root, UNITS).notes
    assert notes == ("Layers.py is read as layers.py, the name of the module",)


def test_a_plain_name_goes_before_a_renamed_one(folder):
    """Only one of them can be the module, and the plain name says which."""
    root = folder({"layers.py": CODE, "layers.py.txt": "x", "Layers (1).py": "x"})
    assert returned(root) == 1


@pytest.mark.parametrize(
    ("path", "source", "stem"),
    [
        ("a/HW.IPYNB", "a/HW.ipynb", "HW"),
        ("x.py.txt", "x.py", "x"),
        ("x.txt", "", "x"),
        (".py", "", ".py"),
        ("x.tar.gz", "", "x"),
        ("a.b.7z", "", "a.b"),
        ("README", "", "README"),
    ],
)
def test_a_name_says_what_a_file_is_read_as(path, source, stem):
    """The name of a student's file without its suffixes is the student's id."""
    assert source_path(path) == source
    assert submission_stem(path.rpartition("/")[2]) == stem


def test_a_copy_is_named_after_its_original():
    """Numbers that belong to a name stay: ``layers2`` is another module."""
    assert [*map(original_stem, ("Layers (2)", "layers copy", "layers2"))] == [
        "layers",
        "layers",
        "layers2",
    ]


LITTER = ("desktop.ini", "Thumbs.db", "~$grades.xlsx", ".DS_Store", "__MACOSX", "layers.py~")


@pytest.mark.parametrize("name", LITTER)
def test_litter_is_skipped_without_a_word(folder, tmp_path, name):
    """An instructor cannot do anything about what Windows and macOS leave behind."""
    root = folder({"ada/layers.py": CODE, "ben/layers.py": CODE, name: "", f"ada/{name}": ""})
    found = attempts_in(tmp_path / "scratch", root)
    assert is_by_product(name)
    assert (ids(found), found.problems, found.notes) == ([("ada", 1), ("ben", 1)], [], [])


def tarred(file, members, packing="gz"):
    """Write ``(name, content or TarInfo)`` pairs into a tar file and return its path."""
    with tarfile.open(file, f"w:{packing}") as archive:
        for name, content in members:
            info = content if isinstance(content, tarfile.TarInfo) else tarfile.TarInfo(name)
            info.name = name
            if isinstance(content, str):
                info.size = len(content.encode())
                archive.addfile(info, io.BytesIO(content.encode()))
            else:  # only the header, which may claim any size
                archive.addfile(info)
    return file


def special(kind, **fields):
    """Return a member of a kind that is no ordinary file."""
    info = tarfile.TarInfo()
    info.type = kind
    for name, value in fields.items():
        setattr(info, name, value)
    return info


@pytest.mark.parametrize(("suffix", "packing"), [("tar", ""), ("tar.gz", "gz"), ("tgz", "bz2")])
def test_a_tar_file_is_read_like_a_zip_file(tmp_path, suffix, packing):
    """Students on Linux hand in what ``tar`` makes."""
    file = tarred(tmp_path / f"ada.{suffix}", [("hw/layers.py", CODE), ("hw/x.csv", "1")], packing)
    assert returned(file) == 1
    assert [*read_submission(file, UNITS).files] == ["layers.py"]


def test_a_class_may_hand_in_tar_files(folder, tmp_path):
    """The student's id is the name without all of its suffixes."""
    root = folder({"ben/layers.py": CODE, "eve/report.pdf": ""})
    tarred(root / "ada.tar.gz", [("layers.py", CODE)])
    tarred(root / "eve" / "hw.tgz", [("layers.py", CODE)])
    found = attempts_in(tmp_path / "scratch", root)
    assert ids(found) == [("ada", 1), ("ben", 1), ("eve", 1)]
    assert [returned(each.path) for each in found.attempts] == [1, 1, 1]


@pytest.mark.parametrize(
    ("member", "said"),
    [
        (("../layers.py", CODE), "would end up outside"),
        (("/etc/layers.py", CODE), "would end up outside"),
        (("a/../../layers.py", CODE), "would end up outside"),
        (("C:\\layers.py", CODE), "would end up outside"),
        (("layers.py", special(tarfile.SYMTYPE, linkname="/etc/passwd")), "is a link"),
        (("layers.py", special(tarfile.LNKTYPE, linkname="../../x")), "is a link"),
        (("layers.py", special(tarfile.FIFOTYPE)), "is no ordinary file"),
        (("layers.py", special(tarfile.CHRTYPE, devmajor=1)), "is no ordinary file"),
        (("big.csv", special(tarfile.REGTYPE, size=2**40)), "unpacks to more than 128 MB"),
        (("layers.py", special(tarfile.REGTYPE, size=2**40)), "unpacks to more than 128 MB"),
        (("x/" * 30 + "layers.py", CODE), "folders in one another"),
    ],
)
def test_a_hostile_tar_file_is_refused(tmp_path, member, said):
    """Nothing of it is unpacked to disk, and what it claims is not believed."""
    with pytest.raises(UserError, match=said):
        read_submission(tarred(tmp_path / "eve.tar.gz", [member, ("network.py", CODE)]), UNITS)


def test_a_tar_bomb_is_refused(tmp_path):
    """A few kilobytes may unpack to gigabytes."""
    file = tarred(tmp_path / "eve.tar.gz", [("x.csv", "0" * 2**20), ("layers.py", CODE)])
    limits = IntakeLimits(archive_bytes=2**18)
    assert file.stat().st_size < 2**13
    with pytest.raises(UserError, match=r"unpacks to more than 0.5 MB"):
        read_submission(file, UNITS, limits)


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("ada.7z", r"ada.7z is a .7z archive, which is not read here: hand in a .zip of the"),
        ("ada.RAR", r"ada.RAR is a .rar archive, .*: hand in a .zip"),
        ("ada.tar.xz", r"ada.tar.xz is a .tar.xz archive"),
        ("ada.tar.gz", r"ada.tar.gz cannot be unpacked"),
        ("ada.docx", r"ada.docx is no submission: give a folder"),
    ],
)
def test_what_cannot_be_read_is_named_with_what_to_send(folder, name, said):
    """The student learns from one line which file it is, and what to hand in."""
    with pytest.raises(UserError, match=said):
        read_submission(folder({name: b"Rar!"}) / name, UNITS)


@pytest.mark.parametrize("name", ["ada.7z", "ada.rar"])
def test_in_a_class_such_an_archive_is_a_submission_that_is_not_readable(folder, tmp_path, name):
    """The student has a row that says why, instead of being missing."""
    root = folder({"ben/layers.py": CODE, name: b"Rar!"})
    found = attempts_in(tmp_path / "scratch", root)
    assert (ids(found), found.problems) == ([("ada", 1), ("ben", 1)], [])


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('{"cells": [}', "it is not valid JSON: Expecting value, at line 1, column 12"),
        ('{"cells":\n<<<<<<< HEAD\n[]}', "line 2 is a conflict marker of git"),
        ("<!DOCTYPE html><html>", "it is a web page: download the notebook itself"),
    ],
)
def test_a_notebook_that_is_no_json_says_where(folder, text, said):
    """A file of ten thousand lines cannot be searched by eye."""
    with pytest.raises(UserError, match=said):
        read_submission(folder({"hw.ipynb": text}) / "hw.ipynb", UNITS)


JAPANESE = "# 活性化関数をつくる\nx = '表'\ndef one():\n    return 1\n"


@pytest.mark.parametrize(
    ("data", "note"),
    [
        (JAPANESE.encode("cp932"), "layers.py is not UTF-8: read as Shift-JIS"),
        (JAPANESE.encode("utf-16"), "layers.py is UTF-16: save it as UTF-8"),
        (CODE.encode("utf-16-le"), "layers.py is UTF-16: save it as UTF-8"),
        (CODE.encode("utf-16-be"), "layers.py is UTF-16: save it as UTF-8"),
    ],
)
def test_sources_of_other_editors_run(folder, data, note):
    """Of Shift-JIS read as Latin-1, the second byte of 表 is a backslash: a syntax error."""
    root = folder({"layers.py": data})
    assert returned(root) == 1
    assert read_submission(root, UNITS).notes == (note,)
