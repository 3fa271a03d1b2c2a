"""The report: one self-contained page, with its pictures as SVG and PNG and its tables as CSV beside it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from remission.exhibits.files.pages import PAGE, write_page
from remission.exhibits.files.paper import Paper
from remission.exhibits.page import Picture, render_report
from remission.inputs.problems import InputProblems, Problem, check_together
from remission.report.asked import Asked, ask
from remission.report.frame.framing import frame_page
from remission.report.groups import Grouping, check_no_single_person, label_groups, names_of
from remission.report.models.covariates import SUBGROUPS, Asking
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
    divided_by = None if (grouping := Grouping.of(group_by)) is None else grouping.column
    held = (names_of(adjust), names_of(strata)) if divided_by else ((), ())
    asking = Asking(cohort, *held, divided_by, names_of(subgroups))
    evaluated: list[Asked] = []

    def evaluate() -> None:
        evaluated.append(
            ask(
                cohort, endpoint, group_by=group_by, level=level, interval=interval, at_years=at_years, adjust=adjust,
                strata=strata, subgroups=subgroups,
            )
        )  # fmt: skip

    check_together(lambda: _check_groups(asking, grouping), asking.check, evaluate)
    asked = evaluated[0]
    # Before any folder is made: what cannot be estimated, or may not be shown, leaves nothing behind.
    if aggregates_only and group_by is not None:
        check_no_single_person(cohort, group_by)
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


def _check_groups(asking: Asking, grouping: Grouping | None) -> None:
    """InputProblems for a column that does not divide people, and for subgroups of nobody who is divided."""
    if grouping is not None:
        label_groups(asking.cohort, grouping)
    elif asking.subgroups:
        found, allowed = ", ".join(asking.subgroups), "columns within which groups are compared"
        do = "Name the column of the groups with --group-by, or leave --subgroups out."
        raise InputProblems(Problem.at_key(SUBGROUPS, "groups", found=found, allowed=allowed, do=do))
