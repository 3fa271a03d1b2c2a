"""What went wrong, in a file of the home: when, what kind of error, and where in the code; nothing of any person.

An error's message quotes what it met: an address, a value, a line of SQL. So no message is written, and no request.
"""

from __future__ import annotations

import logging
import os
import traceback
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from types import TracebackType

from remission.web.clock import now
from remission.web.home import FILE_MODE
from remission.web.instance import instance

FILE = "faults.log"
LARGEST_BYTES = 5_000_000
# The innermost places tell what went wrong, those of this project what it was doing.
MOST_PLACES = 6
OURS = str(Path(__file__).parents[1])


class FaultLog(logging.Handler):
    """Writes what any library logs as a line of this file: who logged it and from where, and the error's kind."""

    def emit(self, record: logging.LogRecord) -> None:
        """Write one line."""
        error = record.exc_info[1] if record.exc_info else None
        view = getattr(getattr(getattr(record, "request", None), "resolver_match", None), "view_name", None)
        where = f"{record.levelname.casefold()} of {record.name} at {Path(record.pathname).name}:{record.lineno}"
        say(f"{where}, view {view}" if view else where, error)


def say(what: str, error: BaseException | None = None) -> None:
    """Write one line: `what` is in words of ours. Where nothing can be written, nothing is: the answer goes on."""
    home = instance().home
    if home is None:
        return
    kinds = "; ".join(f"{type(one).__name__} at {_places(one.__traceback__)}" for one in _causes(error))
    path = home.logs / FILE
    with suppress(OSError):
        if path.is_file() and path.stat().st_size > LARGEST_BYTES:
            path.replace(path.with_suffix(".old"))
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, FILE_MODE), "w") as file:
            file.write(f"{now().isoformat(timespec='seconds')} {what}{': ' if kinds else ''}{kinds}\n")


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__


def _places(trail: TracebackType | None) -> str:
    frames = traceback.extract_tb(trail)
    kept = [one for one in frames if one.filename.startswith(OURS)][-MOST_PLACES:]
    if frames and frames[-1] not in kept:
        kept.append(frames[-1])
    # Of a frame: file, line and function. Its line of code may hold a text; its values are never looked at.
    return ", ".join(f"{Path(one.filename).name}:{one.lineno} ({one.name})" for one in kept) or "no place"
