"""Folders and zip files as they are submitted, from ``{path: text or bytes}``."""

import io
import zipfile

# The forms in which an instructor may have an export.
FORMS = ("folder", "folder in a folder", "zip", "zip of a folder")


def write_tree(root, files):
    """Write ``{path: text or bytes}`` into a folder; a path that ends with a slash is a folder."""
    root.mkdir(parents=True, exist_ok=True)
    for path, content in files.items():
        file = root / path
        (file if path.endswith("/") else file.parent).mkdir(parents=True, exist_ok=True)
        if not path.endswith("/"):
            file.write_bytes(content if isinstance(content, bytes) else content.encode())
    return root


def packed(files, compression=zipfile.ZIP_DEFLATED):
    """Return files as the bytes of a zip file; entries may be ``ZipInfo``, and pairs may repeat."""
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", compression) as archive:
        for path, content in files.items() if isinstance(files, dict) else files:
            archive.writestr(path, content)
    return data.getvalue()


def pack(file, files, **options):
    """Write files into a zip file and return it."""
    file.write_bytes(packed(files, **options))
    return file


def in_form(folder, files, form="folder", name="hw1"):
    """Write the files of a class in one of ``FORMS`` into a folder and return their path."""
    if form == "zip":
        return pack(folder / f"{name}.zip", files)
    if form == "zip of a folder":
        return pack(folder / "any.zip", {f"{name}/{path}": c for path, c in files.items()})
    inner = name if form == "folder" else f"downloads/{name}"
    write_tree(folder / inner, files)
    return folder / inner.partition("/")[0]
