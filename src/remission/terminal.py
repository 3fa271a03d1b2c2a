"""What commands share: how a cohort and an endpoint are named, problems in words, how far a long one has come."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from remission.inputs.problems import Problem

BAD_INPUT = 2

CohortName = Annotated[str, typer.Argument(metavar="COHORT", help="A folder with a cohort.toml, or a bundled cohort.")]
EndpointName = Annotated[str, typer.Option("--endpoint", "-e", metavar="NAME|FILE.toml", help="The endpoint.")]


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


def say_warnings(warnings: Sequence[Problem]) -> None:
    """What to know of records that can be used all the same."""
    if warnings:
        print("What to know of these records:", file=sys.stderr)
        say_problems(warnings)


def say_problems(problems: Sequence[Problem]) -> None:
    """Every problem on a line of its own, and how many there are."""
    for problem in problems:
        print(f"{problem.severity}: {problem}", file=sys.stderr)
    if problems:
        print(f"{len(problems)} problem{'s' if len(problems) > 1 else ''} in all.", file=sys.stderr)
