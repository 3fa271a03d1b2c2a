"""Files as they come, made a cohort by a map that people answer or edit."""

from __future__ import annotations

import json
import shlex
import sys
from collections import Counter
from copy import deepcopy
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from remission.terminal import BAD_INPUT, print_file, printable, say_problems

if TYPE_CHECKING:
    from collections.abc import Sequence

    from remission.intake.importing import Imported
    from remission.intake.looking import Looked
    from remission.intake.proposing import Question

PLACE = 35
NEITHER = "none"
"""The answer that none of the columns of a question is meant."""
app = typer.Typer()


@app.command("import")
def bring(
    files: Annotated[list[Path], typer.Argument(metavar="FILES...", help="CSV of any separator, or XLSX.")],
    folder: Annotated[Path, typer.Option("-o", "--output", metavar="DIR", help="A new folder for the cohort.")],
    map_: Annotated[
        Path | None,
        typer.Option("--map", metavar="MAP.toml", help="What the files mean, as far as they do not say it."),
    ] = None,
) -> None:
    """Exports as they come to a cohort folder: every change counted, every row that cannot be read listed.

    What the files do not settle is asked on a terminal; otherwise the map is printed, to be edited and given.

    Example: remission import subjects.csv visits.csv --map map.toml -o my-cohort
    """
    from remission.inputs.problems import InputProblems
    from remission.intake.importing import Seen, import_files, propose_map
    from remission.intake.mapping import map_text, read_map

    said: dict[str, Any] = read_map(map_) if map_ is not None else {}
    name = map_.name if map_ is not None else "map.toml"
    seen: Seen = {}
    proposal, looked = propose_map(files, said, name, seen)
    while proposal.questions and sys.stdin.isatty():
        answered = _answered(said, proposal.questions[0])
        try:
            proposal, looked = propose_map(files, answered, name, seen)
        except InputProblems as wrong:  # of a free answer: it is said and asked again
            say_problems(wrong.problems)
            continue
        said = answered
    _tell_beside(looked)
    if proposal.questions:
        print_file(map_text(proposal.map))
        for question in proposal.questions:
            print(f"To answer: {printable(str(question))}", file=sys.stderr)
        print("Put an answer in place of each ? above, save it, and give it with --map.", file=sys.stderr)
        raise typer.Exit(BAD_INPUT)
    _tell(import_files(proposal, looked, folder))


def _answered(said: dict[str, Any], question: Question) -> dict[str, Any]:
    """Ask one question, and put the answer where a map would hold it: into a copy, for it may be wrong."""
    whole = deepcopy(said)
    aside = [NEITHER] if question.or_aside and NEITHER not in question.choices else []
    default = "" if "" in question.choices else None
    answer = typer.prompt(printable(str(question)), default=default, show_default=False, err=True)
    while question.choices and not question.others and answer not in (*question.choices, *aside):
        answer = typer.prompt(f"One of {printable(', '.join([*filter(None, question.choices), *aside]))}", err=True)
    *path, last = question.at
    if answer in aside:
        # None of the columns that it could be: they are kept, and in no table.
        path, last, answer = path[:-1], "aside", [*_at(whole, path[:-1]).get("aside", []), *question.choices]
    _at(whole, path)[last] = answer
    return whole


def _at(said: dict[str, Any], path: Sequence[str]) -> dict[str, Any]:
    for part in path:
        said = said.setdefault(part, {})
    return said


def _tell_beside(looked: Sequence[Looked]) -> None:
    """Lines above a table, and sheets that nobody sees: an old state, or what was not meant to be passed on."""
    for one in looked:
        if one.above:
            lines = f"{one.above} line{'s' * (one.above > 1)} above the names of its columns"
            print(printable(f"To know: {one.label} has {lines}, left as a title."), file=sys.stderr)
        if one.hidden:
            leave = f'[files.{json.dumps(one.label, ensure_ascii=False)}] table = "none"'
            print(printable(f"To know: {one.label} is a hidden sheet, and read. To leave it: {leave}"), file=sys.stderr)


def _tell(made: Imported) -> None:
    from remission.intake.importing import BESIDE, PERSONS

    for one in made.files:
        print(f"{one.file}: {one.rows_in:,} rows: {len(one.rows):,} in {one.table}, {len(one.listed):,} listed.")
        for (column, change), cells in one.changes.items():
            print(f"  {printable(column or 'all columns')}: {printable(change)}: {cells:,} cells")
        if one.kept_aside:
            print(f"  in no table, kept aside: {printable(', '.join(one.kept_aside))}")
        for (column, why), rows in Counter((row.column, row.why) for row in one.listed).items():
            print(f"  {printable(column or 'all columns')}: {printable(why)}: {rows:,} rows listed")
    for label in made.left:
        print(f"{label}: left alone, by the map.")
    print(f"{made.rows_in:,} rows: {made.rows_out:,} in the cohort, {made.rows_listed:,} listed.")
    shown = shlex.quote(str(made.folder))
    print(f"The map and the counts are in {BESIDE}/; {PERSONS}/ shows single persons: keep it as you keep records.")
    print(f"Then: remission check {shown}")
