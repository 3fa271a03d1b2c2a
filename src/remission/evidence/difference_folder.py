"""The page of what changed between two libraries, written with its pictures and tables beside it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from remission.evidence.pages.changes import difference_page
from remission.exhibits.files.folder import write_folder

if TYPE_CHECKING:
    from remission.inputs.provenance import Provenance
    from remission.studies.difference import Difference


def write_difference(found: Difference, provenance: Provenance, folder: Path) -> Path:
    """Write the page, its pictures and its tables into a folder, and return the page; an earlier page there goes."""
    return write_folder(folder, lambda picture: difference_page(found, provenance, picture))
