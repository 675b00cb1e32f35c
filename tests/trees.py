"""Folders and zip files as they are handed in, from ``{path: text or bytes}``."""

import io
import zipfile


def plant(root, files):
    """Write ``{path: text or bytes}`` into a folder; a path that ends with a slash is a folder."""
    for path, content in files.items():
        file = root / path
        (file if path.endswith("/") else file.parent).mkdir(parents=True, exist_ok=True)
        if not path.endswith("/"):
            file.write_bytes(content if isinstance(content, bytes) else content.encode())
    return root


def packed(files, compression=zipfile.ZIP_DEFLATED):
    """Give the same as a zip file's bytes; entries may be ``ZipInfo``."""
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", compression) as archive:
        for path, content in files.items():
            archive.writestr(path, content)
    return data.getvalue()
