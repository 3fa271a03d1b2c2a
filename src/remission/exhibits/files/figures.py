"""Pictures as files, drawn again only when something that shows has changed.

Beside the pictures lies `digests.json`: for each file the digest of what it was drawn from (the whole spec, its words,
the renderer and its version) and of its bytes. A picture is kept only when both still hold, so one that is stale or
was tampered with is drawn again.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from remission.exhibits.page import Picture
from remission.exhibits.rendering import render_png, renderer, undrawable

if TYPE_CHECKING:
    from remission.exhibits.figure import Figure
    from remission.exhibits.theme import Width
    from remission.inputs.writing import FolderResult

DIGESTS = "digests.json"
# Twice as many pixels as on a page: sharp on today's screens and in print.
PNG_SCALE = 2.0


class FigureFolder:
    """The pictures of a result, in a folder of it: NAME.svg, NAME.narrow.svg and NAME.png for each.

    `drawn` names the files that had to be drawn in this run; `notices` are what its page must say at the top.
    """

    def __init__(self, result: FolderResult, name: str) -> None:
        self._result, self._name = result, name
        self._known = _read_digests(result.folder / name / DIGESTS)
        self._now: dict[str, dict[str, str]] = {}
        self.drawn: list[str] = []
        found = undrawable()
        # Asked once and said on the page: a page without pictures must not look as if there were nothing to show.
        self.notices = (f"Tables only: this report was made with {found}.",) if found else ()

    def write(self, figure: Figure) -> Picture:
        """Write a figure's files, or keep those that are right already; ready for a page.

        Where nothing can be drawn there are no files, and the page shows the table.
        """
        if self.notices:
            return Picture(figure, "", "")
        wide, narrow = self._write_svg(figure, "wide"), self._write_svg(figure, "narrow")
        # The PNG is drawn from the finished SVG, so its digest is of those bytes and of what draws them.
        source = _digest(wide.encode() + f"{renderer()}, scale {PNG_SCALE}".encode())
        self._keep_or_draw(f"{figure.name}.png", source, lambda: render_png(wide, PNG_SCALE))
        return Picture(figure, wide, narrow)

    def save_digests(self) -> None:
        """Remember what was drawn from what, for the next run."""
        self._result.write(self._path(DIGESTS), json.dumps(self._now, indent=1, sort_keys=True) + "\n")
        # An earlier version listed pictures nowhere else, and this file nowhere at all.
        self._result.forget(map(self._path, (*self._known, DIGESTS)))

    def _path(self, name: str) -> str:
        return PurePosixPath(self._name, name).as_posix()

    def _write_svg(self, figure: Figure, width: Width) -> str:
        # All that shows is in the digest, the renderer's version too (decision 16): nothing that would come out the
        # same is drawn again.
        words = [figure.name, figure.title, figure.description, figure.provenance.warning, renderer(), width]
        source = _digest(json.dumps([words, figure.spec(width)], sort_keys=True).encode())
        name = f"{figure.name}.svg" if width == "wide" else f"{figure.name}.{width}.svg"
        return self._keep_or_draw(name, source, lambda: figure.svg(width).encode()).decode()

    def _keep_or_draw(self, name: str, source: str, draw: Callable[[], bytes]) -> bytes:
        """The bytes of a file: those on disk if they were drawn from the same source, fresh ones otherwise."""
        path, known = self._result.folder / self._path(name), self._known.get(name, {})
        # Both digests: the same source says that it is not stale, the same bytes that nobody has changed it (decision
        # 16).
        if known.get("source") == source and path.is_file() and _digest(kept := path.read_bytes()) == known.get("file"):
            self._now[name] = known
            self._result.keep(self._path(name))
            return kept
        content = draw()
        self._result.write(self._path(name), content)
        self._now[name] = {"source": source, "file": _digest(content)}
        self.drawn.append(name)
        return content


def _read_digests(path: Path) -> dict[str, dict[str, str]]:
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (FileNotFoundError, json.JSONDecodeError, UnicodeDecodeError):
        return {}
    # A record that somebody has spoilt is left out, and its picture drawn again.
    records = found.items() if isinstance(found, dict) else ()
    return {name: record for name, record in records if isinstance(record, dict)}


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
