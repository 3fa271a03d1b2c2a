"""A comparison as files: the page, its contrasts and tests as CSV, and both as JSON."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from remission.comparison.compare import GroupsCompared, ask_compared, estimate_compared
from remission.comparison.page import comparison_page, contrasts_table, tests_table, with_sections
from remission.exhibits.files.pages import PAGE, without_folders, write_page
from remission.exhibits.page import render_report
from remission.report.groups import check_no_single_person
from remission.report.page_sections import make_sections, person_notices

if TYPE_CHECKING:
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
    with write_page(Path(folder)) as files:
        drawn = replace(asked, picture=files.figures.write)
        made = make_sections(drawn, comparing=True)
        notices = (*person_notices(drawn, made), *files.figures.notices)
        whole = replace(with_sections(page, made), notices=notices)
        # Under the names that a program expects; among the tables the same rows have names that say what they are of.
        for table in (contrasts_table(found), tests_table(found)):
            files.add(f"{table.name}.csv", table.csv().encode())
        files.add(JSON, comparison_json(found, command).encode())
        files.write(render_report(whole), whole.sections)
    return ComparisonFiles(Path(folder) / PAGE, found)


def comparison_json(found: GroupsCompared, command: str = "") -> str:
    """What was asked, every contrast and test as a row, and what the models say; numbers in full precision."""
    asked = found.asked
    about: dict[str, Any] = {
        "cohort": asked.cohort.manifest.name,
        "standing": asked.cohort.provenance.kind,
        "warning": asked.cohort.provenance.warning,
        "endpoint": asked.outcome.name,
        "by": asked.divided_by,
        "adjust": asked.adjust,
        "strata": asked.strata,
        "subgroups": asked.subgroups,
        "command": without_folders(command),
        "estimates": found.estimates.rows(),
        "tests": found.tests.to_dicts(),
        "said": {name: one.said for name, one in found.models.items()},
    }
    # NaN is no JSON: what is not known is null, with its reason beside it.
    return json.dumps(about, indent=2, ensure_ascii=False, allow_nan=False) + "\n"
