"""The command line: the only place where arguments are parsed.

Heavy libraries are imported by the command that needs them, so `remission --help` answers at once. Bad input ends with
exit code 2 and every problem in words, never with a traceback; values go to the terminal of the person who ran the
command and to no log.
"""

from __future__ import annotations

import gc
import json
import os
import shlex
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

import remission
from remission.cli.atlas import app as atlas
from remission.cli.terminal import BAD_INPUT, progress_bar, say_problems, say_warnings

if TYPE_CHECKING:
    from collections.abc import Sequence

    from remission.outcomes.definitions.records import Endpoint
    from remission.outcomes.outcome import Outcome
    from remission.records.cohort import Cohort
    from remission.report.reproduce import Line

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    help="Visit records in, trial-grade outcomes out. Example: remission report halt-ms --endpoint halt-ms-efs -o out",
)
app.add_typer(atlas, name="atlas")

CohortName = Annotated[str, typer.Argument(metavar="COHORT", help="A folder with a cohort.toml, or a bundled cohort.")]
EndpointName = Annotated[str, typer.Option("--endpoint", "-e", metavar="NAME|FILE.toml", help="The endpoint.")]
Interval = Literal["plain", "log", "log-log", "logit", "arcsin"]
What = Literal["outcome", "changes", "readings", "counts", "adtte"]

TWIN_DIFFERS = 3


def main() -> None:
    """Run the command line; exit code 2 and words, not a traceback, when the input cannot be used."""
    from remission.inputs.problems import InputProblems

    # A command is short, and importing makes a million objects that stay: looking for cycles among them takes a tenth
    # of the time of a small report.
    gc.disable()
    os.environ["REMISSION_OWN_PROCESS"] = "1"  # read by records.kernels, which is too heavy to import here
    try:
        app()
    except InputProblems as found:
        say_problems(found.problems)
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
    from remission.outcomes.load import load_with_warnings

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
    say_warnings(warnings)
    print(f"Report: {written}")


@app.command()
def outcomes(
    cohort: CohortName,
    endpoint: EndpointName,
    file: Annotated[
        Path,
        typer.Option("-o", "--output", metavar="FILE", help="A .parquet or .csv file; ADTTE as .xpt or .json too."),
    ],
    what: Annotated[
        What, typer.Option(help="Which rows: the outcome, every change looked at, windows, counts, or ADaM ADTTE.")
    ] = "outcome",
    xpt_version: Annotated[Literal["5", "8"], typer.Option(help="Version of the transport file.")] = "5",
    engine: Annotated[Literal["serial", "threads", "processes"], typer.Option(help="For a partitioned cohort.")] = (
        "serial"
    ),
    workers: Annotated[int | None, typer.Option(min=1, help="How many parts at once [one a processor].")] = None,
    cluster: Annotated[str | None, typer.Option(metavar="ADDRESS", help="A dask scheduler that does the work.")] = None,
) -> None:
    """The outcome rows: when did what happen to whom, which rows decided, why was somebody censored.

    A partitioned cohort is evaluated part by part into a folder of Parquet files.

    Example: remission outcomes halt-ms --endpoint halt-ms-efs -o outcomes.csv
    """
    from remission.outcomes import files as outcome_files
    from remission.outcomes.load import load_with_warnings
    from remission.outcomes.partitioned import is_partitioned

    definition = remission.load_endpoint(endpoint)
    if is_partitioned(cohort):
        if what != "outcome" or file.suffix:
            found = f"--what {what} -o {file.name}"
            raise typer.BadParameter(f"a partitioned cohort gives outcome rows, in a folder (found {found})")
        _write_partitioned(cohort, definition, file, "cluster" if cluster else engine, workers, cluster)
        return
    loaded, warnings = load_with_warnings(cohort)
    if what == "adtte":
        rows = _write_adtte(remission.evaluate(loaded, definition), loaded, file, int(xpt_version))
    else:
        rows = outcome_files.WRITERS[what](loaded, definition, file)
    say_warnings(warnings)
    print(f"{rows} rows in {file}. {loaded.provenance.warning}".rstrip())


def _write_partitioned(
    cohort: str, endpoint: Endpoint, folder: Path, engine: str, workers: int | None, address: str | None
) -> None:
    from remission.inputs.provenance import STANDING_WORDS
    from remission.outcomes.partitioned import choose_engine, evaluate_partitions
    from remission.records.files.partitions import load_partitions

    loaded, chosen = load_partitions(cohort), choose_engine(engine, workers, address)
    with progress_bar("Parts") as advance:
        rows = evaluate_partitions(loaded, endpoint, chosen, folder, lambda done: advance(done, len(loaded.parts)))
    print(f"{rows} rows in {folder}. {STANDING_WORDS[loaded.manifest.kind]}".rstrip())


def _write_adtte(outcome: Outcome, cohort: Cohort, file: Path, version: int) -> int:
    from remission.cdisc.adtte import write_adtte

    written = write_adtte(outcome, file, cohort=cohort, version=8 if version == 8 else 5)
    for column, rows, what in written.losses.iter_rows():
        if what != "integer":
            print(f"lost in {column}, {rows} rows: {what}", file=sys.stderr)
    print(f"Codes in {written.define}.")
    return written.rows


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
def check(
    cohort: CohortName,
    edss: Annotated[
        bool, typer.Option("--edss", help="Compare the recorded EDSS with the one from functional systems.")
    ] = False,
    file: Annotated[
        Path | None, typer.Option("-o", "--output", metavar="FILE", help="With --edss: a .parquet or .csv file.")
    ] = None,
) -> None:
    """Name every problem of a cohort at once: file, row, column, what was found, what is allowed, what to do.

    With --edss: at how many visits the recorded EDSS is not the one computed; FILE lists them.

    Example: remission check my-cohort
    """
    if file is not None and not edss:
        raise typer.BadParameter("a file is written only with --edss", param_hint="--output")
    problems = remission.check_cohort(cohort)
    say_problems(problems)
    errors = sum(problem.severity == "error" for problem in problems)
    if errors:
        raise typer.Exit(BAD_INPUT)
    print(f"{cohort}: no errors, {len(problems) or 'no'} warning{'' if len(problems) == 1 else 's'}.")
    if edss:
        _check_edss(cohort, file)


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
    print(f"{len(written.parts)} parts in {folder}. Then: remission outcomes {shlex.quote(str(folder))} --endpoint ...")


@app.command()
def convert(
    sdtm: Annotated[Path, typer.Argument(metavar="SDTM_DIR", help="SDTM datasets: .xpt, .json or .ndjson.")],
    folder: Annotated[Path, typer.Option("-o", "--output", metavar="DIR", help="A new folder for the cohort.")],
    kind: Annotated[
        Literal["observed", "reconstructed", "simulated"] | None, typer.Option(help="What the records are.")
    ] = None,
    licence: Annotated[str | None, typer.Option(help="What the records may be used for.")] = None,
    collected: Annotated[list[str] | None, typer.Option(help="A table that was collected; may be repeated.")] = None,
    day_zero: Annotated[str, typer.Option(help="A date of DM, or DS.RANDOMIZED.")] = "RFSTDTC",
    partial_dates: Annotated[
        Literal["refuse", "first", "middle", "last"], typer.Option(help="How partial dates are completed.")
    ] = "refuse",
    mapping: Annotated[Path | None, typer.Option(metavar="FILE.toml", help="Your own mapping.")] = None,
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
    )
    unmapped = folder / "conversion" / "unmapped.csv"
    print(f"{made.rows_in:,} rows: {made.rows_mapped:,} mapped, {made.rows_listed:,} listed in {unmapped}.")
    for question in made.open_questions:
        print(f"To answer in cohort.toml: {question}", file=sys.stderr)
    print(f"Then: remission check {shlex.quote(str(folder))}")


@app.command()
def multiverse(
    cohort: CohortName,
    vary: Annotated[str, typer.Option("--vary", metavar="NAME|FILE.toml", help="Which values vary, and how.")],
    folder: Annotated[Path, typer.Option("-o", "--output", metavar="DIR", help="Where the page is written.")],
) -> None:
    """One endpoint under a grid of definitions: how far does the estimate depend on the choices?

    A run that was stopped goes on where it was.

    Example: remission multiverse two-arm --vary cdp -o out
    """
    from remission.multiverse.write import write_multiverse
    from remission.outcomes.load import load_with_warnings

    loaded, warnings = load_with_warnings(cohort)
    command = shlex.join(["remission", *sys.argv[1:]])
    with progress_bar("Definitions") as advance:
        written = write_multiverse(loaded, vary, folder, command=command, progress=advance)
    say_warnings(warnings)
    if written.thrown_away:
        print("What lay in this folder was of other records, choices or another version: begun anew.", file=sys.stderr)
    if written.reused:
        print(f"{written.reused} definitions were there already, from an earlier run.", file=sys.stderr)
    print(f"{written.definitions} definitions: {written.page}. {loaded.provenance.warning}".rstrip())


@app.command()
def endpoints(
    name: Annotated[str | None, typer.Argument(metavar="NAME|FILE.toml")] = None,
    toml: Annotated[bool, typer.Option("--toml", help="The file itself, to start your own from.")] = False,
    worlds: Annotated[
        bool, typer.Option("--worlds", help="A few visits for each rule it uses, worked by hand.")
    ] = False,
) -> None:
    """The library of endpoints, or one definition in full, with the source of every value.

    Example: remission endpoints halt-ms-efs
    Example: remission endpoints cdp-12w --toml > mine.toml
    """
    from remission.outcomes.definitions.reading import endpoint_names, endpoint_text

    if name is None:
        from remission.report.definitions.library import listing_text

        print(listing_text(remission.load_endpoint(known) for known in endpoint_names()))
        return
    from remission.report.definitions.text import definition_text

    if toml:
        print(endpoint_text(name), end="")
        return
    from remission.report.definitions.worlds import bearing_text, worlds_text

    definition = remission.load_endpoint(name)
    if worlds:
        print(worlds_text(definition))
        return
    print(definition_text(definition))
    if bearing := bearing_text(definition):
        print(f"\n{bearing}")


@app.command()
def reproduce(
    name: Annotated[str, typer.Argument(metavar="NAME", help="A published result, for instance halt-ms.")],
    cohort: Annotated[Path | None, typer.Option(metavar="DIR", help="Other records to compute it from.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="A list of objects instead of a table.")] = False,
) -> None:
    """Published against computed, line by line. Exit code 1 on any mismatch.

    Example: remission reproduce halt-ms
    """
    from remission.report import reproduce as recipe

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
