"""What happened to whom, why we say so, and the definitions that decide it."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

import remission
from remission.terminal import (
    TWIN_DIFFERS,
    CohortName,
    EndpointName,
    SetValues,
    chosen_endpoint,
    print_file,
    progress_bar,
    say_warnings,
)

if TYPE_CHECKING:
    from remission.outcomes.definitions.records import Endpoint
    from remission.outcomes.outcome import Outcome
    from remission.records.cohort import Cohort

PLACE = 20
app = typer.Typer()

What = Literal["outcome", "changes", "readings", "counts", "adtte"]


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
    sets: SetValues = None,
) -> None:
    """The outcome rows: when did what happen to whom, which rows decided, why was somebody censored.

    A partitioned cohort is evaluated part by part into a folder of Parquet files.

    Example: remission outcomes halt-ms --endpoint halt-ms-efs -o outcomes.csv
    """
    from remission.outcomes import files as outcome_files
    from remission.outcomes.load import load_with_warnings
    from remission.outcomes.partitioned import is_partitioned

    definition = chosen_endpoint(endpoint, sets)
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
    say_warnings(warnings, cohort)
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
    sets: SetValues = None,
) -> None:
    """Why this person was or was not counted, visit by visit. Exit code 3 when engine and plain twin differ.

    Example: remission explain halt-ms R03 --endpoint halt-ms-efs
    """
    account = remission.explain(remission.load_cohort(cohort), subject, chosen_endpoint(endpoint, sets))
    print(f"{account.subject_id}, {account.endpoint.title}. {account.warning}".rstrip())
    print("\n".join(account.lines))
    if account.differences:
        print("The engine and its plain twin differ; please report this:", *account.differences, sep="\n  ")
        raise typer.Exit(TWIN_DIFFERS)
    print("The fast engine decided the same.")


@app.command()
def endpoints(
    name: Annotated[str | None, typer.Argument(metavar="NAME|FILE.toml")] = None,
    toml: Annotated[bool, typer.Option("--toml", help="The file itself, to start your own from.")] = False,
    cohort: Annotated[
        str | None, typer.Option("--for", metavar="COHORT", help="Which can run on what was collected there.")
    ] = None,
    worlds: Annotated[
        bool, typer.Option("--worlds", help="A few visits for each rule it uses, worked by hand.")
    ] = False,
) -> None:
    """The library of endpoints, or one definition in full, with the source of every value.

    With --for: what can run on what a cohort collected, and what each of the others needs.

    Example: remission endpoints halt-ms-efs
    Example: remission endpoints --for halt-ms
    Example: remission endpoints cdp-12w --toml > mine.toml
    """
    from remission.outcomes.definitions.reading import endpoint_names, endpoint_text

    if cohort is not None or name is None:
        from remission.report.definitions.library import listing_text, needs_text

        asked = [remission.load_endpoint(one) for one in ([name] if name else endpoint_names())]
        print(listing_text(asked) if cohort is None else needs_text(remission.load_cohort(cohort), asked))
        return
    from remission.report.definitions.text import definition_text

    if toml:
        print_file(endpoint_text(name))
        return
    from remission.report.definitions.worlds import bearing_text, worlds_text

    definition = remission.load_endpoint(name)
    if worlds:
        print(worlds_text(definition))
        return
    print(definition_text(definition))
    if bearing := bearing_text(definition):
        print(f"\n{bearing}")
