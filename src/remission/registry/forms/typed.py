"""One answer as typed, by the kind of its question: a value that the field takes, or words that ask again."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from remission.registry.forms.dates import read_date
from remission.registry.forms.unclear import Unclear
from remission.registry.values import LONGEST_WORDS, is_allowed

if TYPE_CHECKING:
    from collections.abc import Mapping

    from remission.registry.forms.form import Question
    from remission.registry.schema import Field

NOT_KNOWN = frozenset(
    ("i don't know", "don't know", "dont know", "i do not know", "do not know", "unknown", "not known", "not sure",
     "no idea", "?")
)  # fmt: skip
NOT_SAID = frozenset(
    ("i'd rather not say", "i would rather not say", "rather not say", "prefer not to say", "declined")
)
NOUGHT = frozenset(("none", "zero", "nil"))
# Of a count it is 0. Of a score it may mean that nobody scored, and an EDSS of 0 is the best there is.
NO_NUMBER = "Do you mean 0, or that there was none? Please write a number, or pick I don't know."
NUMBER = re.compile(r"[+-]?\d+(?:[.,]\d+)?", re.ASCII)
# "1,200" is a thousand to some and one and a fifth to others.
EITHER = re.compile(r"[+-]?\d{1,3},\d{3}", re.ASCII)
WHOLE = re.compile(r"(?P<sign>-?)0*(?P<digits>\d+)(?:\.0+)?", re.ASCII)
LONGEST_NUMBER = 30
MAY_STAND_IN_TEXT = "\n\t"


def read_state(text: str) -> str:
    """The state that somebody typed in words where a value was asked: unknown, declined, or none ("").

    >>> read_state("I don’t know"), read_state("rather not say"), read_state("2019")
    ('unknown', 'declined', '')
    """
    plain = " ".join(text.casefold().replace("’", "'").strip(" .").split())
    return "unknown" if plain in NOT_KNOWN else "declined" if plain in NOT_SAID else ""


def read_typed(question: Question, text: str) -> str:
    """The value that a typed text is, as the field of the question takes it; Unclear where it is none.

    >>> from remission.registry.forms.form import forms
    >>> long = forms()["long"]
    >>> read_typed(long.question("visits.edss"), " 6,5 "), read_typed(long.question("registry.home_country"), "mexico")
    ('6.5', 'MX')
    """
    plain = text.strip()
    if question.offered:
        return _choice(question.offered, plain)
    if question.kind == "date":
        return read_date(plain)
    return _number(question.about, plain) if question.kind == "number" else _text(plain)


def _choice(offered: Mapping[str, str], plain: str) -> str:
    if plain in offered:
        return plain
    folded = plain.casefold()
    found = [value for value, words in offered.items() if folded in (value.casefold(), words.casefold())]
    if len(found) != 1:
        raise Unclear("Please pick one of the answers in the list.")
    return found[0]


def _number(about: Field, plain: str) -> str:
    allowed = f"Please write {about.column.allowed}."
    if about.unit and plain.casefold().endswith(about.unit):
        plain = plain[: -len(about.unit)].strip()
    if plain.casefold() in NOUGHT:
        if not about.counts:
            raise Unclear(NO_NUMBER)
        plain = "0"
    if len(plain) > LONGEST_NUMBER or not NUMBER.fullmatch(plain):
        raise Unclear(allowed)
    if EITHER.fullmatch(plain):
        raise Unclear("Please write the number without a comma, and with a point for parts of one.")
    value = plain.replace(",", ".").removeprefix("+")
    whole = WHOLE.fullmatch(value)
    if whole and about.kind == "integer":
        value = f"{whole['sign'] if whole['digits'] != '0' else ''}{whole['digits']}"
    if not is_allowed(about, value):
        raise Unclear(allowed)
    return value


def _text(plain: str) -> str:
    plain = plain.replace("\r\n", "\n").replace("\r", "\n")
    if len(plain) > LONGEST_WORDS:
        raise Unclear(f"This is too long to keep. Please use at most {LONGEST_WORDS:,} letters.")
    if any(not (letter.isprintable() or letter in MAY_STAND_IN_TEXT) for letter in plain):
        raise Unclear("There is a sign in this text that can not be kept. Please type it anew.")
    return plain
