"""Scales and tests by name: who owns each, and what of it an open project may ship.

A tier says how much: `text` (its content is free, told in our own words), `fields` (results may be kept, its text is
not here), `slot` (not even that: whoever holds a licence puts the text into their own installation). A file that holds
words of its owner, where its tier allows none, is refused.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Literal, get_args
from urllib.parse import urlsplit

from remission.inputs.declared import key
from remission.inputs.problems import Problem, nearest
from remission.inputs.provenance import STATUSES, Status
from remission.inputs.strict_records import read_records
from remission.library.catalogue import library_files
from remission.records.schema import TABLES
from remission.registry.schema import OWN_TABLES

Tier = Literal["text", "fields", "slot"]
TIERS: tuple[Tier, ...] = get_args(Tier)
# A fact about a scale fits into so many letters; what is longer is likely to be copied.
LONGEST_FACT = 160
# How an item of a questionnaire speaks: it asks, it turns to the person, it offers numbered answers, it is quoted.
SPEAKS = re.compile(r"\?|\b(you|your|yours|yourself|i|my|me)\b|[\"“”]|\n|(^|\s)[(\[]?[0-9a-e][.)\]]\s", re.IGNORECASE)


@dataclass(frozen=True)
class Score:
    """One result of an instrument: a number, where it lies, and the column of the schema that keeps it, if one does."""

    name: str = key("Short name of the result", example='"walk"')
    meaning: str = key("What the number is, in a few words of our own", example='"Time for 25 feet"')
    low: float = key("The lowest value")
    high: float = key("The highest value")
    unit: str = key("Unit, as in the schema", example='"seconds"')
    column: str = key("table.column of the schema that keeps it; empty where none does", "", example='"visits.edss"')


@dataclass(frozen=True)
class Item:
    """One question of an instrument whose content is free, in our own words."""

    name: str = key("Short name")
    words: str = key("What is asked, in our own words")


@dataclass(frozen=True)
class Instrument:
    """One scale or test: its tier, its owner, and when somebody last looked at its licence."""

    name: str = key("Short name: the name of the file", example='"sdmt"')
    title: str = key("Its name in full")
    measures: str = key("What it measures, in a few words of our own")
    tier: Tier = key("How much of it is shipped", choices=TIERS)
    owner: str = key("Who holds the rights, or 'nobody' for what is free")
    licence: str = key("What the owner allows, in our own words")
    checked_on: date = key("The day on which the terms were looked at", example="2026-11-30")
    citation: str = key("Where the instrument is from")
    status: Status = key("How far owner and licence were checked", choices=STATUSES)
    locus: str = key("Where owner and licence are told")
    named_on_pages: bool = key("May its name stand on pages for persons?")
    licence_address: str = key("Where the terms are told; empty where no address was found", "")
    scores: tuple[Score, ...] = key("Its results", ())
    items: tuple[Item, ...] = key("Its questions in our own words; only where the tier is text", ())
    scored_by: tuple[str, ...] = key("Files of the library that compute it", ())


@cache
def instruments() -> dict[str, Instrument]:
    """Every instrument by its name; InputProblems with everything that is wrong in their files.

    >>> instruments()["neurostatus"].tier, instruments()["sdmt"].scores[0].column
    ('slot', 'visits.sdmt_correct')
    """
    return load_instruments(library_files("instruments", ".toml"))


def load_instruments(paths: tuple[Path, ...]) -> dict[str, Instrument]:
    """The instruments of some files by name; InputProblems when any is wrong or holds words of its owner.

    >>> len(load_instruments(library_files("instruments", ".toml")))
    12
    """
    return read_records(Instrument, paths, check_instrument)


def check_instrument(one: Instrument, file: str) -> Iterator[Problem]:
    """What is wrong with an instrument: its columns, its status, and words that its tier does not allow.

    >>> from dataclasses import replace
    >>> sdmt = replace(instruments()["sdmt"], measures="How fast can you match signs and numbers?")
    >>> [problem.column for problem in check_instrument(sdmt, "sdmt.toml")]
    ['measures']
    """
    yield from _columns_missing(one, file)
    # The front page of an owner tells no terms: whoever read them can say on which page.
    if one.status == "verified" and not urlsplit(one.licence_address).path.strip("/"):
        allowed = "secondary, or verified with the page of the terms as licence_address"
        yield Problem.at_key(file, "status", found=one.status, allowed=allowed, do="Read the terms, or say secondary.")
    if one.tier == "text":
        return
    if one.items:
        allowed = f"no item in the tier {one.tier}"
        yield Problem.at_key(file, "items", found=f"{len(one.items)} items", allowed=allowed, do="Take them out.")
    for at, fact in _facts(one):
        if len(fact) > LONGEST_FACT or SPEAKS.search(fact):
            # The owner's words are not repeated, not even in a message.
            yield Problem.at_key(
                file, at, found="what reads like words of its owner",
                allowed=f"a fact in our own words, {LONGEST_FACT} letters at most, that asks and quotes nothing",
                do="Say what it is, not what it asks.",
            )  # fmt: skip


def _facts(one: Instrument) -> Iterator[tuple[str, str]]:
    """The texts of an instrument that are ours, by key; its title and citation are names."""
    yield from (("measures", one.measures), ("licence", one.licence), ("owner", one.owner), ("locus", one.locus))
    for place, score in enumerate(one.scores, 1):
        yield from ((f"scores[{place}].name", score.name), (f"scores[{place}].meaning", score.meaning))


def _columns_missing(one: Instrument, file: str) -> Iterator[Problem]:
    known = {
        f"{table.name}.{column.name}" for table in (*TABLES.values(), *OWN_TABLES.values()) for column in table.columns
    }
    for place, score in enumerate(one.scores, 1):
        if score.column and score.column not in known:
            yield Problem.at_key(
                file, f"scores[{place}].column", found=score.column, allowed="a column of the schema",
                do=nearest(score.column, known) or "Take it out.",
            )  # fmt: skip
