"""What an authority answered, as somebody enters it: in any case, all that is wrong at once, and to which request."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from remission.foi.reasons import section_called
from remission.foi.register.lines import REGISTER
from remission.foi.register.request import OUTCOMES, Register, Request
from remission.inputs.problems import InputProblems, Problem, nearest, shown

WITH_REASONS = ("refused", "given in part")


@dataclass(frozen=True)
class Answer:
    """An outcome of `OUTCOMES`, the day of the answer, and sections of the Act as they were written.

    >>> Answer("Refused", date(2026, 3, 20), ("12", "s40(2)")).values()["sections"]
    's12; s40(2)'
    """

    outcome: str
    on: date
    sections: tuple[str, ...] = ()

    @property
    def called(self) -> str:
        """The outcome as the register has it."""
        return " ".join(self.outcome.casefold().split())

    def values(self) -> dict[str, str | date]:
        """Its columns of the register."""
        sections = "; ".join(dict.fromkeys(map(section_called, self.sections)))
        return {"answered": self.on, "outcome": self.called, "sections": sections}

    def problems(self) -> Iterator[Problem]:
        """What cannot be entered."""
        if self.called not in OUTCOMES:
            do = nearest(self.called, OUTCOMES) or "Use one of those."
            yield Problem.of_file("--outcome", found=shown(self.outcome), allowed=", ".join(OUTCOMES), do=do)
        # A section is why something was not given: with an answer in full it would be dropped without a word.
        elif self.sections and self.called not in WITH_REASONS:
            found, do = f"a section beside {self.called}", "Say given in part, or leave the section out."
            yield Problem.of_file("--section", found=found, allowed=f"a section of {' or '.join(WITH_REASONS)}", do=do)
        for one in self.sections:
            if not section_called(one):
                do = "Give each with a --section of its own."
                yield Problem.of_file("--section", found=shown(one), allowed="a section such as 12 or 40(2)", do=do)


def request_of(register: Register, code: str, sent: date | None) -> Request:
    """The request of a day, or the only one that waits for an answer; InputProblems where nobody can tell which."""
    own = [one for one in register.requests if one.code.upper() == code]
    wanted = [one for one in own if (not one.answered if sent is None else one.sent == sent)]
    if len(wanted) == 1:
        return wanted[0]
    waiting = f"{len(wanted)} requests" if wanted else "no request"
    days = ", ".join(str(one.sent) for one in own)
    found = f"{waiting} to {code} {'that waits for an answer' if sent is None else f'of {sent}'}"
    do = f"Requests to it are of {days}: say which with --sent." if own else f"First: remission atlas foi sent {code}"
    raise InputProblems(Problem.of_file(REGISTER.name, found=found, allowed="one request", do=do))
