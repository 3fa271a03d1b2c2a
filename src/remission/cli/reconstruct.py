"""`remission reconstruct`: individual times behind a printed curve."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

if TYPE_CHECKING:
    from collections.abc import Sequence

    from remission.studies.papers.asked_curves import Asked
    from remission.studies.papers.curve_points import Curve
    from remission.studies.papers.made_curve import Made
    from remission.studies.papers.two_curves import RebuiltRatio

PLACE = 67
Event = Literal["relapse", "death"]
Unit = Literal["days", "months", "years"]
app = typer.Typer()

Points = Annotated[Path, typer.Argument(metavar="POINTS.csv", help="Columns time, survival: points of one curve.")]
AtRisk = Annotated[
    Path, typer.Option("--at-risk", metavar="RISK.csv", help="Columns time, at_risk: the table below the curve.")
]
Events = Annotated[int | None, typer.Option(help="All events of the curve, if they are printed.")]
Against = Annotated[
    Path | None, typer.Option(metavar="POINTS2.csv", help="Points of a second curve: gives the hazard ratio too.")
]
AtRisk2 = Annotated[
    Path | None, typer.Option("--at-risk2", metavar="RISK2.csv", help="The table below the second curve.")
]
Events2 = Annotated[int | None, typer.Option("--events2", help="All events of the second curve, if they are printed.")]
Output = Annotated[
    Path | None,
    typer.Option("-o", "--output", metavar="FILE.csv|DIR", help="The times; or a cohort, with --event and --unit."),
]
EventKind = Annotated[Event | None, typer.Option(help="What an event of the curve is, in a cohort.")]
TimeUnit = Annotated[Unit | None, typer.Option(help="The unit of the printed times, for a cohort.")]
Estimates = Annotated[
    list[str] | None,
    typer.Option(
        metavar="TIME:VALUE:LOW:HIGH:LEVEL",
        help="A printed estimate of the (first) curve in per cent, such as 60:69.2:50.2:82.1:0.90, for the search.",
    ),
]
Approximate = Annotated[bool, typer.Option("--approximate", help="No exact search, also of up to 60 people.")]
Draw = Annotated[str, typer.Option(metavar="K|all", help="Which reconstruction is the cohort; all: a folder for each.")]
Reconstructions = Annotated[int, typer.Option(help="How many are made, 1 to 1,000.")]
ReadingError = Annotated[float, typer.Option(help="Standard deviation of a reading, as a share of 0 to 0.1.")]
Seed = Annotated[int, typer.Option(help="Of the moved points.")]
AsJson = Annotated[bool, typer.Option("--json", help="For a program.")]


@app.command()
def reconstruct(
    points: Points,
    at_risk: AtRisk,
    events: Events = None,
    against: Against = None,
    at_risk2: AtRisk2 = None,
    events2: Events2 = None,
    output: Output = None,
    event: EventKind = None,
    unit: TimeUnit = None,
    estimate: Estimates = None,
    approximate: Approximate = False,
    draw: Draw = "1",
    reconstructions: Reconstructions = 20,
    reading_error: ReadingError = 0.0015,
    seed: Seed = 1,
    as_json: AsJson = False,
) -> None:
    """Times and events of as many people as were at risk, whose curve is the printed one: not the study's data.

    Up to 60 people every pattern of numbers at risk is searched for those that fit the points, the table, the events
    and any --estimate; where none does, or of more people, Guyot's approximation is used. Which, is told.
    With -o DIR one reconstruction (--draw) becomes a cohort, `kind = "reconstructed"`, for every other command.
    With --against a second curve gives the hazard ratio, the first over the second, and how far the reading moves it.

    Example: remission reconstruct points.csv --at-risk risk.csv --events 34 -o times.csv
    """
    from remission.studies.papers.asked_curves import Asked
    from remission.studies.papers.curve_points import load_curves
    from remission.studies.papers.two_curves import ratio_of

    named = {"--against": against, "--at-risk2": at_risk2, "--events2": events2}
    asked = Asked(
        output=output, event=event, unit=unit, draw=draw, reconstructions=reconstructions, reading_error=reading_error,
        estimates=tuple(estimate or ()), approximate=approximate, events=(events, events2),
        second=tuple(name for name, said in named.items() if said is not None),
    )  # fmt: skip
    second = [] if against is None or at_risk2 is None else [(against, at_risk2, events2)]
    # Files and options together: who mends one fault should not meet the next one only then.
    curves = load_curves([(points, at_risk, events), *second], asked.problems)
    made = _made(curves, asked, seed)
    ratio = ratio_of(made[0].rebuilt, made[1].rebuilt, str(against)) if len(made) > 1 else None
    files = [one.name for one in (points, at_risk, against, at_risk2) if one is not None]
    if output is not None:
        _write(output, made, event, unit, files, asked.draws)
    if as_json:
        _print_data(curves, made, ratio)
        return
    _print_words(curves, made, ratio)
    print(_written(asked))


def _made(curves: Sequence[Curve], asked: Asked, seed: int) -> list[Made]:
    from remission.studies.papers.made_curve import make_curve

    # Each curve is moved by errors of its own: nobody reads two curves with the same slips.
    # Printed estimates are of the first curve alone.
    return [
        make_curve(curve, asked.reconstructions, asked.reading_error, seed + place,
                   printed=() if place else asked.printed, approximate=asked.approximate)
        for place, curve in enumerate(curves)
    ]  # fmt: skip


def _print_data(curves: Sequence[Curve], made: Sequence[Made], ratio: RebuiltRatio | None) -> None:
    from remission.studies.papers.curve_points import rebuilt_data
    from remission.studies.papers.two_curves import ratio_data

    told = [rebuilt_data(*each) for each in zip(curves, made, strict=True)]
    beside = {} if ratio is None else {"against": told[1], "hazard_ratio": ratio_data(ratio)}
    print(json.dumps(told[0] | beside, indent=2))


def _print_words(curves: Sequence[Curve], made: Sequence[Made], ratio: RebuiltRatio | None) -> None:
    from remission.studies.papers.curve_points import rebuilt_words
    from remission.studies.papers.two_curves import ratio_words

    for place, each in enumerate(zip(curves, made, strict=True), 1):
        print("\n".join([*([f"Curve {place}"] if ratio is not None else []), *rebuilt_words(*each)]))
    if ratio is not None:
        print("\n".join(ratio_words(ratio)))


def _written(asked: Asked) -> str:
    """What was written and where, in a line."""
    if asked.output is None:
        return "Nothing was written: -o FILE.csv writes the times."
    if not asked.as_cohort:
        return f"Times: {asked.output}"
    one = f"number {asked.draws[0]} of {asked.reconstructions}"
    which = "each reconstruction in a folder" if len(asked.draws) > 1 else one
    return f"Cohort, RECONSTRUCTED, {which}: {asked.output}"


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
