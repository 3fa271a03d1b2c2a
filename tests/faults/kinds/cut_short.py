"""Inputs that end too early, as a copy does that was broken off: each format is refused by the name of its file."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from unittest import mock

import openpyxl
import polars as pl

from faults.spoken import refused, spoken
from faults.trials import Asked, Tried
from made_up.small_cohorts import small_cohort
from remission.cdisc.dataset_json import write_dataset_json
from remission.cdisc.datasets import Dataset
from remission.cdisc.transport import write_transport
from remission.outcomes.partitioned import write_partitions
from remission.records.files import folder as records

TITLE = "an input cut short"
DM = pl.DataFrame(
    {
        "STUDYID": ["T"] * 60,
        "USUBJID": [f"T-{n}" for n in range(60)],
        "RFSTDTC": ["2020-02-28"] * 60,
        "SEX": ["F"] * 60,
        "ARM": ["A"] * 60,
    }
)

# A transport file is made of such records, and does not say how many (version 5).
RECORD_BYTES = 80


@dataclass(frozen=True)
class Cut:
    """A format: how its good file is made in a folder, the command that reads it, and what names it when it is cut."""

    name: str
    make: Callable[[Path], Path]
    words: Callable[[Path, Path], tuple[str | Path, ...]]
    named: str = ""


def tries(asked: Asked) -> Iterator[Tried]:
    """Each format cut at many places."""
    draw = random.Random(asked.seed)
    for one in CUTS:
        for number in range(asked.of(25, 1)):
            yield _try(one, asked.folder / f"{one.name}-{number}", draw)


def control(asked: Asked) -> Iterator[Tried]:
    """A table read as if it were whole: what cannot be read of it is dropped."""
    draw = random.Random(asked.seed)
    read = records.read_tables
    with mock.patch.object(records, "read_tables", lambda *asked: replace(read(*asked), problems=())):
        for number in range(asked.of(6, 2)):
            yield _try(CUTS[0], asked.folder / str(number), draw)


def _try(one: Cut, place: Path, draw: random.Random) -> Tried:
    place.mkdir()
    file = one.make(place)
    content = file.read_bytes()
    at = _place(one, content, draw)
    file.write_bytes(content[:at])
    code, said = spoken(*one.words(place, file))
    return refused(f"{one.name} cut at byte {at} of {len(content)}", one.named or file.name, code, said)


def _place(one: Cut, content: bytes, draw: random.Random) -> int:
    """Somewhere within a row or record: what ends with one is whole to everybody who reads CSV or a transport file."""
    if one.name == "CSV":
        row = draw.choice(content.splitlines(keepends=True)[1:])
        return content.index(row) + draw.randrange(1, row.rindex(b","))
    places = range(1, len(content) - 2)
    return draw.choice([at for at in places if at % RECORD_BYTES] if one.name == "transport file" else places)


def _table(place: Path) -> Path:
    return small_cohort(place).write() / "subjects.csv"


def _parquet(place: Path) -> Path:
    folder = small_cohort(place).write()
    pl.read_csv(folder / "visits.csv").write_parquet(folder / "visits.parquet")
    (folder / "visits.csv").unlink()
    return folder / "visits.parquet"


def _part(place: Path) -> Path:
    small_cohort(place).write()
    write_partitions(place / "cohort", 2, place / "parts")
    return place / "parts" / "part-0001" / "subjects.csv"


def _dm(ending: str) -> Callable[[Path], Path]:
    def make(place: Path) -> Path:
        file, dataset = place / "sdtm" / f"dm{ending}", Dataset("DM", "Demographics", DM, {})
        if ending == ".xpt":
            write_transport(dataset, file, 5)
        else:
            write_dataset_json(dataset, file, study="T")
        return file

    return make


def _answer(place: Path) -> Path:
    book = openpyxl.Workbook()
    for row in [["Medicine", "Patients"], ["Tysabri", 41], ["Ocrevus", 12]]:
        book.active.append(row)
    book.save(place / "answer.xlsx")
    return place / "answer.xlsx"


def _outcomes(place: Path, _: Path) -> tuple[str | Path, ...]:
    return "outcomes", place / "cohort", "-e", "neda-3", "-o", place / "rows.csv"


def _outcomes_of_parts(place: Path, _: Path) -> tuple[str | Path, ...]:
    return "outcomes", place / "parts", "-e", "neda-3", "-o", place / "rows"


def _convert(place: Path, _: Path) -> tuple[str | Path, ...]:
    return "convert", place / "sdtm", "-o", place / "out", "--kind", "observed", "--licence", "none"


CUTS = (
    Cut("CSV", _table, _outcomes),
    Cut("Parquet", _parquet, _outcomes),
    Cut("transport file", _dm(".xpt"), _convert),
    Cut("Dataset-JSON", _dm(".json"), _convert),
    Cut("Dataset-NDJSON", _dm(".ndjson"), _convert),
    Cut("a part", _part, _outcomes_of_parts, named="part-0001"),
    Cut("a workbook", _answer, lambda place, file: ("atlas", "foi", "import", file, "--code", "RTK", "--data", place)),
)
