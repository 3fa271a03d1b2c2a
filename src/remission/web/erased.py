"""The list of what was ended and must stay ended: random names in a file of the home, outside every backup.

A backup brings back who asked to be forgotten after it was made. So each erasure is first written here, onto the disk,
and only then done; and before anything is served, whatever stands here is done again (`backup.erasures`). Names of
consents that were stopped and of delegations that were ended stand here too.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator
from datetime import date
from pathlib import Path

from remission.inputs.problems import InputProblems, Problem
from remission.inputs.writing import write_whole
from remission.web.clock import today
from remission.web.home import FILE_MODE
from remission.web.ids import is_id
from remission.web.instance import instance

if sys.platform != "win32":
    import fcntl


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


def join_lists(lists: Iterable[Path], target: Path) -> None:
    """Write the names of several lists into one, which is whole or not there."""
    names = {name: day for path in lists for name, day in ended_on(path).items()}
    with write_whole(target) as new:
        new.touch(FILE_MODE)
        new.write_text("".join(f"{name} {day}\n" for name, day in names.items()), encoding="ascii")


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
