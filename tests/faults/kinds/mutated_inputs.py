"""Cohorts changed in one place: what is invalid is refused by its file, what is harmless gives the same outcome."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path
from unittest import mock

from faults.mutations import INVALID, MUTATIONS, Mutation
from faults.spoken import refused, spoken
from faults.trials import Asked, Tried
from made_up.small_cohorts import Folder, dated_cohort, small_cohort
from remission.records.files import examined as records

TITLE = "one change of a good cohort"
ENDPOINTS = {"days": "neda-3", "dates": "relapse-30d"}
BASES = {"days": small_cohort, "dates": dated_cohort}


def tries(asked: Asked) -> Iterator[Tried]:
    """Five hundred changes, as many of each sort."""
    draw = random.Random(asked.seed)
    right = {of: _outcome(base(asked.folder / f"good-{of}"))[2] for of, base in BASES.items()}
    chosen = MUTATIONS[::3] if asked.short else MUTATIONS
    for number in range(asked.of(500, len(chosen))):
        mutation = chosen[number % len(chosen)]
        yield _try(mutation, asked.folder / str(number), draw, right)


def control(asked: Asked) -> Iterator[Tried]:
    """The same with every check of values switched off, and what is harmless held against another outcome."""
    draw = random.Random(asked.seed)
    with mock.patch.object(records, "check_tables", return_value=[]):
        for number, mutation in enumerate(INVALID[:: asked.of(1, 8)]):
            yield _try(mutation, asked.folder / f"invalid-{number}", draw, {})
    for number, mutation in enumerate(MUTATIONS[:2]):
        yield _try(mutation, asked.folder / f"harmless-{number}", draw, {"days": b"another"})


def _try(mutation: Mutation, place: Path, draw: random.Random, right: dict[str, bytes]) -> Tried:
    cohort = BASES[mutation.of](place)
    file = mutation.change(cohort.files, draw)
    what = f"{mutation.name} in {file}"
    code, said, rows = _outcome(cohort)
    if mutation.verdict == "invalid":
        return refused(what, file, code, said)
    if code is None:
        return Tried(what, "traceback", said.strip().splitlines()[-1][:200])
    if rows != right[mutation.of]:
        return Tried(what, "harmless changed", said.strip()[:300])
    return Tried(what)


def _outcome(cohort: Folder) -> tuple[int | None, str, bytes]:
    """Exit code, what was said, and the outcome rows of a cohort."""
    cohort.path.parent.mkdir(parents=True, exist_ok=True)
    endpoint, rows = ENDPOINTS["dates" if cohort.path.name == "dated" else "days"], cohort.path.parent / "rows.csv"
    code, said = spoken("outcomes", cohort.write(), "-e", endpoint, "-o", rows)
    return code, said, rows.read_bytes() if rows.exists() else b""
