"""The atlas as a static website: every page, table, picture and view written once, so that any server can hold it."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from remission.atlas.page_files import PageFile, navigation_of, page_files
from remission.atlas.page_shell import STYLE, Files, Making, Site, atlas_style, files_of
from remission.atlas.recipes.known import Known, know
from remission.engines.processes import ProcessEngine
from remission.inputs.writing import write_into

if TYPE_CHECKING:
    from remission.engines.engine import Engine
    from remission.supply.views import Codes

Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Export:
    """What was written: the map page, how many pages, and what their rows are."""

    index: Path
    pages: int
    warning: str


def export_atlas(
    home: Path, folder: Path, *, on: date, codes_are: Codes = "as now", progress: Progress | None = None
) -> Export:
    """Write the site of the atlas in `home` into `folder`; what only an earlier export left there is deleted.

    The atlas is built first when it was not. `on` is the day that the pages say they were made on, and on which a
    request is due or overdue. `progress` is told how many pages are done, and of how many.
    """
    kinds = page_files()
    known = know(home, Site(navigation_of(kinds), on), codes_are)
    pages = write_site(folder, known, kinds, ProcessEngine(os.cpu_count() or 1), progress)
    return Export(folder / "index.html", pages, known.provenance.warning)


def write_site(
    folder: Path, known: Known, kinds: Mapping[str, PageFile], engine: Engine, progress: Progress | None = None
) -> int:
    """Write the pages of some kinds, with what lies beside them, and return how many pages there are."""
    # All that takes time is listed first and made side by side; each carries what it needs to another process.
    makings = [making for kind in kinds.values() for making in kind.pages(known)]
    pages = 0
    with write_into(folder) as site:
        for done, files in enumerate(engine.map(partial(_make, site=known.site), makings), 1):
            for name, content in files:
                site.write(name, content)
                pages += name.endswith(".html")
            if progress is not None:
                progress(done, len(makings))
        site.write(STYLE, atlas_style())
    return pages


def _make(making: Making, site: Site) -> Files:
    """What one making writes: the work of a process of its own."""
    return files_of(making(), site)
