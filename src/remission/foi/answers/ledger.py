"""Answers kept as they came, and what is known of each: files in one folder, a line in a CSV for every file.

A file is never changed. A file without a line is a problem, for nobody knows who answered; so is a line without its
file, and bytes that are no longer those that came.
"""

from __future__ import annotations

import csv
import re
import shutil
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import cast

from remission.foi.acts import ACTS, Act
from remission.foi.answers.answer import About, Imported, import_answer, together
from remission.foi.answers.periods import COUNTED, Counted, Period, read_day
from remission.inputs.csvtext import open_csv
from remission.inputs.fingerprint import sha256_of
from remission.inputs.problems import InputProblems, Problem, shown
from remission.inputs.provenance import RowStanding
from remission.inputs.writing import settle, with_line, write_into

KEPT = Path("foi/answers")
LISTED = Path("foi/answers.csv")
COLUMNS = (
    *("file", "sha256", "code", "act", "standing", "answered", "case_number", "url"),
    *("counted", "period_start", "period_end"),
)
STANDINGS = ("published", "synthetic")


@dataclass(frozen=True, eq=False)
class Kept:
    """A file that was imported and kept: where it lies, and what it held."""

    path: Path
    imported: Imported


def import_file(home: Path, file: Path, about: About) -> Kept:
    """Read a file, keep a copy under the home folder, and add its line; the same bytes again are kept once.

    Nothing is kept of a file in which nothing could be read. ValueError for a standing that is not one.
    """
    if about.standing not in STANDINGS:
        raise ValueError(f"standing must be published or synthetic, found {about.standing!r}")
    imported = import_answer(file, about)
    # Nothing was read: a file that holds no table is not kept as an answer.
    if not imported.cells:
        return Kept(file, imported)
    digest = sha256_of(file)
    who = re.sub(r"\W", "", about.code) or "several"
    path = home / KEPT / f"{who}_{about.answered or 'undated'}_{digest[:8]}{file.suffix.lower()}"
    # The copy and its line together: of two imports at once each sees what the other added, and none is half kept.
    with write_into(home, listed=False, called=KEPT.name, waits=True) as result:
        lines, problems = _lines(home)
        if problems:
            raise InputProblems(problems)
        if path.name not in {line["file"] for line in lines}:
            shutil.copyfile(file, result.place((KEPT / path.name).as_posix()))
            facts = {"file": path.name, "sha256": digest} | _facts(about)
            names = _header(home / LISTED) or COLUMNS
            result.write(LISTED.as_posix(), with_line(home / LISTED, names, [facts.get(name, "") for name in names]))
    return Kept(path, imported)


def read_answers(home: Path) -> Imported:
    """Every kept answer, read again from its file as it came; what is wrong with the list is among the problems."""
    settle(home, called=KEPT.name)
    lines, problems = _lines(home)
    names = {line["file"] for line in lines}
    folder = home / KEPT
    # Not what is half copied.
    lying = sorted(path.name for path in folder.glob("[!.]*") if path.is_file())
    advice = "Import it, so that it is known who answered."
    problems += [
        Problem.at_key(LISTED.name, "file", found=f"no line for {name}", allowed="a line for each file", do=advice)
        for name in lying
        if name not in names
    ]
    parts = []
    # Read again from the file each time: a reader that learnt more reads old answers better.
    for number, line in enumerate(lines, 2):
        wrong = _wrong(home, number, line)
        problems += wrong
        if not wrong:
            parts.append(import_answer(folder / Path(line["file"]).name, _about(line)))
    found = together(parts)
    return replace(found, problems=(*problems, *found.problems))


def answers_kept(home: Path) -> tuple[tuple[tuple[str, date], ...], tuple[Problem, ...]]:
    """Who answered on which day, by the list of kept answers alone, and what is wrong with that list.

    Files of several authorities, and answers of no known day, are left out; a day that nobody can read is a problem.
    """
    lines, problems = _lines(home)
    problems += [one for number, line in enumerate(lines, 2) for one in _wrong_days(number, line, ("answered",))]
    days = [(line["code"], _day(line["answered"])) for line in lines]
    return tuple((code, day) for code, day in days if code and day), tuple(problems)


def _facts(about: About) -> dict[str, str]:
    facts = {"code": about.code, "act": about.act, "standing": about.standing, "case_number": about.case_number}
    facts |= {"answered": str(about.answered or ""), "url": about.url, "counted": about.counted or ""}
    facts |= {"period_start": str(about.period.start or ""), "period_end": str(about.period.end or "")}
    return facts


def _header(path: Path) -> list[str]:
    """The columns of the list in the order that a person may have given them; empty where there is no list yet."""
    if not path.exists():
        return []
    with open_csv(path, path.name) as opened:
        return next(csv.reader(opened), [])


def _lines(home: Path) -> tuple[list[dict[str, str]], list[Problem]]:
    if not (home / LISTED).exists():
        return [], []
    with open_csv(home / LISTED, LISTED.name) as opened:
        reader = csv.DictReader(opened, restval="")
        missing = [name for name in COLUMNS if name not in (reader.fieldnames or ())]
        lines = [{name: (line[name] or "").strip() for name in COLUMNS} for line in reader] if not missing else []
    advice = "Put the column back; it may be empty."
    return lines, [
        Problem.at_row(LISTED.name, 1, one, found="no such column", allowed=", ".join(COLUMNS), do=advice)
        for one in missing
    ]


def _about(line: Mapping[str, str]) -> About:
    return About(
        line["code"],
        cast(Act, line["act"]),
        cast(RowStanding, line["standing"]),
        _day(line["answered"]),
        line["case_number"],
        line["url"],
        cast(Counted, line["counted"]) if line["counted"] else None,
        Period(_day(line["period_start"]), _day(line["period_end"])),
    )


def _day(text: str) -> date | None:
    return read_day(text) if text else None


def _wrong_days(number: int, line: Mapping[str, str], names: Iterable[str]) -> list[Problem]:
    allowed, do = "a day such as 2026-11-02", "Correct the line."
    return [
        Problem.at_row(LISTED.name, number, name, found=shown(line[name]), allowed=allowed, do=do)
        for name in names
        if line[name] and _day(line[name]) is None
    ]


def _wrong(home: Path, number: int, line: Mapping[str, str]) -> list[Problem]:
    found = [
        (name, ", ".join(allowed))
        for name, allowed, required in (("act", ACTS, True), ("standing", STANDINGS, True), ("counted", COUNTED, False))
        if line[name] not in allowed and (line[name] or required)
    ]
    problems = [
        Problem.at_row(
            LISTED.name, number, name, found=shown(line[name]) or "nothing", allowed=allowed, do="Correct the line."
        )
        for name, allowed in found
    ]
    problems += _wrong_days(number, line, ("answered", "period_start", "period_end"))
    # Only the name: a line must not lead to a file elsewhere.
    path = home / KEPT / Path(line["file"]).name
    if not path.is_file():
        problems.append(
            Problem.at_row(
                LISTED.name, number, "file", found=shown(line["file"]), allowed="a file that lies there", do=_BACK
            )
        )
    elif sha256_of(path) != line["sha256"]:
        bytes_ = "the bytes that came (by their SHA-256)"
        problems.append(
            Problem.at_row(
                LISTED.name, number, "sha256", found=f"other bytes in {shown(path.name)}", allowed=bytes_, do=_BACK
            )
        )
    return problems


_BACK = "It is not read. Put the file back as it came, or import it again."
