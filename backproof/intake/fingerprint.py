"""Digest of the files of a submission."""

from __future__ import annotations

import hashlib

from backproof.intake.reader import SubmittedFiles


def fingerprint_of(intake: SubmittedFiles) -> str:
    """Give a digest of the files that are graded: equal for equal names and texts.

    Neither times count, nor the order in a zip file, nor what the folder or the file is called
    that was handed in.
    """
    digest = hashlib.sha256()
    for path, source in sorted(intake.files.items()):
        name = "" if path == intake.whole else path
        for text in (name, source.text):
            data = text.encode()
            digest.update(len(data).to_bytes(8, "big") + data)
    return digest.hexdigest()
