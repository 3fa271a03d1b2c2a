"""What stands on the card of one study: its main number, its lines, its tables, and what is not known of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from remission.evidence.recipes.study_lines import line_of
from remission.evidence.words import STATUS_WORDS, number_words, of_whom_words, when_words
from remission.exhibits.wording import count, day_words, listed
from remission.studies.quantities import quantities

if TYPE_CHECKING:
    from remission.exhibits.synthesis.lines import Line
    from remission.studies.study import Arm, Kind, Number, Study

# What a reader asks first, by what kind of study it is.
COMPARED = (
    "progression-hazard-ratio", "progression-24w-hazard-ratio", "progression-12w-hazard-ratio",
    "neda-failure-hazard-ratio", "relapse-rate-ratio", "relapse-hazard-ratio", "relapse-risk-ratio",
    "new-t2-rate-ratio", "relapse-rate",
)  # fmt: skip
FOLLOWED = ("neda", "event-free", "progression-free", "relapse-free", "transplant-deaths", "surviving")
KIND_WORDS: dict[Kind, str] = {
    "single arm": "A single arm",
    "randomised": "A randomised trial",
    "comparison": "A comparison that was not randomised",
    "registry": "A registry",
    "pooled by others": "Studies pooled by others",
    "extension": "An extension of a trial",
}
CAUTIONS: dict[Kind, str] = {
    "single arm": "Nobody was compared: it cannot say what would have happened without the treatment.",
    "randomised": "Who got which treatment was left to chance, so the groups were alike at the start but for luck.",
    "comparison": "Who got which treatment was not left to chance: the groups may have differed from the start.",
    "registry": "Centres reported what they chose to report; nobody was compared by chance.",
    "pooled by others": "These are pooled lines that others printed; their studies are partly the same as ours.",
    "extension": "Only those who went on are counted, and they may have done better than those who stopped.",
}
GIVEN = {"hsct": "stem-cell transplant"}
FIELDS = ("conditioning", "serotherapy", "graft", "mobilisation")


@dataclass(frozen=True)
class Sides:
    """The numbers of a study as lines of its two pictures: shares from 0 to 100 %, and ratios around 1."""

    shares: Sequence[Line]
    ratios: Sequence[Line]


def showable(study: Study) -> list[Number]:
    """The numbers that a page may show, in the order of the file."""
    return [number for number in study.numbers if number.is_showable]


def main_number(study: Study) -> Number | None:
    """The number that a reader asks for first: the longest follow-up of the first quantity that was printed."""
    first = COMPARED if study.kind in ("randomised", "comparison") else FOLLOWED
    for what in (*first, *FOLLOWED, *COMPARED):
        found = [
            one for one in showable(study) if one.what == what and (one.value is not None or one.events is not None)
        ]
        if found:
            # Of the whole study before a part of it, then the longest follow-up.
            return max(found, key=lambda one: (not one.among, not one.course, one.months or 0))
    return next(iter(showable(study)), None)


def headline(study: Study) -> str:
    """The study's main number in a sentence, beside that of another arm where they were compared, with its status."""
    number = main_number(study)
    if number is None:
        return "No number of this study has been read so far."
    on = "" if number.date_read is None else f", on {day_words(number.date_read)}"
    said = _compared(study, number) or number_sentence(number, len(study.arms))
    return f"{said} It was {STATUS_WORDS[number.status]}{on}."


def _compared(study: Study, number: Number) -> str:
    """A number beside that of the arm with which its p compares; empty where there is none."""
    like = {"months": number.months, "at": number.at, "course": number.course}
    other = study.number(number.what, number.p_against, **like) if number.p_against else None
    if other is None or number.p is None:
        return ""
    quantity, when = quantities()[number.what], when_words(number)
    sides = [f"{number_words(one, quantity)} with {one.arm}" for one in (number, other)]
    return f"{quantity.title}{f', {when}' if when else ''}: {' against '.join(sides)} (p {number.p:g})."


def number_sentence(number: Number, arms: int = 2) -> str:
    """One number as a sentence: what, of whom, when, how many."""
    quantity = quantities()[number.what]
    about = ", ".join(filter(None, [of_whom_words(number, arms), when_words(number)]))
    return f"{quantity.title}{f', {about}' if about else ''}: {number_words(number, quantity)}."


def sides_of(study: Study, root: str) -> Sides:
    """The lines of the pictures of a card; what is no share and no ratio stands in the table only."""
    shares, ratios = [], []
    for number in showable(study):
        quantity = quantities()[number.what]
        line = line_of(study, number, root, name=_line_name(number, len(study.arms)))
        if line.value is None:
            continue
        if quantity.is_percentage and number.what != "relapsing-remitting" and 0 <= line.value <= 1:
            shares.append(line)
        elif quantity.shape == "ratio":
            ratios.append(line)
    return Sides(shares, ratios)


def _line_name(number: Number, arms: int) -> str:
    whom = of_whom_words(number, arms)
    return f"{quantities()[number.what].title}{f' ({whom})' if whom else ''}"


def arm_rows(study: Study) -> list[dict[str, str]]:
    """A row an arm: who, what was given, and the four fields of a transplant, each with its status."""
    return [_arm_row(study, arm) for arm in study.arms]


def _arm_row(study: Study, arm: Arm) -> dict[str, str]:
    people = study.people(arm.name)
    said = {field: getattr(arm, field) for field in FIELDS}
    fields = {field: f"{one.says} [{one.status}]" if one and one.status != "unverified" else "not read"
              for field, one in said.items()}  # fmt: skip
    claims = listed([f"{one.kind or one.says} ({one.source}) [{one.status}]" for one in arm.intensity
                     if one.status != "unverified"])  # fmt: skip
    people_words = "not read" if people is None else f"{people:,}"
    given = arm.given or GIVEN.get(arm.therapy, arm.therapy)
    return {"arm": arm.name, "people": people_words, "given": given, "intensity": claims or "–", **fields}


def number_rows(study: Study) -> list[dict[str, str]]:
    """A row a number that may be shown: what it is, the number, when, how, status, where and when it was read."""
    rows = []
    for number in showable(study):
        quantity = quantities()[number.what]
        rows.append({
            "what": quantity.title, "whom": of_whom_words(number, len(study.arms)),
            "number": number_words(number, quantity),
            "when": when_words(number), "how": number.how, "status": number.status,
            "where": ", ".join(filter(None, [number.source, number.locus])),
            "read": "day not kept" if number.date_read is None else number.date_read.isoformat(),
            "note": number.note,
        })  # fmt: skip
    return rows


def not_known(study: Study) -> Iterator[str]:
    """What is not known of a study, in sentences."""
    unread = [number for number in study.numbers if not number.is_showable]
    if unread:
        yield (
            f"{count(len(unread), 'number')} of it {'is' if len(unread) == 1 else 'are'} remembered and not read, and "
            "so not shown."
        )
    if any(arm.therapy == "hsct" for arm in study.arms):
        missing = [field for field in FIELDS if any(_unread_field(arm, field) for arm in study.arms)]
        if missing:
            yield f"Not read, or not of every arm: {listed(missing)}."
    bare = [one for one in showable(study) if one.value is not None and _lacks_interval(one)]
    if bare:
        names = listed(sorted({quantities()[one.what].title for one in bare}))
        yield f"Printed without an interval where we read it, so in no pool: {names}."
    if study.years is None or study.years.first is None:
        yield "When its people were treated was not read."
    if not study.risk_of_bias:
        yield "Its risk of bias has not been judged yet, which is not the same as low."


def _unread_field(arm: Arm, field: str) -> bool:
    said = getattr(arm, field)
    return arm.therapy == "hsct" and (said is None or said.status == "unverified")


def _lacks_interval(number: Number) -> bool:
    shape = quantities()[number.what].shape
    return shape in ("survival", "ratio") and not number.has_interval and number.standard_error is None
