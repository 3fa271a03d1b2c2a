"""Every request in one line, those that need something first; and answers that came and were never entered."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from remission.foi.reasons import reason_of
from remission.foi.register.request import Register, Request, State

NotEntered = Literal["answered, not entered"]
NotAsked = Literal["answered, not asked"]
Shown = State | NotEntered | NotAsked
NOT_ENTERED: NotEntered = "answered, not entered"
NOT_ASKED: NotAsked = "answered, not asked"
ORDER: tuple[Shown, ...] = ("overdue", NOT_ENTERED, NOT_ASKED, "due", "sent", "refused", "not held", "answered")


@dataclass(frozen=True)
class Came:
    """A file of answers that lies among those kept: of whom, and the day on which it was answered."""

    code: str
    answered: date


def state_lines(register: Register, on: date, came: Sequence[Came] = ()) -> list[str]:
    """One line a request, in words, those that need something first; `came` are answers kept as files.

    An answer that came is an answer, also where nobody entered it: such a request is not called overdue.
    """
    stated = [*(_stated(one, on, came) for one in register.requests), *_not_asked(register, on, came)]
    return [f"{code}  {shown}: {words}" for shown, code, words in sorted(stated, key=lambda one: ORDER.index(one[0]))]


def request_words(one: Request, state: State) -> str:
    """What stands behind a state: days, what to do next, and the reasons of a refusal."""
    if state == "sent":
        return f"sent on {one.sent}; the clock stands still: {one.stands_still}"
    if state in ("due", "overdue"):
        late = "ask for an internal review, then go to the Commissioner" if state == "overdue" else "nothing to do yet"
        return f"sent on {one.sent}, due by {one.due} under {one.act}; {late}"
    reasons = [reason_of(one.act, section) for section in one.sections]
    because = "; ".join(f"{reason.section} ({reason.words})" for reason in reasons)
    part = "in part, " if one.outcome == "given in part" else ""
    return f"{part}on {one.answered}{': ' + because if because else ''}"


def _stated(one: Request, on: date, came: Sequence[Came]) -> tuple[Shown, str, str]:
    state = one.state(on)
    days = [file.answered for file in came if file.code == one.code and one.sent <= file.answered <= on]
    if state not in ("sent", "due", "overdue") or not days:
        return state, one.code, request_words(one, state)
    day = min(days)
    enter = f"remission atlas foi answered {one.code} --outcome given --on {day}"
    return NOT_ENTERED, one.code, f"a file that came on {day} is kept; say what it was, as in: {enter}"


def _not_asked(register: Register, on: date, came: Sequence[Came]) -> Iterator[tuple[Shown, str, str]]:
    """Answers of those to whom no request of before is in the register."""
    asked = [(one.code, one.sent) for one in register.requests]
    for file in came:
        if file.answered <= on and not any(code == file.code and sent <= file.answered for code, sent in asked):
            yield NOT_ASKED, file.code, f"a file that came on {file.answered} is kept, and no request of before it"
