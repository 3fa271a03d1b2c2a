"""The FOI kit as the command line uses it: whom to ask, what was sent, what is due, what was answered."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from remission.foi.answers.answer import About
from remission.foi.answers.ledger import import_file as import_kept
from remission.foi.letters import letter as letters
from remission.foi.letters.authorities import Authority, authorities
from remission.foi.register.request import enter, enter_sent, read_register, state_lines
from remission.inputs.problems import InputProblems, Problem, nearest, shown


@dataclass(frozen=True)
class ImportedFile:
    """What became of an answer: counts read, cells explained, where the file is kept, and the problems."""

    counts: int
    explained: int
    kept: Path
    problems: tuple[Problem, ...]


def write_letters(home: Path, codes: Sequence[str], on: date) -> tuple[Path, ...]:
    """Letters to some authorities, or to all; one that is there already is never overwritten."""
    for code in codes:
        _known(code)
    return letters.write_letters(home, list(codes), on)


def record_sent(home: Path, code: str, on: date) -> str:
    """Enter that a request went out by e-mail, and so was received, on a day; the line says when an answer is due."""
    request = enter_sent(home, code, _known(code).act, on, received=on)
    return f"{code}: sent {on}, due {request.due}."


def status_lines(home: Path, on: date) -> list[str]:
    """Every request with its state on a day."""
    register = read_register(home)
    return [*state_lines(register, on), *map(str, register.problems)] or ["No request has been entered yet."]


def import_answer(home: Path, file: Path, code: str, on: date) -> ImportedFile:
    """Read an answer that an authority gave, and keep the file beside the others."""
    kept = import_kept(home, file, About(code, _known(code).act, standing="published", answered=on))
    read = kept.imported
    return ImportedFile(read.answers.height, len(read.explained), kept.path, read.problems)


def _known(code: str) -> Authority:
    known = authorities()
    if code not in known:
        advice = nearest(code, known) or "Look it up in the table of organisations."
        raise InputProblems(
            Problem.of_file("CODE", found=shown(code), allowed="the code of a trust or board", do=advice)
        )
    return known[code]


__all__ = ["ImportedFile", "enter", "import_answer", "record_sent", "status_lines", "write_letters"]
