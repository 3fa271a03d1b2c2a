"""Points read off a printed curve and the table of numbers at risk below it, made into persons several times over.

How far a reading can be off is a number that whoever read gives; every reconstruction but the first moves each point by
as much at random, so that their spread says what the reading leaves open.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from remission.inputs.declared import key
from remission.inputs.problems import InputProblems, Problem
from remission.inputs.typed_rows import Row, load_rows
from remission.stats.survival.from_points import Rebuilt, rebuild_times
from remission.studies.papers.made_curve import search_data, search_words

if TYPE_CHECKING:
    from remission.studies.papers.made_curve import Made

STANDING = "reconstructed"
# A rise beyond this is no reading of one falling curve; smaller ones are levelled.
LARGEST_RISE = 0.01
# As much more may be at risk than the curve leaves, before it is told: reading and rounding.
SLACK = 0.01


@dataclass(frozen=True)
class Point:
    """One point of a curve."""

    time: float = key("Time in the unit of the paper")
    survival: float = key("Share still free then, from 0 to 1")


@dataclass(frozen=True)
class AtRisk:
    """One column of the printed table of numbers at risk."""

    time: float = key("Time in the unit of the paper")
    at_risk: int = key("People at risk then, as printed", low=0)


@dataclass(frozen=True, eq=False)
class Curve:
    """What was read: points, the risk table, and all events where they are printed."""

    points: tuple[Point, ...]
    table: tuple[AtRisk, ...]
    events: int | None = None

    @property
    def people(self) -> int:
        """How many there were at the start."""
        return self.table[0].at_risk

    @property
    def last(self) -> float:
        """Time of the last point."""
        return self.points[-1].time

    def rebuilt(self, reconstructions: int, reading_error: float, seed: int) -> tuple[Rebuilt, ...]:
        """So many reconstructions: the first of the points as read, the others of points moved by the reading error."""
        times, shares = [one.time for one in self.points], [one.survival for one in self.points]
        grid, numbers = [one.time for one in self.table], [one.at_risk for one in self.table]
        draw = np.random.default_rng(seed)
        moved = [np.clip(np.array(shares) + draw.normal(0, reading_error, len(shares)), 0, 1)
                 for _ in range(reconstructions - 1)]  # fmt: skip
        return tuple(rebuild_times(times, each, grid, numbers, self.events) for each in (np.array(shares), *moved))


def load_curves(read: Sequence[tuple[Path, Path, int | None]], beside: Sequence[Problem] = ()) -> tuple[Curve, ...]:
    """Every curve of points, table and events; InputProblems with everything wrong in any of their files, or `beside`.

    beside: what is wrong with what was asked of them, told with the rest.
    """
    curves: list[Curve] = []
    problems: list[Problem] = list(beside)
    for points, table, events in read:
        try:
            curves.append(load_curve(points, table, events))
        except InputProblems as wrong:
            problems += wrong.problems
    if problems:
        raise InputProblems(problems)
    return tuple(curves)


def load_curve(points: Path, table: Path, events: int | None) -> Curve:
    """The curve of two CSV files; InputProblems with everything that is wrong in either."""
    problems: list[Problem] = []
    read, tables = _read(points, Point, problems), _read(table, AtRisk, problems)
    problems += () if read is None else _wrong_points(read, points.name)
    problems += () if tables is None else _wrong_table(tables, table.name, events)
    if read and tables:
        # A number that is named already, as one that grows, need not be named again for what follows from it.
        told = {(one.file, one.row) for one in problems}
        problems += [one for one in _wrong_together(read, tables, table.name) if (one.file, one.row) not in told]
    if problems or read is None or tables is None:
        raise InputProblems(problems)
    return Curve(read, tables, events)


def _read(path: Path, row: type[Row], problems: list[Problem]) -> tuple[Row, ...] | None:
    try:
        return load_rows(path, row)
    except InputProblems as wrong:
        problems += wrong.problems
        return None


def _wrong_points(rows: Sequence[Point], file: str) -> Iterator[Problem]:
    if not rows:
        yield Problem.of_file(file, found="no point", allowed="a row for each point", do="Read the curve off.")
    lowest = 1.0
    for place, one in enumerate(rows, 2):
        if not 0 <= one.survival <= 1:
            do = "Write a share, not a percentage."
            yield Problem.at_row(file, place, "survival", found=f"{one.survival:g}", allowed="0 to 1", do=do)
            continue
        if one.time < 0:
            yield Problem.at_row(file, place, "time", found=f"{one.time:g}", allowed="0 or more", do="Correct it.")
        if place > 2 and one.time <= rows[place - 3].time:
            allowed, do = f"more than {rows[place - 3].time:g}", "Put the points in the order of time, each time once."
            yield Problem.at_row(file, place, "time", found=f"{one.time:g}", allowed=allowed, do=do)
        if one.survival > lowest + LARGEST_RISE:
            do = "Read it again: a curve of people still free never rises."
            allowed = f"{lowest:g} or less"
            yield Problem.at_row(file, place, "survival", found=f"{one.survival:g}", allowed=allowed, do=do)
        lowest = min(lowest, one.survival)


def _wrong_table(rows: Sequence[AtRisk], file: str, events: int | None) -> Iterator[Problem]:
    if not rows:
        yield Problem.of_file(file, found="no row", allowed="a row for each printed number", do="Copy the table.")
        return
    if rows[0].time != 0:
        do = "Begin with the people at the start."
        yield Problem.at_row(file, 2, "time", found=f"{rows[0].time:g}", allowed="0", do=do)
    for place, (before, one) in enumerate(pairwise(rows), 3):
        if one.time <= before.time:
            allowed, do = f"more than {before.time:g}", "Put the rows in the order of time, each time once."
            yield Problem.at_row(file, place, "time", found=f"{one.time:g}", allowed=allowed, do=do)
        if one.at_risk > before.at_risk:
            do = "Look it up again: nobody comes to be at risk later."
            allowed = f"{before.at_risk} or fewer"
            yield Problem.at_row(file, place, "at_risk", found=str(one.at_risk), allowed=allowed, do=do)
    if events is not None and events > rows[0].at_risk:
        found = f"{events} events of {rows[0].at_risk} people"
        yield Problem.of_file(file, found=found, allowed="no more events than people", do="Look both up again.")


def _wrong_together(points: Sequence[Point], rows: Sequence[AtRisk], file: str) -> Iterator[Problem]:
    """More at risk than the curve leaves free cannot be of the same people."""
    for place, one in enumerate(rows, 2):
        free = [each.survival for each in points if each.time < one.time and 0 <= each.survival <= 1]
        most = rows[0].at_risk * (min(free, default=1.0) + SLACK)
        if one.at_risk > most:
            found = f"{one.at_risk} at risk where the curve leaves {most:.0f} of {rows[0].at_risk} free"
            do = "Look up whether curve and table are of the same people and in one unit of time."
            yield Problem.at_row(file, place, "at_risk", found=found, allowed=f"{most:.0f} or fewer", do=do)


def rebuilt_frame(*curves: Sequence[Rebuilt]) -> pl.DataFrame:
    """Every person of every reconstruction as a row, and in each row that it is reconstructed; of two curves which."""
    frames = [
        pl.DataFrame({
            "reconstruction": [number] * one.exit.size, "curve": [place] * one.exit.size,
            "subject_id": [f"{'PQ'[place - 1]}{at}" for at in range(1, one.exit.size + 1)],
            "time": one.exit, "event": ["yes" if each else "no" for each in one.event],
            "standing": [STANDING] * one.exit.size,
        })
        for place, rebuilt in enumerate(curves, 1) for number, one in enumerate(rebuilt, 1)
    ]  # fmt: skip
    together = pl.concat(frames)
    return together if len(curves) > 1 else together.drop("curve")


def rebuilt_data(curve: Curve, made: Made) -> dict[str, object]:
    """What was made, for a program: people, events from the least to the most, how near it comes to the print."""
    rebuilt = made.rebuilt
    first, events = rebuilt[0], [int(one.event.sum()) for one in rebuilt]
    return {
        "standing": STANDING, "method": made.method, "search": search_data(made),
        "people": curve.people, "events": events[0], "events_printed": curve.events,
        "events_least": min(events), "events_most": max(events), "reconstructions": len(rebuilt),
        "at_risk_printed": [one.at_risk for one in curve.table], "at_risk_rebuilt": first.at_risk.tolist(),
        "farthest_from_a_point": _farthest(curve, first),
    }  # fmt: skip


def _farthest(curve: Curve, one: Rebuilt) -> float:
    """The largest distance between the rebuilt curve and a point that was read."""
    times = np.unique(one.exit[one.event])
    at_risk = np.array([(one.exit >= each).sum() for each in times])
    had = np.array([((one.exit == each) & one.event).sum() for each in times])
    survival = np.append(1.0, np.cumprod(1 - had / at_risk))
    there = [survival[np.searchsorted(times, point.time, side="right")] for point in curve.points]
    return float(max(abs(share - point.survival) for share, point in zip(there, curve.points, strict=True)))


def rebuilt_words(curve: Curve, made: Made) -> Iterator[str]:
    """The same in words."""
    said = rebuilt_data(curve, made)
    yield "RECONSTRUCTED from a printed curve: not the data of the study."
    printed = "" if curve.events is None else f" (printed: {curve.events})"
    yield f"{said['people']} people, {said['events']} events{printed}."
    yield from search_words(made)
    spread = f"{said['events_least']} to {said['events_most']}"
    moved = "of patterns that fit" if made.patterns else "with the points moved by the reading error"
    yield f"In {said['reconstructions']} reconstructions {moved}: {spread} events."
    both = zip(curve.table, made.rebuilt[0].at_risk, strict=True)
    at_risk = "; ".join(f"{one.time:g}: {one.at_risk} and {found}" for one, found in both)
    yield f"At risk, printed and rebuilt: {at_risk}."
    yield f"Farthest from a point that was read: {said['farthest_from_a_point']:.4f}."
    yield f"Method: {said['method']}."
