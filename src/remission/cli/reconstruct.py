"""`remission reconstruct`: individual times behind a printed curve."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

PLACE = 67
app = typer.Typer()


@app.command()
def reconstruct(
    points: Annotated[Path, typer.Argument(metavar="POINTS.csv", help="Columns time, survival: points of one curve.")],
    at_risk: Annotated[
        Path, typer.Option("--at-risk", metavar="RISK.csv", help="Columns time, at_risk: the table below the curve.")
    ],
    events: Annotated[int | None, typer.Option(min=0, help="All events of the curve, if they are printed.")] = None,
    output: Annotated[
        Path | None, typer.Option("-o", "--output", metavar="FILE.csv", help="Where the times are written.")
    ] = None,
    reconstructions: Annotated[int, typer.Option(min=1, max=1000, help="How many are made.")] = 20,
    reading_error: Annotated[
        float, typer.Option(min=0, max=0.1, help="Standard deviation of a reading, as a share.")
    ] = 0.0015,
    seed: Annotated[int, typer.Option(help="Of the moved points.")] = 1,
    as_json: Annotated[bool, typer.Option("--json", help="For a program.")] = False,
) -> None:
    """Times and events of as many people as were at risk, whose curve is the printed one: not the study's data.

    Example: remission reconstruct points.csv --at-risk risk.csv --events 34 -o times.csv
    """
    from remission.inputs.spreadsheets import spreadsheet_csv
    from remission.inputs.writing import check_ending, write_whole
    from remission.studies.papers.curve_points import load_curve, rebuilt_data, rebuilt_frame, rebuilt_words

    if output is not None:
        check_ending(output, (".csv",))
    curve = load_curve(points, at_risk, events)
    rebuilt = curve.rebuilt(reconstructions, reading_error, seed)
    if output is not None:
        with write_whole(output) as new:
            new.write_text(spreadsheet_csv(rebuilt_frame(rebuilt)), encoding="utf-8")
    if as_json:
        print(json.dumps(rebuilt_data(curve, rebuilt), indent=2))
    else:
        print("\n".join(rebuilt_words(curve, rebuilt)))
        print(f"Times: {output}" if output is not None else "Nothing was written: -o FILE.csv writes the times.")
