"""The report: one self-contained page, with its pictures as SVG and PNG and its tables as CSV beside it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from remission.exhibits.files.pages import PAGE, write_page
from remission.exhibits.files.paper import Paper
from remission.exhibits.page import Picture, render_report
from remission.report.asked import ask
from remission.report.frame.framing import frame_page
from remission.report.groups import check_no_single_person
from remission.report.models.covariates import Asking
from remission.report.page_sections import make_sections, person_notices

if TYPE_CHECKING:
    from collections.abc import Sequence

    from remission.exhibits.figure import Figure
    from remission.exhibits.page import Link
    from remission.outcomes.definitions.records import Endpoint
    from remission.records.cohort import Cohort
    from remission.report.groups import GroupBy
    from remission.stats.intervals import Interval


def write_report(
    cohort: Cohort,
    endpoint: Endpoint | str,
    folder: str | Path,
    *,
    group_by: GroupBy = None,
    level: float | None = None,
    interval: Interval | None = None,
    at_years: Sequence[float] | None = None,
    adjust: Sequence[str] = (),
    strata: Sequence[str] = (),
    subgroups: Sequence[str] = (),
    command: str = "",
    aggregates_only: bool = False,
    tests_on_figures: bool = False,
    early_days: int | None = None,
    paper: Paper | None = None,
    above: Sequence[Link] = (),
) -> Path:
    """Write the report of one endpoint in one cohort and return the path of its page.

    Where people are divided, models hold the columns `adjust` alike, and `strata` have baseline hazards of their own;
    groups are compared within each value of `subgroups` too.
    `command` is printed as what made the report, without the folders of this computer. A picture whose content has not
    changed since the last report in the same folder is not drawn again, and what only that one wrote is deleted.
    `paper` asks for pictures and tables for a paper, in its folder; `above` are the pages above it, by their address
    from it, where it is a part of a site. With `aggregates_only` no picture, table or file has a row of a single
    person; that is not anonymity, and the page says so. InputProblems as `evaluate` and
    `estimate_event_free` raise them, and with `aggregates_only` for a group of one person.
    """
    paper = paper or Paper()
    paper.check()
    asked = ask(
        cohort, endpoint, group_by=group_by, level=level, interval=interval, at_years=at_years, adjust=adjust,
        strata=strata, subgroups=subgroups,
    )  # fmt: skip
    # Before any folder is made: what cannot be estimated, or may not be shown, leaves nothing behind.
    if aggregates_only and group_by is not None:
        check_no_single_person(cohort, group_by)
    held = (asked.adjust, asked.strata) if asked.divided_by else ((), ())
    Asking(cohort, *held, asked.divided_by, asked.subgroups).check()
    page = frame_page(asked, command)
    with write_page(Path(folder)) as files:

        def draw(figure: Figure) -> Picture:
            paper.write_figure(figure, files.add)
            return files.figures.write(figure)

        asked = replace(
            asked,
            picture=draw,
            aggregates_only=aggregates_only,
            tests_on_figures=tests_on_figures,
            early_days=early_days or asked.early_days,
        )
        made = make_sections(asked)
        notices = (*person_notices(asked, made), *files.figures.notices)
        paper.write_words(made, files.add)
        files.write(render_report(replace(page, sections=made, notices=notices, trail=above)), made)
    return Path(folder) / PAGE
