"""The bundled reports: one page that lists them, and each as the single file that the command writes."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING

from remission.exhibits.page import Block, Page, Section
from remission.exhibits.site.shell import linked
from remission.exhibits.tables import OF_THE_LIBRARY
from remission.site.bundled import BUNDLED

if TYPE_CHECKING:
    from remission.exhibits.site.shell import Making
    from remission.site.known import Known

PATH, TITLE, PLACE = "reports.html", "Reports", 60


def pages(_known: Known) -> Iterator[Making]:
    """The page; the reports themselves are written by the export."""
    yield partial(reports_page)


def reports_page() -> Page:
    """What each report shows, and how it is made again."""
    blocks = [
        Block(one.title, [one.says, linked("Open the report", one.path), f"Made by: {one.command}"]) for one in BUNDLED
    ]
    return Page(
        path=PATH,
        title="Reports",
        subtitle="What comes out when records of people go in",
        provenance=OF_THE_LIBRARY,
        headlines=["Give Remission the records of a trial or registry, and it writes a report like these."],
        in_short=["Each report is one file that needs nothing else, so it can be passed on."],
        sections=[Section("reports", "The reports of this site", blocks)],
    )
