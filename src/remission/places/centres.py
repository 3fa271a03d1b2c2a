"""What is known of MS services beside medicines: transplants, trials, homecare, with a source for every line.

None of it is in stock data. A line is evidence of one thing on one day; what no line says is not known.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from remission.library.catalogue import table


@dataclass(frozen=True)
class Centre:
    """One line: who (a code, if there is one), what, and the source with its status and date."""

    code: str
    name: str
    nation: str
    what: str
    detail: str
    source: str
    source_date: str
    status: str
    note: str

    @property
    def says(self) -> str:
        """The line in words, with how far it was checked."""
        note = f"; {self.note}" if self.note else ""
        return f"{self.detail}{note} ({self.source_date}; {self.status})"


@cache
def centres() -> tuple[Centre, ...]:
    """Every line of the table; nothing that nobody verified is in it.

    >>> {one.status for one in centres()} <= {"verified", "secondary"}
    True
    """
    return table("places/ms_centres", Centre)
