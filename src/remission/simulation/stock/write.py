"""Invented files of hospital stock (SCMD) with every known trouble, and the truth that was planted in them.

The hospitals' codes and mergers are real; everything they do is made up from a seed. The files lie as fetched ones
do, say synthetic in their names and in the list of snapshots, and hold what real ones hold. `Truth` says what was
really issued, what of it the files show and why not the rest, so that whatever reads them can be scored.

    python -m remission.simulation.stock.write DIR
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

from remission.inputs.writing import write_into
from remission.simulation.stock.files import Version, csv_frame, write_snapshots, write_version
from remission.simulation.stock.truth import Truth, Written, truth_of
from remission.simulation.stock.world import FOR_GOOD, ScmdOptions, draw_world

__all__ = ["ScmdOptions", "Truth", "benchmark_options", "sample_options", "simulate_scmd"]

FETCHES_DAYS_AGO = (61, 30, 0)
OPEN_MONTHS = 4  # so many of the newest months are issued again at each fetch
FIRST_FINAL_AGE = 1


def sample_options() -> ScmdOptions:
    """What the atlas runs on until real files have been fetched: every acute trust, January 2019 to September 2026."""
    return ScmdOptions()


def benchmark_options() -> ScmdOptions:
    """As many rows a month as the real files have, about 300,000."""
    return ScmdOptions(other_medicines_rows=2200, provisional_too=0, reissued_final=0)


def simulate_scmd(folder: Path, options: ScmdOptions | None = None) -> Truth:
    """Write the files of every month under `folder`/raw, and return what was planted in them.

    The same options give the same bytes. FileExistsError when there is a list of snapshots already: invented rows are
    never put among others.
    """
    if (folder / "raw/snapshots.csv").exists():
        raise FileExistsError(f"{folder} holds files already; invented ones go into a folder of their own")
    world = draw_world(options or sample_options())
    written, listed = [], []
    with write_into(folder, listed=False) as result:
        for version in _versions(world.options):
            rows = world.rows(world.options.months.index(version.month), version.age_months)
            line = write_version(result, csv_frame(rows, version, world.names), version)
            listed.append(line)
            written.append(Written.of(world, version, rows, line.file))
        write_snapshots(result, sorted(listed, key=lambda line: line.fetched))
    return truth_of(world, written)


def _versions(options: ScmdOptions) -> Iterator[Version]:
    """Every file, by month; of a month that is issued more than once, the earliest version first."""
    finals = [month for month in options.months if options.priced_from <= month <= options.final_until]
    both = finals[len(finals) - options.provisional_too :]
    again = finals[len(finals) - options.reissued_final :]
    days = [options.fetched - timedelta(days=ago) for ago in FETCHES_DAYS_AGO]
    for age, month in reversed(list(enumerate(reversed(options.months)))):
        if month < options.priced_from:
            yield Version(month, "old", "old", days[0], FOR_GOOD, False)
        elif month > options.final_until:
            yield from _provisional(month, age, days, new_header=month >= options.new_header_from)
        else:
            if month in both:
                yield Version(month, "provisional", "provisional", days[0], max(age - 2, 0), False)
            if month in again:
                yield Version(month, "final", "final", days[0], FIRST_FINAL_AGE, False)
            yield Version(month, "final", "final", days[1] if month in again else days[0], FOR_GOOD, False)


def _provisional(month: date, age: int, days: list[date], *, new_header: bool) -> Iterator[Version]:
    """A month that is not final: of those still open a version at each fetch since it was out."""
    last = len(days) if age < OPEN_MONTHS else 1
    for fetch in range(max(0, 2 - age), last):
        old = age - 2 + fetch
        yield Version(month, "provisional", "wip" if old == 0 else "provisional", days[fetch], old, new_header)


if __name__ == "__main__":
    truth = simulate_scmd(Path(sys.argv[1]))
    print(truth.files.select("rows", "ms", "apart", "near", "other", "null_costs", "negatives").sum())
