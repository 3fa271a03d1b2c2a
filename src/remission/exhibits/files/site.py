"""A folder that a site is written into: what an earlier export left and this one does not write is deleted.

Beside the site lies a list of its files. Only what an earlier list names is ever deleted, so that a file that somebody
else put there is safe, and no folder mixes the pages of two exports.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path

LIST = "written.json"


class SiteFolder:
    """A folder, and the paths written into it so far."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._before = _listed(folder / LIST)
        self._written: set[str] = set()

    def write(self, files: Iterable[tuple[str, str | bytes]]) -> None:
        """Write texts and pictures by their path from the root of the site."""
        for name, content in files:
            self.place(name).write_bytes(content.encode() if isinstance(content, str) else content)

    def place(self, name: str) -> Path:
        """Where a file of this name is to be written."""
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        self._written.add(name)
        return path

    def finish(self) -> None:
        """Delete what only an earlier export wrote, and leave the list of this one."""
        for name in self._before - self._written:
            # Resolved: a name that leads out of the folder, by dots or a link, is not followed.
            path = (self.folder / name).resolve()
            if path.is_relative_to(self.folder.resolve()) and path.is_file():
                path.unlink()
        text = json.dumps(sorted(self._written), indent=0) + "\n"
        (self.folder / LIST).write_text(text, encoding="utf-8")


def _listed(path: Path) -> set[str]:
    """The paths that an earlier export listed; none where there is no such list."""
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (FileNotFoundError, json.JSONDecodeError, UnicodeDecodeError):
        return set()
    return {name for name in found if isinstance(name, str)} if isinstance(found, list) else set()
