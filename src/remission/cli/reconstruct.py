"""`remission reconstruct`: individual times behind a printed curve."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

if TYPE_CHECKING:
    from collections.abc import Sequence

    from remission.studies.papers.made_curve import Made

PLACE = 67
Event = Literal["relapse", "death"]
Unit = Literal["days", "months", "years"]
app = typer.Typer()


@app.command()
def reconstruct(
    points: Annotated[Path, typer.Argument(metavar="POINTS.csv", help="Columns time, survival: points of one curve.")],
    at_risk: Annotated[
        Path, typer.Option("--at-risk", metavar="RISK.csv", help="Columns time, at_risk: the table below the curve.")
    ],
    events: Annotated[int | None, typer.Option(help="All events of the curve, if they are printed.")] = None,
    against: Annotated[
        Path | None, typer.Option(metavar="POINTS2.csv", help="Points of a second curve: gives the hazard ratio too.")
    ] = None,
    at_risk2: Annotated[
        Path | None, typer.Option("--at-risk2", metavar="RISK2.csv", help="The table below the second curve.")
    ] = None,
    events2: Annotated[
        int | None, typer.Option("--events2", help="All events of the second curve, if they are printed.")
    ] = None,
    output: Annotated[
        Path | None,
        typer.Option("-o", "--output", metavar="FILE.csv|DIR", help="The times; or a cohort, with --event and --unit."),
    ] = None,
    event: Annotated[Event | None, typer.Option(help="What an event of the curve is, in a cohort.")] = None,
    unit: Annotated[Unit | None, typer.Option(help="The unit of the printed times, for a cohort.")] = None,
    estimate: Annotated[
        list[str] | None,
        typer.Option(
            metavar="TIME:VALUE:LOW:HIGH:LEVEL",
            help="A printed estimate of the (first) curve in per cent, such as 60:69.2:50.2:82.1:0.90, for the search.",
        ),
    ] = None,
    approximate: Annotated[
        bool, typer.Option("--approximate", help="No exact search, also of up to 60 people.")
    ] = False,
    draw: Annotated[
        str, typer.Option(metavar="K|all", help="Which reconstruction is the cohort; all: a folder for each.")
    ] = "1",
    reconstructions: Annotated[int, typer.Option(help="How many are made, 1 to 1,000.")] = 20,
    reading_error: Annotated[
        float, typer.Option(help="Standard deviation of a reading, as a share of 0 to 0.1.")
    ] = 0.0015,
    seed: Annotated[int, typer.Option(help="Of the moved points.")] = 1,
    as_json: Annotated[bool, typer.Option("--json", help="For a program.")] = False,
) -> None:
    """Times and events of as many people as were at risk, whose curve is the printed one: not the study's data.

    Up to 60 people every pattern of numbers at risk is searched for those that fit the points, the table, the events
    and any --estimate; where none does, or of more people, Guyot's approximation is used. Which, is told.
    With -o DIR one reconstruction (--draw) becomes a cohort, `kind = "reconstructed"`, for every other command.
    With --against a second curve gives the hazard ratio, the first over the second, and how far the reading moves it.

    Example: remission reconstruct points.csv --at-risk risk.csv --events 34 -o times.csv
    """
    from remission.studies.papers.asked_curves import Asked
    from remission.studies.papers.curve_points import load_curves, rebuilt_data, rebuilt_words
    from remission.studies.papers.made_curve import make_curve
    from remission.studies.papers.two_curves import ratio_data, ratio_of, ratio_words

    named = {"--against": against, "--at-risk2": at_risk2, "--events2": events2}
    asked = Asked(
        output=output, event=event, unit=unit, draw=draw, reconstructions=reconstructions, reading_error=reading_error,
        estimates=tuple(estimate or ()), approximate=approximate, events=(events, events2),
        second=tuple(name for name, said in named.items() if said is not None),
    )  # fmt: skip
    second = [] if against is None or at_risk2 is None else [(against, at_risk2, events2)]
    # Files and options together: who mends one fault should not meet the next one only then.
    curves = load_curves([(points, at_risk, events), *second], asked.problems)
    draws, as_cohort = asked.draws, asked.as_cohort
    # Each curve is moved by errors of its own: nobody reads two curves with the same slips.
    made = [
        make_curve(curve, reconstructions, reading_error, seed + place, printed=() if place else asked.printed,
                   approximate=approximate) for place, curve in enumerate(curves)
    ]  # fmt: skip
    ratio = ratio_of(made[0].rebuilt, made[1].rebuilt, str(against)) if len(made) > 1 else None
    files = [one.name for one in (points, at_risk, against, at_risk2) if one is not None]
    if output is not None:
        _write(output, made, event, unit, files, draws)
    if as_json:
        told = [rebuilt_data(*each) for each in zip(curves, made, strict=True)]
        beside = {} if ratio is None else {"against": told[1], "hazard_ratio": ratio_data(ratio)}
        print(json.dumps(told[0] | beside, indent=2))
        return
    for place, each in enumerate(zip(curves, made, strict=True), 1):
        print("\n".join([*([f"Curve {place}"] if ratio is not None else []), *rebuilt_words(*each)]))
    if ratio is not None:
        print("\n".join(ratio_words(ratio)))
    which = "each reconstruction in a folder" if len(draws) > 1 else f"number {draws[0]} of {reconstructions}"
    wrote = f"Cohort, RECONSTRUCTED, {which}" if as_cohort else "Times"
    print(f"{wrote}: {output}" if output is not None else "Nothing was written: -o FILE.csv writes the times.")


def _write(
    output: Path,
    made: Sequence[Made],
    event: Event | None,
    unit: Unit | None,
    files: Sequence[str],
    draws: Sequence[int],
) -> None:
    from remission.inputs.spreadsheets import spreadsheet_csv
    from remission.inputs.writing import write_whole
    from remission.records.files.write import write_cohort
    from remission.studies.papers.curve_points import rebuilt_frame
    from remission.studies.papers.rebuilt_cohort import rebuilt_cohort

    if event is not None and unit is not None:
        for each in draws:
            folder = output / str(each) if len(draws) > 1 else output
            name = f"{output.name}-{each}" if len(draws) > 1 else output.name
            write_cohort(rebuilt_cohort(made, event, unit, name, ", ".join(files), each), folder)
        return
    with write_whole(output) as new:
        new.write_text(spreadsheet_csv(rebuilt_frame(*(one.rebuilt for one in made))), encoding="utf-8")
