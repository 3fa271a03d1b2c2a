"""The list of what was ended and must stay ended: random names outside every backup, applied again after a restore.

A backup brings back who asked to be forgotten after it was made. So each erasure is first written here, onto the disk,
and only then done; and before anything is served, whatever stands here is done again. Names of consents that were
stopped and of delegations that were ended stand here too.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator
from datetime import date
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

from remission.inputs.problems import InputProblems, Problem
from remission.inputs.writing import write_whole
from remission.web.audit.chain import SYSTEM, note, noting
from remission.web.backup.copy import clear_copies
from remission.web.clock import now, today
from remission.web.home import FILE_MODE
from remission.web.identities.models import Account, Delegation, Membership, Ticket
from remission.web.ids import is_id
from remission.web.instance import instance
from remission.web.records.models import ConsentRow, PersonRow

if sys.platform != "win32":
    import fcntl

if TYPE_CHECKING:
    from django.db.models import QuerySet


def remember(name: str) -> None:
    """Write down that what a random name stands for is ended; on the disk when this returns, once however often."""
    if not is_id(name):
        raise InputProblems(
            Problem.of_file("erased.txt", found="no random name", allowed="a random name", do="Please report this.")
        )
    path = instance().folder.erased
    opened = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND, FILE_MODE)
    try:
        if sys.platform != "win32":
            fcntl.flock(opened, fcntl.LOCK_EX)
        there = path.read_bytes()
        if name not in dict(_lines(there)):
            # A line that a power cut left half stays half, and this one begins after it.
            begin = b"" if not there or there.endswith(b"\n") else b"\n"
            os.write(opened, begin + f"{name} {today()}\n".encode())
            os.fsync(opened)
            _flush_folder(path.parent)
    finally:
        os.close(opened)


def erased() -> frozenset[str]:
    """Every name of the list."""
    return frozenset(ended_on(instance().folder.erased))


def ended_on(path: Path) -> dict[str, date]:
    """The names of a list, each with the day on which it was ended; none where there is no list."""
    return dict(_lines(path.read_bytes())) if path.is_file() else {}


def reapply() -> int:
    """Do again whatever stands in the list and is there, as it is after a restore; how many names were.

    Called before anything is served. Copies that a killed backup left are taken away with it.
    """
    home = instance().folder
    clear_copies(home)
    listed = ended_on(home.erased)
    again = [name for name, day in listed.items() if _end_again(name, day)]
    if again:
        with noting("records"):
            note("records", "erased again", actor=SYSTEM, detail=f"{len(again)} names of the list of erasures")
    return len(again)


def join_lists(lists: Iterable[Path], target: Path) -> None:
    """Write the names of several lists into one, which is whole or not there."""
    names = {name: day for path in lists for name, day in ended_on(path).items()}
    with write_whole(target) as new:
        new.touch(FILE_MODE)
        new.write_text("".join(f"{name} {day}\n" for name, day in names.items()), encoding="ascii")


def _end_again(name: str, day: date) -> bool:
    delegations = Delegation.objects.filter(name=name, ended_at=None).update(ended_at=now())
    consents = list(ConsentRow.objects.filter(consent_id=name, ended_on=None))
    for one in consents:
        # A clock that was set back must make no consent that ended before it began.
        one.ended_on, one.ending = max(day, one.given_on), "stop"
        one.save()
    is_there = any(found.exists() for found in _traces(name))
    if is_there:
        # Imported when it is needed: an erasure begins with this list.
        import_module("remission.web.acts.erasing").erase_person(name)
    return bool(delegations or consents or is_there)


def _traces(name: str) -> Iterator[QuerySet[Any]]:
    """Where a person or an account of that name would be found."""
    yield PersonRow.objects.filter(person_id=name)
    yield Account.objects.filter(actor=name)
    for model in (Membership, Delegation, Ticket):
        yield model._default_manager.filter(person_id=name)


def _lines(text: bytes) -> Iterator[tuple[str, date]]:
    for line in text.decode("ascii", errors="replace").splitlines():
        name, _, day = line.partition(" ")
        # Half a line is no name: nobody was told that it was written.
        if is_id(name):
            yield name, _day(day)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:  # the name is whole, and counts
        return today()


def _flush_folder(folder: Path) -> None:
    opened = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)
