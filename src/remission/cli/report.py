"""The report of a cohort, and published results recomputed."""

from __future__ import annotations

import json
import shlex
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

import remission
from remission.terminal import CohortName, EndpointName, SetValues, chosen_endpoint, say_undrawn, say_warnings

if TYPE_CHECKING:
    from collections.abc import Sequence

    from remission.report.groups import Grouping
    from remission.report.reproduce import Line

PLACE = 10
app = typer.Typer()

Interval = Literal["plain", "log", "log-log", "logit", "arcsin"]
Reference = Annotated[
    str | None, typer.Option(metavar="GROUP", help="The group that the others are compared with [the first].")
]
Order = Annotated[str | None, typer.Option(metavar="A,B,...", help="The order of groups [natural: 1, 2, 10].")]
AtYears = Annotated[
    str | None, typer.Option(metavar="1,2,3", help="Years at which estimates are given [the endpoint's].")
]
Adjust = Annotated[
    str | None,
    typer.Option(metavar="A,B,...", help="Columns known on day zero, or baseline_edss, held alike in hazard ratios."),
]
Strata = Annotated[
    str | None, typer.Option(metavar="A,B,...", help="Columns of which each value has a baseline hazard of its own.")
]
Subgroups = Annotated[
    str | None,
    typer.Option(metavar="A,B,...", help="Columns within which groups are compared [sex, age, course, baseline EDSS]."),
]
FigureWidth = Annotated[
    str | None,
    typer.Option(metavar="column|page|84mm", help="Figures without titles in paper/: SVG, PDF, 600-dpi PNG."),
]


@app.command()
def report(
    cohort: CohortName,
    endpoint: EndpointName,
    folder: Annotated[Path, typer.Option("-o", "--output", metavar="DIR", help="Where the report is written.")],
    group_by: Annotated[
        str | None,
        typer.Option(
            "--group-by",
            "--by",
            metavar="COLUMN",
            help="A column known on day zero, such as arm: a curve for each value.",
        ),
    ] = None,
    reference: Reference = None,
    order: Order = None,
    adjust: Adjust = None,
    strata: Strata = None,
    subgroups: Subgroups = None,
    at: AtYears = None,
    level: Annotated[float | None, typer.Option(min=0.5, max=0.999, help="Confidence level [the endpoint's].")] = None,
    conf_type: Annotated[Interval | None, typer.Option(help="Kaplan-Meier interval [the endpoint's].")] = None,
    tests_on_figures: Annotated[
        bool, typer.Option("--tests-on-figures", help="Log-rank test and restricted means in the curves' pictures.")
    ] = False,
    early_days: Annotated[
        int | None, typer.Option(min=1, help="Adverse events are early up to this day [100].")
    ] = None,
    figure_width: FigureWidth = None,
    docx: Annotated[bool, typer.Option("--docx", help="The tables in one document (needs the extra 'paper').")] = False,
    xlsx: Annotated[bool, typer.Option("--xlsx", help="The tables in one workbook.")] = False,
    aggregates_only: Annotated[
        bool, typer.Option("--aggregates-only", help="No line, row or id of a single person, in any file.")
    ] = False,
    sets: SetValues = None,
) -> None:
    """One self-contained HTML file, with figures as SVG and PNG and tables as CSV.

    Example: remission report halt-ms --endpoint halt-ms-efs -o out
    """
    from remission.exhibits.files.paper import Paper, width_in_mm
    from remission.outcomes.load import load_with_warnings

    loaded, warnings = load_with_warnings(cohort)
    written = remission.write_report(
        loaded,
        chosen_endpoint(endpoint, sets),
        folder,
        group_by=_grouping(group_by, reference, order),
        level=level,
        interval=conf_type,
        at_years=_years(at),
        adjust=_columns("--adjust", adjust, group_by),
        strata=_columns("--strata", strata, group_by),
        subgroups=_columns("--subgroups", subgroups, group_by),
        tests_on_figures=tests_on_figures,
        early_days=early_days,
        paper=Paper(width_in_mm(figure_width) if figure_width else None, docx, xlsx),
        command=shlex.join(["remission", *sys.argv[1:]]),
        aggregates_only=aggregates_only,
    )
    say_warnings(warnings, cohort)
    say_undrawn()
    print(f"Report: {written}")
    if figure_width or docx or xlsx:
        print(f"For a paper: {folder / 'paper'}")


def _grouping(column: str | None, reference: str | None, order: str | None) -> Grouping | None:
    from remission.report.groups import Grouping

    if column is None:
        if reference or order:
            raise typer.BadParameter("--reference and --order are of the groups of --group-by, which is not given")
        return None
    names = [name.strip() for name in order.split(",")] if order else []
    return Grouping(column, tuple(names), reference)


def _columns(option: str, said: str | None, group_by: str | None) -> list[str]:
    if said is None:
        return []
    if group_by is None:
        raise typer.BadParameter(f"{option} is for the hazard ratios of the groups of --group-by, which is not given")
    return [name.strip() for name in said.split(",")]


def _years(said: str | None) -> list[float] | None:
    try:
        return None if said is None else [float(one) for one in said.split(",")]
    except ValueError:
        raise typer.BadParameter(f"--at wants years with commas between them, such as 1,2,3 (found {said})") from None


@app.command()
def reproduce(
    name: Annotated[str, typer.Argument(metavar="[NAME]", help="A published result, for instance halt-ms.")] = "",
    cohort: Annotated[Path | None, typer.Option(metavar="DIR", help="Other records to compute it from.")] = None,
    every: Annotated[
        bool, typer.Option("--all", help="Every publication of the library, as far as print alone can be checked.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="A list of objects instead of a table.")] = False,
) -> None:
    """Published against computed, line by line.

    Exit code 1 says that somebody should look: a line differs or, with --all, numbers of a publication do not come out
    by what was searched (a number as it was typed in, most often). 2: it could not be done. 0: all came out, or could
    not be checked.

    Example: remission reproduce halt-ms
    """
    from remission.report import reproduce as recipe

    if every == bool(name):
        raise typer.BadParameter("name one published result, or ask for --all")
    if every:
        if cohort is not None:
            raise typer.BadParameter("--cohort is for one published result: with --all nothing rests on records")
        raise typer.Exit(_reproduce_all(as_json=as_json))
    lines = recipe.reproduce(name, cohort_folder=cohort)
    if as_json:
        print(json.dumps(recipe.as_json(lines), indent=2))
    else:
        _print_lines(name, lines)
    raise typer.Exit(recipe.exit_code(lines))


def _reproduce_all(*, as_json: bool) -> int:
    from remission.studies.load import load_studies
    from remission.studies.papers.from_studies import every_paper
    from remission.studies.papers.paper import worst
    from remission.studies.papers.telling import library_data, library_words

    found = tuple(every_paper(load_studies()))
    print(json.dumps(library_data(found), indent=2) if as_json else "\n".join(library_words(found)))
    return 0 if all(worst(one.findings) in ("adds up", "cannot be checked") for one in found) else 1


def _print_lines(name: str, lines: Sequence[Line]) -> None:
    from rich.console import Console
    from rich.table import Table

    table = Table("Quantity", "Published", "Computed", "", "Standing", "Method", box=None, pad_edge=False)
    for line in lines:
        sign = "=" if line.matches else "DIFFERS"
        table.add_row(line.quantity, line.published or "-", line.computed, sign, line.standing, line.method)
    print(f"{name}: published beside computed. The records are laid out from published estimates: not trial data.")
    print("identified: the published numbers allow only this. chosen: it matches because we laid the records out so.\n")
    Console(highlight=False, width=None if sys.stdout.isatty() else 160).print(table)
