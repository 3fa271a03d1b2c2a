"""Everything that one person has told, packed for them, in a folder that nobody else reads and that is then gone."""

from __future__ import annotations

import io
import shutil
import tempfile
import time
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import astuple, dataclass, fields
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl

from remission.exhibits.site.shell import template_text
from remission.exhibits.wording import day_words
from remission.inputs.spreadsheets import spreadsheet_csv
from remission.registry.consent import erased
from remission.registry.export import write_own_data
from remission.web.audit.chain import note, noting
from remission.web.audit.looks import Look, looks_at
from remission.web.clock import today
from remission.web.instance import instance
from remission.web.records.reading import answers_of_person, person_of

if TYPE_CHECKING:
    from remission.web.roles import Acting

ROOM, README, LOOKS = "remission.web", "my_data.txt", "looks.csv"
PREFIX, TOP = "export-", "my-data"
# A process that was killed leaves its folder: the next export takes away what is as old as this.
LEFT_AFTER_SECONDS = 600


class NothingToldError(Exception):
    """There is nothing to hand out: nothing has been told, or everything was erased."""


@dataclass(frozen=True)
class Packed:
    """One archive, and what it is called."""

    name: str
    content: bytes


def export_own_data(acting: Acting) -> Packed:
    """Everything that a person has told, as an archive: cohort folders, tables, answers, and who looked.

    It is noted in the audit before it is handed out. NothingToldError where there is nothing.
    """
    person, answers = person_of(acting.person_id), answers_of_person(acting.person_id)
    # A clock that was set back takes nothing away from what was told.
    on = max([today(), person.registered_on, *(one.recorded_on for one in answers)])
    if not answers or erased(person.consents, on):
        raise NothingToldError
    with _private_folder() as folder:
        mine = folder / TOP
        write_own_data(person, answers, mine, on=on, standing="simulated" if instance().notice else "observed")
        beside = {LOOKS: _looks(acting.person_id), "README.txt": _readme(acting.person_id, on)}
        packed = Packed(f"my-data-{on.isoformat()}.zip", _zipped(mine, beside))
    detail = f"own data: {len(answers)} rows of {len({one.field for one in answers})} fields"
    with noting("records"):
        note("records", "exported", actor=acting.account.actor, person=acting.person_id, detail=detail)
    return packed


@contextmanager
def _private_folder() -> Iterator[Path]:
    """A folder of this process alone, in the home and so on the volume that is encrypted; gone afterwards."""
    home = instance().folder.folder
    for left in home.glob(f"{PREFIX}*"):
        if time.time() - left.stat().st_mtime > LEFT_AFTER_SECONDS:
            shutil.rmtree(left, ignore_errors=True)
    with tempfile.TemporaryDirectory(prefix=PREFIX, dir=home) as folder:
        yield Path(folder)


def _looks(person_id: str) -> str:
    """Who looked at the record and when, as CSV; columns too where nobody did."""
    columns = [one.name for one in fields(Look)]
    rows = [[str(cell) for cell in astuple(one)] for one in looks_at(person_id)]
    return spreadsheet_csv(pl.DataFrame(rows, schema=dict.fromkeys(columns, pl.String), orient="row"))


def _readme(person_id: str, on: date) -> str:
    text = template_text(ROOM, README).format(day=day_words(on), person=person_id)
    # First, for whoever is handed the file later saw no page of the demo.
    return f"{instance().notice}\n\n{text}" if instance().notice else text


def _zipped(folder: Path, beside: Mapping[str, str]) -> bytes:
    """The files of a folder and texts beside them, in one archive."""
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(folder.rglob("*")):
            if path.is_file():
                archive.write(path, Path(TOP) / path.relative_to(folder))
        for name, text in beside.items():
            archive.writestr(f"{TOP}/{name}", text)
    return held.getvalue()
