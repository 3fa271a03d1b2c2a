"""Small invented studies: as records, and as files that the loader reads."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

from remission.studies.load import Studies
from remission.studies.study import Arm, Number, Overlap, Relation, Study

READ = date(2026, 11, 1)
FILE = """\
name = "{name}"
title = "{title}"
citation = "Invented"
year = {year}
kind = "single arm"

[[arms]]
name = "HSCT"
therapy = "hsct"

[[numbers]]
what = "people"
arm = "HSCT"
value = {people}
status = "verified"
source = "invented"
locus = "table 1"
date_read = 2026-11-01

[[numbers]]
what = "transplant-deaths"
arm = "HSCT"
events = {deaths}
denominator = {people}
how = "count"
status = "verified"
source = "invented"
locus = "table 1"
date_read = 2026-11-01
"""


def number(what: str, arm: str = "HSCT", **fields: Any) -> Number:
    """A verified number."""
    return Number(what, "verified", "invented", "table 1", arm=arm, date_read=READ, **fields)


def series(name: str, people: int, deaths: int = 0, year: int = 2020, **ties: Relation) -> Study:
    """A single-arm study with its deaths; `ties` by the name of another, with _ for -."""
    return Study(
        name, name, "Invented", "single arm", year=year, arms=(Arm("HSCT", "hsct"),),
        overlaps=tuple(Overlap(to.replace("_", "-"), relation, "invented") for to, relation in ties.items()),
        numbers=(
            number("people", value=people),
            number("transplant-deaths", events=deaths, denominator=people, how="count"),
        ),
    )  # fmt: skip


def together(*studies: Study) -> Studies:
    """Some studies as a library."""
    return Studies(tuple(sorted(studies, key=lambda one: one.name)))


def write_series(folder: Path, name: str, people: int, deaths: int = 0, year: int = 2020, more: str = "") -> Path:
    """A file of a single-arm study; `more` is added as it is."""
    path = folder / f"{name}.toml"
    text = FILE.format(name=name, title=name.title(), year=year, people=people, deaths=deaths)
    path.write_text(text + more, encoding="utf-8")
    return path
