"""The league table: every treatment against every other, sorted by nothing, and each by itself for a phone."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING

from remission.evidence.recipes.league.pictures import grid_of
from remission.evidence.recipes.league.sentences import cells_words
from remission.exhibits.network.grid import NOT_SORTED, draw_league_grid, tables_of_each
from remission.exhibits.page import Block, Link, Page, Picture, Section
from remission.exhibits.site.shell import linked

if TYPE_CHECKING:
    from remission.evidence.recipes.known import Known
    from remission.evidence.recipes.league.leagues import Leagues
    from remission.exhibits.site.shell import Making

PATH, TITLE, PLACE = "evidence/league-table.html", "The league table", 62
FINE_PATH = "evidence/league-table-by-dose.html"
COARSE, FINE = "coarse", "fine"
ABOVE = Link("Which treatment prevents most relapses?", "evidence/league.html")
ONE = "Open the table of one treatment: it has every other one in words, with the treatment that each number favours."
APART = "Two that cannot be told apart may still differ: the trials are too few or too small to say."
MORE = "How these numbers were made, and what was left out"


def pages(known: Known) -> Iterator[Making]:
    """The table with drugs whole, and the table with each form and dose by itself."""
    yield partial(table_page, known, COARSE)
    yield partial(table_page, known, FINE)


def answer(leagues: Leagues) -> str:
    """How many cells there are, and of how many the two can be told apart."""
    return cells_words(leagues)


def table_page(known: Known, nodes: str) -> Page:
    """The page of one set of nodes."""
    leagues, fine = known.leagues(nodes), nodes == FINE
    grid = grid_of(leagues, "league-table", "Every treatment against every other")
    picture = Picture.of(draw_league_grid(grid, known.provenance))
    other = linked("All forms of a drug together", f"../{PATH}") if fine else linked(
        "Each form and dose by itself", f"../{FINE_PATH}")  # fmt: skip
    return Page(
        path=FINE_PATH if fine else PATH,
        title="The league table" + (", each form and dose by itself" if fine else ""),
        subtitle="Relapses and lasting worsening: every treatment against every other",
        provenance=known.provenance,
        headlines=[answer(leagues)],
        in_short=[NOT_SORTED, APART],
        sections=[
            Section("table", "The whole table", [Block(picture=picture)]),
            Section("each", "One treatment against all others",
                    [Block("", [ONE], folded=tables_of_each(grid, known.provenance))]),
            Section("more", "More on this", [Block("", [linked(MORE, f"../{ABOVE.path}"), other])]),
        ],
        picture_first=True,
        trail=[ABOVE],
        data_folder="league-table-by-dose" if fine else "league-table",
        found_by=["network meta-analysis", *(one.name for one in leagues.relapse.nodes.nodes)],
    )  # fmt: skip
