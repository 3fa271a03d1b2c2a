"""The fingerprint of a file: what tells whether it is still the one that was kept."""

from __future__ import annotations

import hashlib
from pathlib import Path


def sha256_of(path: Path) -> str:
    """The SHA-256 of the bytes of a file, in hexadecimal; read in pieces, for extracts may be larger than free memory.

    >>> from remission.library.catalogue import LIBRARY
    >>> len(sha256_of(LIBRARY / "therapies.csv"))
    64
    """
    with path.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()
