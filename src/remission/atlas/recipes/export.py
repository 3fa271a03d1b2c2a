"""The atlas as a static website: every page, table, picture and view written once, so that any server can hold it."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import polars as pl

from remission.atlas.map.index import Download, script_files
from remission.atlas.map.live import LiveShown, live_data
from remission.atlas.page_shell import AtlasPage, atlas_style, page_tables, render_atlas_page
from remission.atlas.pages.find import find_script
from remission.atlas.pages.measure import MeasureParts, measure_page
from remission.atlas.pages.trust import TrustParts, trust_page
from remission.atlas.recipes.answers import answers_of, by_todays_codes, refused_codes, requests_page
from remission.atlas.recipes.boards import boards_page
from remission.atlas.recipes.live import MapSheets, as_json
from remission.atlas.recipes.measures import WINDOW, MeasureSheets
from remission.atlas.recipes.therapies import page_of_therapies
from remission.atlas.recipes.trusts import TrustSheets
from remission.atlas.recipes.whole import SiteSheets
from remission.engines.processes import ProcessEngine
from remission.exhibits.files.site import SiteFolder
from remission.exhibits.page import Fact
from remission.foi.answers.beside import people_counted
from remission.foi.answers.ledger import read_answers
from remission.inputs.problems import InputProblems, Problem
from remission.inputs.provenance import Provenance
from remission.places.fetched_organisations import organisations_of
from remission.supply.build import first_of, load_atlas
from remission.supply.views import AtlasViews, Codes, views_of

Written = list[tuple[str, str]]
Parts = TrustParts | MeasureParts | LiveShown
STYLE = "atlas.css"
LATEST, ISSUED = "data/estimates", "data/issued"
CODES: dict[Codes, str] = {
    "as now": "trusts as they are today: series of merged trusts are followed to their successor",
    "as reported": "codes as they stand in the files: merged trusts stand beside their successor",
}
BOARDS = "The same in the boundaries of care boards"


@dataclass(frozen=True)
class Export:
    """What was written: the map page, how many pages, and what their rows are."""

    index: Path
    pages: int
    warning: str


def export_atlas(
    home: Path, folder: Path, progress: Callable[[int, int], None] | None = None, codes_are: Codes = "as now"
) -> Export:
    """Write the site of the atlas in `home` into `folder`; what only an earlier export left there is deleted.

    The atlas is built first when it was not. `progress` is told how many pages are done, and of how many.
    """
    answers = read_answers(home)
    organisations = organisations_of(home)
    people = by_todays_codes(people_counted(answers.answers), organisations)
    views = views_of(load_atlas(home), people, codes_are, organisations)
    # Before anything is written: an export that stops in the middle leaves half a site.
    check_months(home, views)
    facts = _facts(views, codes_are)
    sheets = MeasureSheets(views, facts)
    pages = frozenset(views.monthly.codes)
    maps = MapSheets(sheets, pages, refused_codes(home))
    # All that takes time is listed first and made side by side; each part carries what it needs to another process.
    parts: list[Parts] = [*_trust_parts(sheets, answers_of(home, views, answers))]
    parts += [*(sheets.parts(name) for name in sheets.measures), *maps.choosable()]
    site, about = SiteFolder(folder), SiteSheets(views, facts)
    for done, written in enumerate(ProcessEngine(os.cpu_count() or 1).map(render_parts, parts), 1):
        site.write(written)
        if progress is not None:
            progress(done, len(parts))
    boards = boards_page(home, maps)
    others = [
        *_other_pages(home, about),
        sheets.list_page(),
        sheets.deserts(pages),
        *([boards] if boards else []),
    ]
    for page in others:
        site.write(rendered(page, views.atlas.provenance))
    site.write(about.find_files(home))
    _write_map(site, maps, [Download(boards.path, BOARDS, "all")] if boards else [])
    site.write([(STYLE, atlas_style()), ("find.js", find_script()), *script_files().items()])
    # Last: what an earlier export wrote is deleted only when this one is whole.
    site.finish()
    drawn = sum(not isinstance(one, LiveShown) for one in parts) + len(others) + 1  # the map
    return Export(folder / "index.html", drawn, views.atlas.provenance.warning)


def check_months(home: Path, views: AtlasViews) -> None:
    """InputProblems for fewer months than the shortest picture of a year needs."""
    if len(views.months) < WINDOW:
        advice = f"Fetch earlier months too: remission atlas fetch --data {home}"
        found = f"{len(views.months)} months, {first_of(views.months)}"
        raise InputProblems([Problem.of_file(str(home), found=found, allowed=f"at least {WINDOW} months", do=advice)])


def _trust_parts(sheets: MeasureSheets, answers: dict[str, pl.DataFrame]) -> Iterator[TrustParts]:
    trusts = TrustSheets(sheets.views, sheets.latest, sheets.words, sheets.facts, answers)
    return (trusts.parts(code) for code in sheets.views.monthly.codes)


def _other_pages(home: Path, about: SiteSheets) -> list[AtlasPage]:
    views, facts = about.views, about.facts
    requests = requests_page(home, views, facts, date.today())
    return [about.coverage(home), about.find(), page_of_therapies(views, facts), requests, about.about(home)]


def render_parts(parts: Parts) -> Written:
    """One page with its tables, or the numbers of one view, by path: what a process of its own does."""
    if isinstance(parts, LiveShown):
        return as_json(live_data(parts))
    page = trust_page(parts) if isinstance(parts, TrustParts) else measure_page(parts)
    return rendered(page, parts.provenance)


def rendered(page: AtlasPage, provenance: Provenance) -> Written:
    """A page and its tables as files, by their path from the root of the site."""
    files = [(page.path, render_atlas_page(page, provenance))]
    if not page.data_folder:
        return files
    place = Path(page.path).parent / page.data_folder
    return [*files, *((str(place / table.file_name), table.csv()) for table in page_tables(page))]


def _write_map(site: SiteFolder, sheets: MapSheets, further: list[Download]) -> None:
    """The map page, its pictures, the figures behind it, and what its script loads."""
    cells, hexagons = sheets.figures
    kind = sheets.views.atlas.provenance.kind
    # The word goes into the names of files, so that a copy of one of them says it too (decision 12).
    mark = "" if kind == "observed" else f".{kind.replace(' ', '-')}"
    site.write((f"pictures/{one.name}{mark}.svg", one.svg()) for one in (cells, hexagons))
    site.place(f"pictures/map{mark}.png").write_bytes(cells.png())
    site.write([(f"data/{cells.table.file_name}", cells.table.csv())])
    latest = sheets.sheets.latest.frame
    latest.write_csv(site.place(f"{LATEST}{mark}.csv"))
    latest.write_parquet(site.place(f"{LATEST}{mark}.parquet"))
    sheets.views.as_now.write_parquet(site.place(f"{ISSUED}{mark}.parquet"))
    downloads = [
        Download(f"data/{cells.table.file_name}", "This view as CSV", "csv"),
        Download(f"pictures/map{mark}.svg", "This picture as SVG", "svg"),
        Download(f"pictures/map{mark}.png", "This picture as PNG", "png"),
        Download(f"{LATEST}{mark}.csv", "All measures and places, newest months, as CSV", "all"),
        Download(f"{LATEST}{mark}.parquet", "The same as Parquet", "parquet"),
        Download(f"{ISSUED}{mark}.parquet", "Every row counted, with codes as reported and as now, as Parquet", "all"),
        *further,
    ]
    site.write([("index.html", sheets.index(downloads)), *sheets.files()])


def _facts(views: AtlasViews, codes_are: Codes) -> tuple[Fact, ...]:
    atlas = views.atlas
    sources = "; ".join(f"{one.citation} ({one.status})" for one in atlas.sources)
    return (
        Fact("Rows", sources),
        Fact("Months", first_of(views.months)),
        Fact("Codes", CODES[codes_are]),
        Fact("Rule of coverage", views.rule.title),
        Fact("Data", f"SHA-256 {atlas.digest}"),
    )
