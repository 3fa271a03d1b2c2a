"""The items of the TARGET statement by number, and where on the page of a target trial each is answered, or by whom."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

from remission.exhibits.tables import Table, shows
from remission.library.catalogue import table

if TYPE_CHECKING:
    from remission.comparison.design.estimate import Trial

# The parts of the protocol table in order are items 6a to 6h, of the trial, and 7a to 7h, of these records.
LETTERS = "abcdefgh"
AUTHORS = "not known to this program: whoever writes it up"
MORE = "Results: the effect, and every estimate"


@dataclass(frozen=True)
class Item:
    """What one item asks for, in our words, as read in a copy of the checklist and not in the journal."""

    item: str
    part: str
    asks: str
    source: str
    locus: str
    status: str
    date_read: str


def target_items() -> tuple[Item, ...]:
    """All items in order, each letter by itself.

    Cashin and others 2025, doi:10.1001/jama.2025.13350.

    >>> len(target_items()), len({one.item.rstrip("abcdefgh.i") for one in target_items()})
    (39, 21)
    """
    return table("standards/target", Item)


def numbered(place: int, part: str) -> str:
    """A part of the protocol with its items.

    >>> numbered(0, "Eligibility")
    'Eligibility (6a, 7a)'
    """
    return f"{part} (6{LETTERS[place]}, 7{LETTERS[place]})"


def where(found: Trial) -> dict[str, str]:
    """Where each item is answered on the page, by its number; what a program cannot know is left to whoever writes."""
    methods = {f"{number}{letter}": "Methods" for number in (6, 7) for letter in LETTERS}
    del methods["7g"], methods["7h"]
    return {
        "1a": "In short, and the question", "1b": "Where it comes from",
        "1c": "In short",
        "2": "Methods, first sentences" if found.emulated.design.background else "not said in the design",
        "3": "the question, under the title", "4": AUTHORS,
        "5": "Where it comes from, as far as the cohort says; place, setting and years: whoever writes it up",
        **methods, "7g.i": "Methods, and In short", "7g.ii": "Methods: Assignment", "7h.i": "Methods",
        "7h.ii": f"{MORE}: {', '.join(_beside(found))}",
        "8": "Results: the people, Who is in it",
        "9": "Results: the people, as means in the table under How alike they are",
        "10": "Results: the people, How long they were followed", "11": _missing(found),
        "12": "Results: the people, How long they were followed", "13": "Results: the effect", "14": MORE,
        "15": "In short, as numbers; what they mean: whoever writes it up",
        "16": "In short, and Discussion", "17": AUTHORS, "18": AUTHORS,
        "19": "code: this program, by the command under Where it comes from; tables beside the page; records: whoever "
              "holds them",
        "20": AUTHORS, "21": AUTHORS,
    }  # fmt: skip


def _beside(found: Trial) -> Iterator[str]:
    """What stands beside the answer to show how far it hangs on choices."""
    yield "as it came" if found.emulated.design.cloned else "as treated"
    if found.e_value is not None:
        yield "E-value"
    if found.draws is not None:
        yield "limits by draws"
    if found.protocol is not None:
        yield "per protocol"
    if found.control is not None:
        yield "a negative control"
    if found.complete is not None:
        yield "complete cases"


def _missing(found: Trial) -> str:
    if found.emulated.filled is not None:
        return "Where it comes from and In short; in both strategies together, not in each"
    return "Results: the people, Who left at which step; in both strategies together, not in each"


def items_table(found: Trial) -> Table:
    """A row an item: its number, what it asks for, and where that is."""
    answered = where(found)
    rows = [{"item": one.item, "asks": one.asks, "here": answered[one.item]} for one in target_items()]
    columns = (
        shows("item", "Item", words=True), shows("asks", "Asks for", words=True), shows("here", "Where", words=True),
    )  # fmt: skip
    note = (
        "Item numbers of the TARGET statement (Cashin and others 2025, doi:10.1001/jama.2025.13350), its wording not "
        "repeated; read in a copy of its checklist and not in the journal (secondary). That an item has a place does "
        "not say that it is answered well."
    )
    return Table("target-items", "Where each item of the TARGET statement is.", pl.DataFrame(rows), columns,
                 found.emulated.cohort.provenance, note)  # fmt: skip
