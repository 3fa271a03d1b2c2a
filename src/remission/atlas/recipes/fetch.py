"""Fetching: each source in turn, what failed told at the end, and what arrived kept."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from remission.atlas.source_folders import FOLDERS, stock_names
from remission.inputs.fetching import Asking, Fetched, FetchedSource, sources_in
from remission.inputs.problems import InputProblems, Problem, nearest, shown


def sources() -> Mapping[str, FetchedSource]:
    """Every source of the atlas by the name of its file.

    >>> {"scmd", "ods", "foi"} <= set(sources())
    True
    """
    return sources_in(*FOLDERS)


@dataclass(frozen=True)
class FetchTotals:
    """How many files were new, how many known already, and everything that went wrong."""

    new: int
    known: int
    problems: tuple[Problem, ...]


def fetch_sources(
    names: Sequence[str],
    home: Path,
    asking: Asking,
    progress: Callable[[str, int, int], None],
) -> FetchTotals:
    """Fetch some sources into the home folder, or all of hospital stock when none is named.

    `progress` is told of each file, its place, and how many there are.
    One source that fails does not stop the others. InputProblems for a source that does not exist.
    """
    known, names = sources(), names or stock_names()
    if unknown := [_unknown(name, known) for name in names if name not in known]:
        raise InputProblems(unknown)
    fetched = [_fetch(known[name], home, asking, progress) for name in names]
    return FetchTotals(
        new=sum(len(one.new) for one in fetched),
        known=sum(one.unchanged for one in fetched),
        problems=tuple(problem for one in fetched for problem in one.problems),
    )


def _fetch(source: FetchedSource, home: Path, asking: Asking, progress: Callable[[str, int, int], None]) -> Fetched:
    try:
        return source.fetch(home, asking, lambda step: progress(step.file, step.number, step.of))
    except InputProblems as failed:  # one source out of reach is told of after the others were asked
        return Fetched(problems=failed.problems)


def _unknown(name: str, known: Mapping[str, FetchedSource]) -> Problem:
    advice = nearest(name, known) or "Ask for one of these."
    return Problem.of_file(
        "remission atlas fetch", found=f"a source {shown(name)!r}", allowed=", ".join(known), do=advice
    )


def month_of(text: str | None, asked: str = "remission atlas fetch") -> date | None:
    """The first day of a month written YYYY-MM; None for no text; InputProblems for anything else.

    >>> month_of("2024-03")
    datetime.date(2024, 3, 1)
    """
    if text is None:
        return None
    try:
        return date.fromisoformat(f"{text}-01")
    except ValueError:
        problem = Problem.of_file(asked, found=shown(text), allowed="a month YYYY-MM", do="Write 2024-03.")
        raise InputProblems(problem) from None
