"""One endpoint under many definitions."""

from __future__ import annotations

import shlex
import sys
from pathlib import Path
from typing import Annotated

import typer

from remission.terminal import CohortName, progress_bar, say_undrawn, say_warnings

PLACE = 50
app = typer.Typer()


@app.command()
def multiverse(
    cohort: CohortName,
    vary: Annotated[str, typer.Option("--vary", metavar="NAME|FILE.toml", help="Which values vary, and how.")],
    folder: Annotated[Path, typer.Option("-o", "--output", metavar="DIR", help="Where the page is written.")],
    aggregates_only: Annotated[
        bool, typer.Option("--aggregates-only", help="Keep nothing of a single person, in any file.")
    ] = False,
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
        written = write_multiverse(
            loaded, vary, folder, command=command, progress=advance, aggregates_only=aggregates_only
        )
    say_warnings(warnings, cohort)
    say_undrawn()
    if written.thrown_away:
        print("What lay in this folder was of other records, choices or another version: begun anew.", file=sys.stderr)
    if written.reused:
        print(f"{written.reused} definitions were there already, from an earlier run.", file=sys.stderr)
    print(f"{written.definitions} definitions: {written.page}. {loaded.provenance.warning}".rstrip())
