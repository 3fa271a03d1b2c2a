"""What lies beyond follow-up."""

from __future__ import annotations

import shlex
import sys
from pathlib import Path
from typing import Annotated, Literal

import typer

from remission.terminal import CohortName, EndpointName, SetValues, chosen_endpoint, say_undrawn, say_warnings

PLACE = 16
app = typer.Typer()


@app.command()
def beyond(
    cohort: CohortName,
    endpoint: EndpointName,
    folder: Annotated[Path, typer.Option("-o", "--output", metavar="DIR", help="Where the rows and the page go.")],
    to: Annotated[str, typer.Option(metavar="15y", help="How far beyond, in years.")] = "15y",
    at: Annotated[str, typer.Option(metavar="10,15", help="Years of which each shape is told.")] = "10,15",
    level: Annotated[float | None, typer.Option(min=0.5, max=0.999, help="Confidence level [the endpoint's].")] = None,
    background: Annotated[
        Path | None,
        typer.Option(metavar="FILE.csv", help="Hazards of dying by age: columns age, female, male; if death counts."),
    ] = None,
    average: Annotated[
        Literal["none", "equal", "aic"], typer.Option(help="One more line, of all shapes together, by named weights.")
    ] = "none",
    as_json: Annotated[bool, typer.Option("--json", help="Print beyond.json too.")] = False,
    sets: SetValues = None,
) -> None:
    """What lies beyond follow-up: several shapes of the curve beside each other, and how far they lie apart.

    Example: remission beyond hsct-500 --endpoint neda-3 --to 15y -o out
    """
    from remission.comparison.beyond.background import load_background
    from remission.comparison.beyond.write import beyond_json, write_beyond
    from remission.outcomes.load import load_with_warnings

    loaded, warnings = load_with_warnings(cohort)
    command = shlex.join(["remission", *sys.argv[1:]])
    written = write_beyond(
        loaded,
        chosen_endpoint(endpoint, sets),
        folder,
        _years("--to", to)[0],
        at_years=_years("--at", at),
        level=level,
        background=load_background(background) if background else None,
        average=average,
        command=command,
    )
    say_warnings(warnings, cohort)
    say_undrawn()
    if as_json:
        print(beyond_json(written.found, command), end="")
        return
    from remission.comparison.beyond.page import answer, in_short

    print("\n".join([answer(written.found), *in_short(written.found)]))
    print(f"Page: {written.page}. {loaded.provenance.warning}".rstrip())


def _years(option: str, said: str) -> list[float]:
    try:
        return [float(one.strip().removesuffix("y")) for one in said.split(",")]
    except ValueError:
        raise typer.BadParameter(f"{option} wants years such as 15y or 10,15 (found {said})") from None
