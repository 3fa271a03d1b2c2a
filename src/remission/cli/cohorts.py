"""Records before anything is asked of them: checked, begun from a template, cut into parts."""

from __future__ import annotations

import shlex
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

import remission
from remission.terminal import BAD_INPUT, CohortName, say_problems, say_warnings, say_where_all_are

if TYPE_CHECKING:
    from collections.abc import Sequence

    from remission.inputs.problems import Problem

PLACE = 30
app = typer.Typer()


@app.command()
def check(
    cohort: CohortName,
    edss: Annotated[
        bool, typer.Option("--edss", help="Compare the recorded EDSS with the one from functional systems.")
    ] = False,
    file: Annotated[
        Path | None,
        typer.Option(
            "-o", "--output", metavar="FILE", help="A .csv file of every problem; with --edss, of the visits."
        ),
    ] = None,
) -> None:
    """Name every problem of a cohort at once: file, row, column, what was found, what is allowed, what to do.

    Warnings of one kind stand on one line with their number; FILE lists every row.
    With --edss: at how many visits the recorded EDSS is not the one computed; FILE (.csv or .parquet) lists them.

    Example: remission check my-cohort
    """
    problems = _checked(cohort, None if edss else file)
    errors = sum(problem.severity == "error" for problem in problems)
    if errors:
        raise typer.Exit(BAD_INPUT)
    print(f"{cohort}: no errors, {len(problems) or 'no'} warning{'' if len(problems) == 1 else 's'}.")
    if edss:
        _check_edss(cohort, file)


def _checked(cohort: str, file: Path | None) -> Sequence[Problem]:
    """Every problem, told; where a file is wanted, all rows of each kind, and written there."""
    from remission.inputs.problem_lists import first_of_each_kind, write_problems

    if file is None:
        problems = remission.check_cohort(cohort)
        say_problems(problems)
        say_where_all_are(problems, cohort)
        return problems
    # Once: records may be larger than memory, and what a screen shows is the beginning of what is listed.
    every = remission.check_cohort(cohort, named_rows=sys.maxsize)
    say_problems(first_of_each_kind(every))
    write_problems(every, file)
    print(f"{len(every):,} problems in {file}, which shows values of persons: keep it as you keep records.")
    return every


def _check_edss(cohort: str, file: Path | None) -> None:
    from remission.outcomes.load import load_cohort
    from remission.report.edss_check import check_edss, write_edss_check

    loaded = load_cohort(cohort)
    found = check_edss(loaded)
    print(f"EDSS: {found.sentence} {found.warning}".rstrip())
    if file is not None:
        print(f"{write_edss_check(found, loaded, file)} rows in {file}.")


@app.command()
def template(folder: Annotated[Path, typer.Argument(metavar="DIR", help="A new or empty folder.")]) -> None:
    """Empty tables, a cohort.toml with every key explained, and the data dictionary.

    Example: remission template my-cohort
    """
    from remission.outcomes.load import write_template

    write_template(folder)
    print(f"Written to {folder}. Fill the tables, then: remission check {shlex.quote(str(folder))}")


@app.command()
def partition(
    cohort: CohortName,
    folder: Annotated[Path, typer.Option("-o", "--output", metavar="DIR", help="A new or empty folder.")],
    count: Annotated[
        int | None, typer.Option("-n", "--parts", min=1, help="How many parts [as many as the size asks for].")
    ] = None,
) -> None:
    """Cut a cohort into parts by subject: for one larger than memory, or for many processors.

    Example: remission partition two-arm -n 4 -o parts
    """
    from remission.outcomes.partitioned import write_partitions

    written = write_partitions(cohort, count, folder)
    say_warnings(written.warnings)
    print(f"{len(written.parts)} parts in {folder}. Then: remission outcomes {shlex.quote(str(folder))} --endpoint ...")
