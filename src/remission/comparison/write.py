"""A comparison as files: the page, its contrasts and tests as CSV, and both as JSON."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from remission.comparison.beginning import begins
from remission.comparison.compare import GroupsCompared, ask_compared, estimate_compared
from remission.comparison.page import comparison_page, contrasts_table, tests_table, with_sections
from remission.exhibits.files.folder import as_json, write_folder
from remission.exhibits.files.pages import without_folders
from remission.report.groups import check_no_single_person
from remission.report.page_sections import make_sections, person_notices

if TYPE_CHECKING:
    from remission.exhibits.figure import Figure
    from remission.exhibits.page import Page, Picture
    from remission.outcomes.definitions.records import Endpoint
    from remission.records.cohort import Cohort
    from remission.report.groups import Grouping

JSON = "comparison.json"


@dataclass(frozen=True)
class ComparisonFiles:
    """What was written: the page, and what is on it."""

    page: Path
    found: GroupsCompared


def write_comparison(
    cohort: Cohort,
    endpoint: Endpoint | str,
    by: Grouping | str,
    folder: str | Path,
    *,
    adjust: Sequence[str] = (),
    strata: Sequence[str] = (),
    subgroups: Sequence[str] = (),
    level: float | None = None,
    at_years: Sequence[float] | None = None,
    aggregates_only: bool = False,
    command: str = "",
) -> ComparisonFiles:
    """Compare groups and write `index.html`, `estimates.csv`, `tests.csv` and `comparison.json` into the folder.

    The page is made of the sections of the report that compare, with what each model says above them. What does not
    exist is empty in the CSV and null in the JSON. InputProblems as `compare_groups` raises them, and with
    `aggregates_only` for a group of one person.
    """
    asked = ask_compared(
        cohort, endpoint, by, adjust=adjust, strata=strata, subgroups=subgroups, level=level, at_years=at_years
    )
    if aggregates_only:
        check_no_single_person(cohort, by)
    # Before anything is said: rows and sentences of models know of it too, and not only pictures and tables.
    asked = replace(asked, aggregates_only=aggregates_only)
    found = estimate_compared(asked)
    page = comparison_page(found, command)

    def draw(picture: Callable[[Figure], Picture]) -> Page:
        drawn = replace(asked, picture=picture)
        made = make_sections(drawn, comparing=True)
        return replace(with_sections(page, made), notices=person_notices(drawn, made))

    # Under the names that a program expects; among the tables the same rows have names that say what they are of.
    beside = {f"{one.name}.csv": one.csv() for one in (contrasts_table(found), tests_table(found))}
    written = write_folder(folder, draw, {**beside, JSON: comparison_json(found, command)})
    return ComparisonFiles(written, found)


def comparison_json(found: GroupsCompared, command: str = "") -> str:
    """What was asked, every contrast and test as a row, and what the models say; numbers in full precision."""
    asked = found.asked
    about: dict[str, Any] = {
        **begins(asked.cohort, asked.outcome),
        "by": asked.divided_by,
        "adjust": asked.adjust,
        "strata": asked.strata,
        "subgroups": asked.subgroups,
        "command": without_folders(command),
        "estimates": found.estimates.rows(),
        "tests": found.tests.to_dicts(),
        "said": {name: one.said for name, one in found.models.items()},
    }
    return as_json(about)
