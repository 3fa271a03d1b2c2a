"""What a run has worked out already, kept so that a run which was stopped goes on where it was.

Beside the results lies `lock.json`: the digest of the records, that of the choices, and the version of this program.
Under another lock nothing is reused. A chunk that is there is whole, also after a crash.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from remission._version import __version__
from remission.inputs.writing import write_whole
from remission.multiverse.evaluation import Evaluated, Flags

if TYPE_CHECKING:
    from remission.multiverse.files import VaryFile
    from remission.records.cohort import Cohort

# Definitions in a file: a run that is stopped loses at most so many, and a thousand make less than a hundred files.
CHUNK = 12
LOCK = "lock.json"
OF_PERSONS = (
    "The folder kept/ beside this page says of every person, by no name, under which definitions they had the event. "
    "Made with --aggregates-only there is none."
)
AGGREGATES_ONLY = (
    "Aggregates only: no file says anything of a single person. That is not anonymous: small cells are single persons."
)
_NUMBERS = ("value", "low", "high", "at_risk", "events")
_SCHEMA: dict[str, pl.DataType | type[pl.DataType]] = {
    "id": pl.String,
    "persons": pl.Int64,
    "judged": pl.Binary,
    "yes": pl.Binary,
    "person_days": pl.Int64,
    **dict.fromkeys(_NUMBERS, pl.List(pl.Float64)),
    "method": pl.String,
    "refused": pl.String,
}


@dataclass(frozen=True)
class Lock:
    """What results rest on."""

    records: str
    choices: str
    program: str = __version__

    @classmethod
    def of(cls, cohort: Cohort, vary: VaryFile) -> Lock:
        """The lock of these records and choices."""
        return cls(cohort.digest, vary.digest)

    def text(self) -> str:
        """As it lies in the folder."""
        return json.dumps(vars(self), indent=1, sort_keys=True) + "\n"


class KeptResults:
    """A folder of results by definition; `thrown_away` tells that it held those of another lock."""

    def __init__(self, folder: Path, lock: Lock) -> None:
        self._folder = folder
        path = folder / LOCK
        found = path.read_bytes() if path.is_file() else None
        # Records made in memory have no digest, so nothing tells whether they are the same.
        self.thrown_away = found is not None and (found != lock.text().encode() or not lock.records)
        if self.thrown_away:
            for chunk in folder.glob("*.parquet"):
                chunk.unlink()
        with write_whole(path) as new:
            new.write_text(lock.text(), encoding="utf-8")

    def load(self, ids: Sequence[str]) -> list[Evaluated] | None:
        """The results of a chunk of definitions; None where they are not there, or are not of just these."""
        path = self._path(ids)
        if not path.is_file():
            return None
        try:
            frame = pl.read_parquet(path, schema=_SCHEMA)
        except (pl.exceptions.PolarsError, OSError):
            return None
        # A chunk of other definitions of the same first name is of another grid.
        return list(_unpacked(frame)) if frame["id"].to_list() == list(ids) else None

    def write(self, results: Sequence[Evaluated]) -> None:
        """Keep a chunk."""
        rows = [_packed(one) for one in results]
        with write_whole(self._path([one.id for one in results])) as new:
            pl.DataFrame(rows, schema=_SCHEMA, orient="row").write_parquet(new)

    def forget(self) -> None:
        """Delete what is kept: who had the event under which definition, though by no name."""
        for kept in (*self._folder.glob("*.parquet"), self._folder / LOCK):
            kept.unlink(missing_ok=True)
        with suppress(OSError):  # somebody else's file lies there too
            self._folder.rmdir()

    def _path(self, ids: Sequence[str]) -> Path:
        return self._folder / f"{ids[0]}.parquet"


def _packed(one: Evaluated) -> tuple[object, ...]:
    # A bit a person and flag: a thousand definitions of a million people stay within some hundred megabytes.
    bits = (np.packbits(flags).tobytes() for flags in (one.judged, one.yes))
    numbers = (list(numbers) for numbers in (one.value, one.low, one.high, one.at_risk, one.events))
    return (one.id, one.judged.size, *bits, one.person_days, *numbers, one.method, one.refused)


def _unpacked(frame: pl.DataFrame) -> Iterator[Evaluated]:
    for row in frame.to_dicts():
        judged, yes = (_flags(row[name], row["persons"]) for name in ("judged", "yes"))
        value, low, high, at_risk, events = (tuple(row[name]) for name in _NUMBERS)
        yield Evaluated(
            row["id"], judged, yes, row["person_days"], value, low, high, at_risk, events, row["method"], row["refused"]
        )


def _flags(packed: bytes, persons: int) -> Flags:
    return np.unpackbits(np.frombuffer(packed, np.uint8), count=persons).astype(np.bool_)
