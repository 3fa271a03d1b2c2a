"""Records as the CDISC standards exchange them."""

from __future__ import annotations

import shlex
import sys
from pathlib import Path
from typing import Annotated, Literal

import typer

from remission.terminal import say_warnings

PLACE = 40
app = typer.Typer()


@app.command()
def convert(
    sdtm: Annotated[Path, typer.Argument(metavar="SDTM_DIR", help="SDTM datasets: .xpt, .json or .ndjson.")],
    folder: Annotated[Path, typer.Option("-o", "--output", metavar="DIR", help="A new folder for the cohort.")],
    kind: Annotated[
        Literal["observed", "reconstructed", "simulated"] | None, typer.Option(help="What the records are.")
    ] = None,
    licence: Annotated[str | None, typer.Option(help="What the records may be used for.")] = None,
    collected: Annotated[
        list[str] | None, typer.Option(help="A table that was collected and has no row; may be repeated.")
    ] = None,
    day_zero: Annotated[str, typer.Option(help="A date of DM, or DS.RANDOMIZED.")] = "RFSTDTC",
    partial_dates: Annotated[
        Literal["refuse", "first", "middle", "last"], typer.Option(help="How partial dates are completed.")
    ] = "refuse",
    mapping: Annotated[Path | None, typer.Option(metavar="FILE.toml", help="Your own mapping.")] = None,
    encoding: Annotated[
        str, typer.Option(metavar="NAME", help="Of texts in transport files [UTF-8, else windows-1252].")
    ] = "",
) -> None:
    """SDTM datasets to a cohort folder, with a list of what was not mapped and why.

    Example: remission convert sdtm -o my-cohort --kind observed
    """
    from remission.cdisc.convert import convert_sdtm

    made = convert_sdtm(
        sdtm,
        folder,
        kind=kind,
        licence=licence,
        collected=collected or None,
        day_zero=day_zero,
        partial_dates=partial_dates,
        mapping=mapping,
        encoding=encoding,
    )
    say_warnings(made.notes)
    unmapped = folder / "conversion" / "unmapped.csv"
    print(f"{made.rows_in:,} rows: {made.rows_mapped:,} mapped, {made.rows_listed:,} listed in {unmapped}.")
    for question in made.open_questions:
        print(f"To answer in cohort.toml: {question}", file=sys.stderr)
    print(f"Then: remission check {shlex.quote(str(folder))}")
