"""What is written in a cell that should hold a count: a number, an interval, or a reason why there is none.

A hidden count is an interval with its true ends: "<5" is 0 to 4, and "5 or fewer" 0 to 5. A sign such as * means what
the sheet says it means and nothing otherwise, and a dash is no zero. What is not understood is said to be so.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from remission.foi.reasons import sections_in
from remission.inputs.problems import shown

# More people than this have MS in no country: such a number is two that ran together, or an identifier.
LARGEST = 1_000_000

NUMBER_WORDS = (
    *("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"),
    *("eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen", "twenty"),
)


@dataclass(frozen=True)
class Count:
    """A count known to lie from low to high, both ends included; high None: no upper end is known."""

    low: int
    high: int | None
    approximate: bool = False
    note: str = ""

    @property
    def exact(self) -> bool:
        """Is it one number, and not a rough one?"""
        return self.low == self.high and not self.approximate


@dataclass(frozen=True)
class NoCount:
    """No count, for a reason that is an answer: kind is not held, refused, unknown or empty."""

    kind: str
    words: str
    sections: tuple[str, ...] = ()


@dataclass(frozen=True)
class Unread:
    """A cell that cannot be read: what was allowed there, and what to do."""

    allowed: str
    next_step: str


Reading = Count | NoCount | Unread

ALLOWED = "a whole number, a range (1-4), a limit (<5), nil, n/a or not held"
_SIGNS = {"*", "**", "#", "~", "-", "x", "c", "..", ":", "s", "[c]", "suppressed", "redacted", "masked", "withheld"}
_NUMBER = r"\d+(?:\.\d+)?"
_LESS = re.compile(rf"(?:<|less than|fewer than|lower than|under|below)\s*({_NUMBER})")
_AT_MOST = re.compile(rf"(?:≤|<=|=<|at most|up to|no more than|not more than|max(?:imum)?(?: of)?)\s*({_NUMBER})")
_OR_LESS = re.compile(rf"({_NUMBER})\s*(?:or|and)\s*(?:fewer|less|under|below)")
_MORE = re.compile(rf"(?:>|more than|greater than|over|above)\s*({_NUMBER})")
_AT_LEAST = re.compile(
    rf"(?:≥|>=|=>|at least|(?:no|not) (?:fewer|less) than|minimum(?: of)?)\s*({_NUMBER})"
    rf"|({_NUMBER})\s*(?:\+|or more|and over)"
)
_RANGE = re.compile(rf"(?:between\s+|from\s+)?({_NUMBER})\s*(?:-|to|and)\s*({_NUMBER})")
_ABOUT = re.compile(rf"(?:circa|ca\.?|c\.?|approx\.?|approximately|about|around|roughly|~)\s*({_NUMBER})")
_UNIT = re.compile(r"(?:\s*\b(?:patients?|people|persons?|individuals?))?(?:\s+(?:are |were )?(?:held|recorded))?$")
# One or a thousand, by the writer's country: "1.000" and "12.500".
_POINT_OR_THOUSAND = re.compile(r"(?<![\d.,])\d{1,3}(?:\.\d{3})+(?![\d.])")
_NONE = re.compile(r"nil|none|no (?:patients?|people|persons?)|nobody")
_UNKNOWN = (
    "n/a",
    "na",
    "n.a.",
    "not applicable",
    "not available",
    "unknown",
    "not known",
    "tbc",
    "no data",
    "not stated",
)
# "No more than 5 held" is a limit: there "no" belongs to a number.
_NOT_HELD = re.compile(
    r"\b(?:not|no|nor?t)\b(?! (?:more|fewer|less|greater|over|under|above|below)\b).*\b(?:held|recorded|collected)\b"
)
_REFUSED = re.compile(r"\b(?:refused?|exempt(?:ed|ion)?|withheld under|declined)\b")


def read_count(written: str, signs: dict[str, Count] | None = None) -> Reading:
    """What a cell says; `signs` are those that the sheet explains, with the interval they stand for.

    >>> read_count("fewer than five"), read_count("1,204 patients").low
    (Count(low=0, high=4, approximate=False, note='written as fewer than 5'), 1204)
    >>> read_count("*").words, read_count("*", {"*": Count(0, 4)}).high
    ('the sheet does not say what * stands for', 4)
    """
    text = _plain(written)
    if not text:
        return NoCount("empty", "the cell is empty")
    # What the sheet says of its signs goes before what they mean elsewhere, and a nought is one of them where it says
    # that small numbers are shown as one.
    sign = NOUGHT if _NOUGHT.fullmatch(text) else text
    if signs and sign in signs:
        return signs[sign]
    if _NONE.fullmatch(text):
        return Count(0, 0)
    # A reason before a number: "fewer than 5, withheld under section 40" refuses, and must not be read as an
    # interval.
    return _reason(text) or _interval(_UNIT.sub("", text)) or _unread(text)


def _plain(written: str) -> str:
    """One case, one kind of dash and space, numbers as digits, thousands without separators."""
    text = " ".join(written.replace("\u00a0", " ").replace("\u202f", " ").replace("\u2009", " ").split()).casefold()
    text = re.sub("[\u2010-\u2015\u2212]", "-", text).removeprefix("'")
    text = re.sub(r"\b[a-z]+\b", lambda word: _DIGITS.get(word.group(), word.group()), text)
    return re.sub(r"(?<![\d.,])\d{1,3}(?:[, ]\d{3})+(?![\d,])", lambda n: re.sub("[, ]", "", n.group()), text)


_DIGITS = {word: str(number) for number, word in enumerate(NUMBER_WORDS)}


def _reason(text: str) -> NoCount | None:
    """Why there is no count, when that is what the cell says."""
    if text in _UNKNOWN:
        return NoCount("unknown", f"the answer says {text}")
    if _NOT_HELD.search(text):
        return NoCount("not held", "the answer says that it is not held")
    if sections_in(text) or _REFUSED.search(text):
        return NoCount("refused", "the answer refuses it", sections_in(text))
    if text in _SIGNS:
        return NoCount("unknown", f"the sheet does not say what {text} stands for")
    return None


def _interval(text: str) -> Reading | None:
    unclear = _POINT_OR_THOUSAND.search(text)
    if unclear:
        both = f"{shown(unclear.group())} may have a decimal point or be thousands"
        return Unread("digits with commas between thousands", f"{both}: ask which, and write it without a point.")
    for rule, ends in _RULES:
        match = rule.fullmatch(text)
        if match:
            low, high, about = ends([float(found) for found in match.groups() if found])
            return _checked(text, low, high, about=about)
    return None


Ends = tuple[float, float | None, bool]

_RULES = (
    (re.compile(rf"({_NUMBER})"), lambda n: (n[0], n[0], False)),
    # "<5" is 0 to 4: people are whole, so the limit itself is out.
    (_LESS, lambda n: (0.0, n[0] - 1, False)),
    (_AT_MOST, lambda n: (0.0, n[0], False)),
    (_OR_LESS, lambda n: (0.0, n[0], False)),
    (_MORE, lambda n: (n[0] + 1, None, False)),
    (_AT_LEAST, lambda n: (n[0], None, False)),
    (_RANGE, lambda n: (n[0], n[1], False)),
    (_ABOUT, lambda n: (n[0], n[0], True)),
)


def _checked(text: str, low: float, high: float | None, *, about: bool) -> Reading:
    if low % 1 or (high is not None and high % 1):
        return Unread("a whole number of people", "Ask what was counted: shares and averages are no counts.")
    if max(low, high or 0) > LARGEST:
        return Unread(f"at most {LARGEST:,} people", "Check the number: cells may have run together.")
    if high is not None and high < low:
        return Unread("a range whose first number is the smaller one", "Check the sheet against the answer as it came.")
    return Count(int(low), None if high is None else int(high), about, _note(text, low, high, about=about))


def _note(text: str, low: float, high: float | None, *, about: bool) -> str:
    if about:
        return "a rough number"
    return "" if low == high and high is not None and text.replace(".0", "").isdigit() else f"written as {text}"


def _unread(text: str) -> Unread:
    if re.fullmatch(r"-\s*\d.*|\(\s*\d[\d.]*\s*\)", text):
        return Unread("0 or more", "A count cannot be negative: ask whether it is a difference or a return.")
    if text.endswith("%"):
        return Unread("a count", "A share is no count: ask for the numbers behind it.")
    if text.startswith("#"):
        return Unread(ALLOWED, "A formula of the sheet failed: ask for the values.")
    if re.fullmatch(r"\d{4}-\d{2}-\d{2}(?:[ t].*)?", text):
        return Unread(
            ALLOWED, "A spreadsheet turns 1-4 into a date: look at the answer as it came and write the range."
        )
    if re.fullmatch(r"\d[\d.]*e[+-]?\d+", text):
        return Unread(ALLOWED, "Write the number out.")
    if re.fullmatch(r"[\d,. ]+", text):
        return Unread("digits with commas between thousands", "Check where the separators belong.")
    return Unread(ALLOWED, "Write what the answer means, or leave it: the cell is not counted.")


_LEGEND_SIGN = re.compile(
    r"(?<!\w)(\*{1,2}|#|~|\[c\]|-|x|c|s)(?!\w)\s*(?:=|:|denotes?|means?|indicates?|represents?|stands? for|is|-)\s*(.+)"
)
NOUGHT = "0"
_NOUGHT = re.compile(r"0(?:\.0+)?")
_LEGEND_REPLACED = re.compile(
    r"(.+?)\s*(?:have|has|are|is|may|will)?\s*(?:been|be)?\s*"
    r"(?:replaced|shown|represented|marked|denoted|indicated|recorded|reported|displayed|entered|given|written|set"
    r"|rounded(?: down)?|counted)\s*(?:by|with|as|to)\s*(?:an?\s+)?"
    r"(?:asterisk|(\*{1,2}|#|~|-|x|(?:0|nil)(?![\d.]\d|\s*%)))"
)
# Apart from other signs, for a nought may be the first number of a range, or of a ratio.
_LEGEND_NOUGHT = re.compile(
    r"(?<![\w.,/-])(?:0|nil)s?\s*"
    r"(?:=|denotes?|(?:may |can )?(?:also )?means?|indicates?|represents?|stands? for)\s*(.+)"
)
_LEGEND_HIDDEN = re.compile(r"suppress|redact|mask|withheld|small number|disclos")
# An age, a time or a share is no number of people: "patients under 18 years" must not make a sign mean 0 to 17.
_LIMIT_ANYWHERE = re.compile(
    rf"(?<!aged )(?<![\d.])(?:{'|'.join(f'(?:{rule.pattern})' for rule in (_LESS, _AT_MOST, _OR_LESS))})"
    r"(?![\d.]*\d|[\s-]*(?:%|per ?cent|years?|yrs?|months?|weeks?|days?)(?!\w))"
)
# Nothing else may be said: "fewer than 5 but not zero" ends in zero too, and is none.
_LEGEND_ZERO = re.compile(r"(?:(?:an?|the|true|real|count|number|value|figure|of|is)\s+)*(?:zero|nil|0)\.?")


def explained_signs(texts: list[str]) -> dict[str, Count]:
    """Signs that a sheet explains, with what they stand for: read from its texts outside the table.

    >>> explained_signs(["* denotes a number less than five"])["*"]
    Count(low=0, high=4, approximate=False, note='hidden by the authority')
    >>> sorted(explained_signs(["Figures under 5 have been suppressed"]))[:2]
    ['masked', 'redacted']
    """
    signs: dict[str, Count] = {}
    for text in map(_plain, texts):
        limit, said = _limit(text), _signs_of(text)
        # A nought that hides something is no zero, also where nothing says how much it hides.
        if limit is None and NOUGHT in said and _LEGEND_HIDDEN.search(text):
            limit = Count(0, None, False, "hidden by the authority")
        if limit is not None:
            signs |= dict.fromkeys(said, limit)
    return signs


def _limit(text: str) -> Count | None:
    sign, match = _LEGEND_SIGN.match(text), _LIMIT_ANYWHERE.search(text)
    if sign and _LEGEND_ZERO.fullmatch(sign.group(2)):
        return Count(0, 0)
    found = _interval(match.group()) if match else _interval(sign.group(2)) if sign else None
    return Count(found.low, found.high, False, "hidden by the authority") if isinstance(found, Count) else None


def _signs_of(text: str) -> list[str]:
    """The signs that a sentence is about."""
    sign = _LEGEND_SIGN.search(text)
    if sign:
        return [sign.group(1)]
    if _LEGEND_NOUGHT.search(text):
        return [NOUGHT, "nil"]
    replaced = _LEGEND_REPLACED.search(text)
    if replaced:
        found = replaced.group(2) or "*"
        return [NOUGHT, "nil"] if found in (NOUGHT, "nil") else [found]
    return ["suppressed", "redacted", "masked", "withheld"] if _LEGEND_HIDDEN.search(text) else []
