"""What commands share: how a cohort and an endpoint are named, problems in words, how far a long one has come."""

from __future__ import annotations

import errno
import io
import os
import shlex
import sys
from contextlib import contextmanager
from datetime import date
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from remission.inputs.problems import Problem
    from remission.outcomes.definitions.records import Endpoint

BAD_INPUT = 2
TWIN_DIFFERS = 3

CohortName = Annotated[str, typer.Argument(metavar="COHORT", help="A folder with a cohort.toml, or a bundled cohort.")]
EndpointName = Annotated[str, typer.Option("--endpoint", "-e", metavar="NAME|FILE.toml", help="The endpoint.")]

SetValues = Annotated[
    list[str] | None,
    typer.Option("--set", metavar="KEY=VALUE", help="A value of the endpoint for this run; may be given again."),
]


def chosen_endpoint(name_or_file: str, sets: Sequence[str] | None) -> Endpoint:
    """The endpoint that was asked for, with the values that were set for this run."""
    from remission.outcomes.definitions.settings import load_changed_endpoint, read_settings

    return load_changed_endpoint(name_or_file, read_settings(sets or ()))


@contextmanager
def progress_bar(what: str) -> Iterator[Callable[[int, int], None]]:
    """A progress bar on a terminal, nothing in a log; yields what is told how many are done, of how many."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn(what), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    console = Console(stderr=True)
    with Progress(*columns, console=console, disable=not console.is_terminal) as bar:
        task = bar.add_task("", total=None)
        yield lambda done, of: bar.update(task, completed=done, total=of)


def print_everything() -> None:
    """Let no letter end a command: what the terminal's encoding lacks is printed as its number (\\xfc for ü)."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def print_file(text: str) -> None:
    """Print what is to become a file: in UTF-8, whatever the encoding of the terminal that it is redirected from."""
    redirected = sys.stdout if isinstance(sys.stdout, io.TextIOWrapper) and not sys.stdout.isatty() else None
    if redirected is None:  # a terminal, or nothing at all where the output was closed
        print(text, end="")
    else:
        redirected.flush()
        redirected.buffer.write(text.encode())


def printable(text: str) -> str:
    """A text on one line in which every sign shows: a name of a file must not be able to move the cursor.

    >>> print(printable("a\\nb\\u00a0"))
    a\\nb\\xa0
    """
    return "".join(sign if sign.isprintable() else sign.encode("unicode_escape").decode() for sign in text)


def must_take_files(folder: Path) -> None:
    """OSError now, and not after a minute's work, where no folder can be made at this place or nothing written in it.

    Nothing is made: who ends a run before there is a result finds no empty folder.
    """
    nearest = next(one for one in (folder.absolute(), *folder.absolute().parents) if one.exists())
    if not nearest.is_dir():
        raise OSError(errno.ENOTDIR, os.strerror(errno.ENOTDIR), str(nearest))
    if not os.access(nearest, os.W_OK | os.X_OK):
        raise OSError(errno.EACCES, os.strerror(errno.EACCES), str(nearest))


def day_of(text: str, option: str = "--on") -> date:
    """A day that was asked for, today where none was; what is no day is told by the option's name."""
    try:
        return date.fromisoformat(text) if text else date.today()
    except ValueError:
        raise typer.BadParameter(f"found {text!r}; a day is written YYYY-MM-DD", param_hint=option) from None


def say_warnings(warnings: Sequence[Problem], cohort: str = "") -> None:
    """What to know of records that can be used all the same; of a `cohort` also what would list every row."""
    if warnings:
        print("What to know of these records:", file=sys.stderr)
        say_problems(warnings)
        say_where_all_are(warnings, cohort)


def say_where_all_are(problems: Sequence[Problem], cohort: str) -> None:
    """Which command lists every row, where lines on the screen leave some unnamed."""
    from remission.inputs.problem_lists import leaves_rows_unnamed

    if cohort and leaves_rows_unnamed(problems):
        print(f"Every row of them: remission check {shlex.quote(cohort)} -o problems.csv", file=sys.stderr)


def say_undrawn() -> None:
    """Say why a page that was written has no pictures, where it has none."""
    from remission.exhibits.rendering import undrawable

    if found := undrawable():
        print(f"Tables only, no pictures: {found}. For pictures run: ulimit -v unlimited", file=sys.stderr)


def say_problems(problems: Sequence[Problem]) -> None:
    """Every error on a line of its own, warnings of one kind in one column together, and how many there are."""
    from remission.inputs.problems import grouped

    for problem in problems:
        if problem.severity == "error":
            print(f"error: {printable(str(problem))}", file=sys.stderr)
    # Warnings stop nothing: a thousand lines of one kind would bury the one that matters.
    for line in grouped(problem for problem in problems if problem.severity == "warning"):
        print(f"warning: {printable(line)}", file=sys.stderr)
    if problems:
        count = sum(1 + problem.more for problem in problems)
        print(f"{count:,} problem{'s' if count > 1 else ''} in all.", file=sys.stderr)
