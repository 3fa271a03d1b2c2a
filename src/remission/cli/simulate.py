"""`remission simulate`: virtual cohorts, trials, and what a phase II result is worth in phase III."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

PLACE = 69
NAME = "simulate"
app = typer.Typer(
    rich_markup_mode=None,
    no_args_is_help=True,
    help="From 24 to 500: virtual cohorts, trials and what a phase II result is worth in phase III. "
    "Example: remission simulate cohort --design hsct-against-therapy -n 500 -o out",
)

MOST_PEOPLE, HIGHEST_SEED = 10_000_000, 2**32 - 1


@app.callback()
def group() -> None:
    """Keep `cohort` a command of its own, however few there are."""


@app.command()
def cohort(
    design: Annotated[
        str, typer.Option("--design", metavar="NAME|FILE.toml", help="A design of the library, or your own.")
    ],
    folder: Annotated[Path, typer.Option("-o", "--output", metavar="DIR", help="Where to write the cohort.")],
    people: Annotated[int, typer.Option("-n", "--people", min=1, max=MOST_PEOPLE, help="How many people.")] = 500,
    seed: Annotated[
        int, typer.Option("--seed", min=0, max=HIGHEST_SEED, help="The same seed gives the same people.")
    ] = 1,
    format: Annotated[Literal["csv", "parquet"], typer.Option("--format", help="Of the tables.")] = "csv",  # noqa: A002
) -> None:
    """Make up a cohort by a design: relapses, EDSS, scans, treatments, adverse events, and the truth beside them.

    Designs of the library: hsct-against-therapy, placebo-against-drug. DIR is a cohort like any other; truth.toml in it
    says what was planted, and what its records should give back.

    Example: remission simulate cohort --design hsct-against-therapy -n 156 -o out
    Example: remission simulate cohort --design mine.toml -n 100000 --format parquet -o out
    """
    from remission.simulation.course.load import load_plan
    from remission.simulation.course.telling import told_lines
    from remission.simulation.course.write import write_virtual_cohort

    plan = load_plan(design)
    truths = write_virtual_cohort(plan, people, seed, folder, format)
    print("\n".join(told_lines(plan, people, truths, folder)))
