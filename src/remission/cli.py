"""The command line: the only place where arguments are parsed.

Heavy libraries are imported by the command that needs them, so `remission --help` answers at once. Bad input ends with
exit code 2 and every problem in words, never with a traceback; values go to the terminal of the person who ran the
command and to no log.
"""

from __future__ import annotations

import gc
import json
import shlex
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

import remission

if TYPE_CHECKING:
    from collections.abc import Sequence

    from remission.analyses.reproduce import Line
    from remission.records.problems import Problem

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    help="Visit records in, trial-grade outcomes out. Example: remission report halt-ms --endpoint halt-ms-efs -o out",
)

CohortName = Annotated[str, typer.Argument(metavar="COHORT", help="A folder with a cohort.toml, or a bundled cohort.")]
EndpointName = Annotated[str, typer.Option("--endpoint", "-e", metavar="NAME|FILE.toml", help="The endpoint.")]
Interval = Literal["plain", "log", "log-log", "logit", "arcsin"]

BAD_INPUT, TWIN_DIFFERS = 2, 3


def main() -> None:
    """Run the command line; exit code 2 and words, not a traceback, when the input cannot be used."""
    from remission.records.problems import InputProblems

    # A command is short, and importing makes a million objects that stay: looking for cycles among them takes a tenth
    # of the time of a small report.
    gc.disable()
    try:
        app()
    except InputProblems as found:
        _say_problems(found.problems)
        sys.exit(BAD_INPUT)
    except OSError as error:
        print(f"{error.filename}: {error.strerror}. Check the path and your rights to it.", file=sys.stderr)
        sys.exit(BAD_INPUT)


@app.command()
def report(
    cohort: CohortName,
    endpoint: EndpointName,
    folder: Annotated[Path, typer.Option("-o", "--output", metavar="DIR", help="Where the report is written.")],
    group_by: Annotated[
        str | None, typer.Option(help="A column known on day zero, such as arm: a curve for each value.")
    ] = None,
    level: Annotated[float | None, typer.Option(min=0.5, max=0.999, help="Confidence level [the endpoint's].")] = None,
    conf_type: Annotated[Interval | None, typer.Option(help="Kaplan-Meier interval [the endpoint's].")] = None,
) -> None:
    """One self-contained HTML file, with figures as SVG and PNG and tables as CSV.

    Example: remission report halt-ms --endpoint halt-ms-efs -o out
    """
    from remission.analyses.load import load_with_warnings

    loaded, warnings = load_with_warnings(cohort)
    written = remission.write_report(
        loaded,
        remission.load_endpoint(endpoint),
        folder,
        group_by=group_by,
        level=level,
        interval=conf_type,
        command=shlex.join(["remission", *sys.argv[1:]]),
    )
    _say_warnings(warnings)
    print(f"Report: {written}")


@app.command()
def outcomes(
    cohort: CohortName,
    endpoint: EndpointName,
    file: Annotated[Path, typer.Option("-o", "--output", metavar="FILE.parquet|csv", help="Where rows are written.")],
) -> None:
    """The outcome rows: when did what happen to whom, which rows decided, why was somebody censored.

    Example: remission outcomes halt-ms --endpoint halt-ms-efs -o outcomes.csv
    """
    from remission.analyses.load import load_with_warnings
    from remission.analyses.outcome_files import write_outcomes

    loaded, warnings = load_with_warnings(cohort)
    outcome = remission.evaluate(loaded, remission.load_endpoint(endpoint))
    rows = write_outcomes(outcome, file)
    _say_warnings(warnings)
    print(f"{rows} rows in {file}. {outcome.provenance.warning}".rstrip())


@app.command()
def explain(
    cohort: CohortName,
    subject: Annotated[str, typer.Argument(metavar="SUBJECT", help="A subject_id of the cohort.")],
    endpoint: EndpointName,
) -> None:
    """Why this person was or was not counted, visit by visit. Exit code 3 when engine and plain twin differ.

    Example: remission explain halt-ms R03 --endpoint halt-ms-efs
    """
    account = remission.explain(remission.load_cohort(cohort), subject, remission.load_endpoint(endpoint))
    print(f"{account.subject_id}, {account.endpoint.title}. {account.warning}".rstrip())
    print("\n".join(account.lines))
    if account.differences:
        print("The engine and its plain twin differ; please report this:", *account.differences, sep="\n  ")
        raise typer.Exit(TWIN_DIFFERS)
    print("The fast engine decided the same.")


@app.command()
def check(cohort: CohortName) -> None:
    """Name every problem of a cohort at once: file, row, column, what was found, what is allowed, what to do.

    Example: remission check my-cohort
    """
    problems = remission.check_cohort(cohort)
    _say_problems(problems)
    errors = sum(problem.severity == "error" for problem in problems)
    if errors:
        raise typer.Exit(BAD_INPUT)
    print(f"{cohort}: no errors, {len(problems) or 'no'} warning{'' if len(problems) == 1 else 's'}.")


@app.command()
def template(folder: Annotated[Path, typer.Argument(metavar="DIR", help="A new or empty folder.")]) -> None:
    """Empty tables, a cohort.toml with every key explained, and the data dictionary.

    Example: remission template my-cohort
    """
    from remission.analyses.load import write_template

    write_template(folder)
    print(f"Written to {folder}. Fill the tables, then: remission check {shlex.quote(str(folder))}")


@app.command()
def endpoints(
    name: Annotated[str | None, typer.Argument(metavar="NAME|FILE.toml")] = None,
    toml: Annotated[bool, typer.Option("--toml", help="The file itself, to start your own from.")] = False,
) -> None:
    """The library of endpoints, or one definition in full, with the source of every value.

    Example: remission endpoints halt-ms-efs
    Example: remission endpoints cdp-12w --toml > mine.toml
    """
    from remission.outcomes.endpoint_files import endpoint_names, endpoint_text

    if name is None:
        for known in endpoint_names():
            print(f"{known:22}{remission.load_endpoint(known).title}")
        return
    from remission.exhibits.definition_text import definition_text

    if toml:
        print(endpoint_text(name), end="")
        return
    print(definition_text(remission.load_endpoint(name)))


@app.command()
def reproduce(
    name: Annotated[str, typer.Argument(metavar="NAME", help="A published result, for instance halt-ms.")],
    cohort: Annotated[Path | None, typer.Option(metavar="DIR", help="Other records to compute it from.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="A list of objects instead of a table.")] = False,
) -> None:
    """Published against computed, line by line. Exit code 1 on any mismatch.

    Example: remission reproduce halt-ms
    """
    from remission.analyses import reproduce as recipe

    lines = recipe.reproduce(name, cohort_folder=cohort)
    if as_json:
        print(json.dumps(recipe.as_json(lines), indent=2))
    else:
        _print_lines(name, lines)
    raise typer.Exit(recipe.exit_code(lines))


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


def _say_warnings(warnings: Sequence[Problem]) -> None:
    if warnings:
        print("What to know of these records:", file=sys.stderr)
        _say_problems(warnings)


def _say_problems(problems: Sequence[Problem]) -> None:
    for problem in problems:
        print(f"{problem.severity}: {problem}", file=sys.stderr)
    if problems:
        print(f"{len(problems)} problem{'s' if len(problems) > 1 else ''} in all.", file=sys.stderr)


if __name__ == "__main__":
    main()
