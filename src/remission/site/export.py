"""The site written as one static folder: pages, search, reports, and the atlas where it is asked for."""

from __future__ import annotations

import os
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from remission.atlas.recipes.export import export_atlas
from remission.engines.processes import ProcessEngine
from remission.exhibits.page import Link
from remission.exhibits.site.write import Progress, write_pages
from remission.inputs.writing import write_into
from remission.site.bundled import BUNDLED, write_bundled
from remission.site.known import know_site
from remission.site.page_files import page_files
from remission.site.search import SCRIPT, search_page, search_script
from remission.site.shell import STYLE, render_site_page, render_site_template, site_style

if TYPE_CHECKING:
    from datetime import date

    from remission.atlas.recipes.export import Export as AtlasExport
    from remission.engines.engine import Engine
    from remission.inputs.writing import FolderResult
    from remission.studies.load import Studies

FRONT = Link("Remission", "../index.html")


@dataclass(frozen=True)
class Export:
    """What was written: the front page, how many pages in all, and what must be said of the rows of the atlas."""

    index: Path
    pages: int
    warning: str = ""


def export_site(
    studies: Studies,
    folder: Path,
    *,
    on: date,
    atlas_home: Path | None = None,
    engine: Engine | None = None,
    progress: Progress | None = None,
) -> Export:
    """Write the site of some studies into a folder; what only an earlier export left there is deleted.

    `on` is the day that the pages say they were made on. With `atlas_home` the atlas that lies there is a part of the
    site. `progress` is told how many pages are done, and of how many. Nothing is written where anything fails.
    """
    known = know_site(studies, on, with_atlas=atlas_home is not None)
    makings = [making for kind in page_files().values() for making in kind.pages(known)]
    render = partial(render_site_page, site=known.site)
    chosen = engine or ProcessEngine(os.cpu_count() or 1)
    with write_into(folder) as result:
        written = write_pages(result, makings, render, chosen, progress)
        result.write(STYLE, site_style())
        result.write(SCRIPT, search_script(written.entries, known))
        # Last, of what was written: a list made before it could name a page that never came.
        page = search_page(written.entries)
        result.write(page.path, render_site_template("search.html.jinja", page, known.site))
        # Into the folder that is swapped in: a site with the reports of another day would contradict itself.
        for one in BUNDLED:
            write_bundled(one, result)
        atlas = _write_atlas(atlas_home, result, on, progress) if atlas_home else None
    pages = written.number + 1 + len(BUNDLED) + (atlas.pages if atlas else 0)
    return Export(folder / "index.html", pages, atlas.warning if atlas else "")


def _write_atlas(home: Path, result: FolderResult, on: date, progress: Progress | None) -> AtlasExport:
    return export_atlas(home, result.new / "atlas", on=on, above=FRONT, progress=progress)
