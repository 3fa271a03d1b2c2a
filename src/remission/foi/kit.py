"""The FOI kit as the command line uses it: whom to ask, what was sent, what is due, what was answered."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from remission.foi.answers.answer import About
from remission.foi.answers.ledger import answers_kept
from remission.foi.answers.ledger import import_file as import_kept
from remission.foi.letters import letter as letters
from remission.foi.letters.authorities import authorities_called
from remission.foi.register.answered import Answer, request_of
from remission.foi.register.request import enter, enter_sent, read_register
from remission.foi.register.status import Came, request_words, state_lines
from remission.inputs.problems import InputProblems, Problem


@dataclass(frozen=True)
class ImportedFile:
    """What became of an answer: counts read, cells explained, where the file is kept, and the problems."""

    counts: int
    explained: int
    kept: Path
    problems: tuple[Problem, ...]


def write_letters(home: Path, codes: Sequence[str], on: date) -> tuple[Path, ...]:
    """Letters to some authorities, or to all; one that is there already is never overwritten."""
    return letters.write_letters(home, list(codes), on)


def record_sent(home: Path, code: str, on: date) -> str:
    """Enter that a request went out by e-mail, and so was received, on a day; the line says when an answer is due."""
    (asked,) = authorities_called([code])
    request = enter_sent(home, asked.code, asked.act, on, received=on)
    return f"{asked.code}: sent {on}, due {request.due}."


def record_answered(home: Path, code: str, answer: Answer, sent: date | None = None) -> str:
    """Enter what an authority answered to its request of the day `sent` (None: the only one without an answer).

    InputProblems, all at once, for an unknown code, outcome or section, and where no such request is in the register.
    """
    problems = [*answer.problems()]
    try:
        (asked,) = authorities_called([code])
    except InputProblems as unknown:
        raise InputProblems([*unknown.problems, *problems]) from None
    if problems:
        raise InputProblems(problems)
    request = request_of(read_register(home), asked.code, sent)
    entered = enter(home, request.code, request.sent, answer.values())
    state = entered.state(answer.on)
    return f"{entered.code}  {state}: {request_words(entered, state)}"


def status_lines(home: Path, on: date) -> list[str]:
    """Every request with its state on a day, and the answers that came to it."""
    register = read_register(home)
    kept, problems = answers_kept(home)
    lines = state_lines(register, on, [Came(code, day) for code, day in kept])
    return [*lines, *map(str, (*register.problems, *problems))] or ["No request has been entered yet."]


def import_answer(home: Path, file: Path, code: str, on: date) -> ImportedFile:
    """Read an answer that an authority gave, and keep the file beside the others."""
    (who,) = authorities_called([code])
    kept = import_kept(home, file, About(who.code, who.act, standing="published", answered=on))
    read = kept.imported
    return ImportedFile(read.answers.height, len(read.explained), kept.path, read.problems)


__all__ = ["ImportedFile", "enter", "import_answer", "record_answered", "record_sent", "status_lines", "write_letters"]
