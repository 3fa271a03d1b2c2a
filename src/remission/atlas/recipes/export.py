"""The atlas as a static website: every page, table, picture and view written once, so that any server can hold it."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from remission.atlas.page_files import AtlasPageFile, page_files
from remission.atlas.page_shell import STYLE, atlas_style, render_atlas_page
from remission.atlas.recipes.known import Known, know
from remission.engines.processes import ProcessEngine
from remission.exhibits.site.page_files import navigation_of
from remission.exhibits.site.shell import Site
from remission.exhibits.site.write import Progress, write_pages
from remission.inputs.writing import write_into

if TYPE_CHECKING:
    from remission.engines.engine import Engine
    from remission.exhibits.page import Link
    from remission.supply.views import Codes


@dataclass(frozen=True)
class Export:
    """What was written: the map page, how many pages, and what their rows are."""

    index: Path
    pages: int
    warning: str


def export_atlas(
    home: Path,
    folder: Path,
    *,
    on: date,
    codes_are: Codes = "as now",
    above: Link | None = None,
    progress: Progress | None = None,
) -> Export:
    """Write the site of the atlas in `home` into `folder`; what only an earlier export left there is deleted.

    The atlas is built first when it was not. `on` is the day that the pages say they were made on, and on which a
    request is due or overdue. `above` is the page above the map, where the atlas is a part of a larger site. `progress`
    is told how many pages are done, and of how many.
    """
    kinds = page_files()
    known = know(home, Site(navigation_of(kinds), on, above), codes_are)
    engine = ProcessEngine(os.cpu_count() or 1)
    known.measures.estimate_all(engine)
    pages = write_site(folder, known, kinds, engine, progress)
    return Export(folder / "index.html", pages, known.provenance.warning)


def write_site(
    folder: Path, known: Known, kinds: Mapping[str, AtlasPageFile], engine: Engine, progress: Progress | None = None
) -> int:
    """Write the pages of some kinds, with what lies beside them, and return how many pages there are."""
    # All that takes time is listed first and made side by side; each carries what it needs to another process.
    makings = [making for kind in kinds.values() for making in kind.pages(known)]
    with write_into(folder) as result:
        written = write_pages(result, makings, partial(render_atlas_page, site=known.site), engine, progress)
        result.write(STYLE, atlas_style())
    return written.number
