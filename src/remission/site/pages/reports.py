"""The bundled reports: one page that lists them, and each as the single file that the command writes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from remission.exhibits.page import Block, Page, Section
from remission.exhibits.site.shell import linked
from remission.exhibits.tables import OF_THE_LIBRARY

if TYPE_CHECKING:
    from remission.exhibits.site.shell import Making
    from remission.site.known import Known

PATH, TITLE, PLACE = "reports.html", "Reports", 60


@dataclass(frozen=True)
class Bundled:
    """A report that comes with the site: its cohort and endpoint, what it shows, and the command that writes it."""

    cohort: str
    endpoint: str
    title: str
    says: str
    group_by: str | None = None

    @property
    def path(self) -> str:
        """Where it lies, from the root."""
        return f"reports/{self.cohort}/index.html"

    @property
    def command(self) -> str:
        """The command that writes it."""
        grouped = f" --group-by {self.group_by}" if self.group_by else ""
        return f"remission report {self.cohort} --endpoint {self.endpoint}{grouped} -o out/{self.cohort}"


BUNDLED = (
    Bundled("halt-ms", "halt-ms-efs", "HALT-MS, as far as it can be rebuilt from what was printed",
            "The trial of 2017 from which this project began: 24 people after a transplant, over five years. The "
            "records were rebuilt so that they give the printed numbers. They are not the trial's own records."),
    Bundled("two-arm", "neda-3", "A made-up trial with a known truth",
            "Two groups of made-up people, to see what a report of a trial looks like, beside the truth that was put "
            "in.", group_by="arm"),
)  # fmt: skip


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
