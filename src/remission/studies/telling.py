"""Pools, studies and changes in words and as plain data: what the command line prints and what programs read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, fields
from datetime import date
from typing import TYPE_CHECKING, Any

from remission.studies.difference import number_words, share_words
from remission.studies.lines import people_words
from remission.studies.pools import EVERYBODY
from remission.studies.quantities import quantities
from remission.studies.searches import unread

if TYPE_CHECKING:
    from remission.studies.difference import Difference, Told
    from remission.studies.overlap import LeftOut
    from remission.studies.pools import Cohort, Line, Pools
    from remission.studies.questions import Question
    from remission.studies.study import Number, Study

POOLED = (
    "value", "low", "high", "level", "mean", "prediction_low", "prediction_high", "tau2", "tau2_low", "tau2_high", "i2",
    "method", "absent_reason",
)  # fmt: skip


def printed_number(number: Number) -> str:
    """A number as it was printed, with its interval, unit and count.

    >>> from datetime import date
    >>> from remission.studies.study import Number
    >>> printed_number(Number("neda", "verified", "a", "b", value=73.0, low=66.0, high=81.0, level=0.95))
    '73 % (66 to 81)'
    """
    unit = {"%": " %", "ratio": "", "score": ""}.get(
        quantities()[number.what].unit, f" {quantities()[number.what].unit}"
    )
    said = [] if number.value is None else [f"{number.value:g}{unit}"]
    if number.low is not None and number.high is not None:
        of = "" if number.interval == "confidence" else f" {number.interval}"
        said.append(f"({number.low:g} to {number.high:g}{of})")
    if number.standard_error is not None:
        said.append(f"(standard error {number.standard_error:g})")
    if number.events is not None and number.person_years:
        said.append(f"{number.events} in {number.person_years:,g} person-years")
    elif number.events is not None:
        said.append(f"{number.events} of {number.denominator:,}" if number.denominator else f"{number.events}")
    return " ".join(said)


def when_and_whom(number: Number) -> str:
    """Of whom a number is and when, as far as it is not of the whole arm at its end."""
    time = number.at or ("" if number.months is None else f"at {_long(number.months)}")
    return ", ".join(one for one in (number.arm, number.course, number.among, time) if one)


def _long(months: float) -> str:
    """A time in years where it is whole years, else in months.

    >>> _long(12.0), _long(60.0), _long(20.1)
    ('1 year', '5 years', '20.1 months')
    """
    years = months / 12
    if years < 1 or not years.is_integer():
        return f"{months:g} months"
    return "1 year" if years == 1 else f"{years:g} years"


def pool_words(pools: Pools) -> Iterator[str]:
    """A pooling question answered: the answer, then each number, then what stands beside, then who is left out."""
    question = pools.question
    yield question.question
    yield pools.sentence
    if question.caveat:
        yield question.caveat
    yield ""
    for line in pools.lines:
        yield f"  {_line_words(line, pools)}"
    if not question.estimators or not any(one.pooled.value is not None for one in pools.lines):
        yield from (f"  {one.entry.name}: {printed_number(one.entry.number)}" for one in pools.kept)
    if pools.printed:
        yield "Printed by those who pooled before:"
    for study, number in pools.printed:
        of = when_and_whom(number)
        yield f"  {study.title}{f', {of}' if of else ''}: {printed_number(number)} [{number.status}]"
        if missing := unread(study.name):
            yield f"    could not be read of its studies: {'; '.join(one.series for one in missing)}"
    if pools.left_out:
        yield "Left out:"
    yield from (f"  {one.entry.name}: {one.why}" for one in pools.left_out)
    yield f"Certainty: {question.certainty.sure}."


def look_words(rows: Sequence[Mapping[str, object]], question: Question) -> Iterator[str]:
    """A second look in lines; a slope is on the log odds scale and says what no slope over studies can tell."""
    for row in rows:
        if "covariate" in row:
            found = row["absent_reason"] or "{slope:.4g} a unit ({low:.4g} to {high:.4g}, p {p:.2g})".format_map(row)
            yield f"  {row['covariate']}: {found}; {row['k']} cohorts tell it, {row['studies_left_out']} do not"
        else:
            numbers = [row[name] for name in ("value", "low", "high")]
            said = share_words(numbers, question)
            yield f"  {row['estimator']}, {row['title']} ({row['year']}): {said} of {row['k']} cohorts"
    yield from {str(row["warning"]): None for row in rows if "warning" in row}


def _line_words(line: Line, pools: Pools) -> str:
    name = f"{line.group}: {line.estimator}" if line.group != EVERYBODY else line.estimator
    counted = f"{line.events} of {people_words(line.people)}" if line.events is not None else people_words(line.people)
    of = f"{counted} in {line.pooled.k} cohorts of {line.studies} studies"
    whose = f"; it is of {line.estimates}" if line.pooled.value is not None else ""
    checked = f"; {line.second_hand} of {line.pooled.k} second-hand" if line.second_hand else ""
    return f"{name}: {number_words(line, pools.question)}, {of}{whose}{checked}"


def pool_data(pools: Pools) -> dict[str, Any]:
    """A pooling question answered, for a program: numbers as shares, rates or ratios and never as percentages."""
    question = pools.question
    return {
        "question": question.name,
        "title": question.title,
        "asks": question.question,
        "answer": pools.sentence,
        "caveat": question.caveat,
        "read": pools.read.isoformat() if pools.read else None,
        "estimates": [_line_data(one) for one in pools.lines],
        "cohorts": [_cohort_data(one) for one in pools.kept],
        "left_out": [_left_out_data(one) for one in pools.left_out],
        "printed_by_others": [
            {"study": study.name, "title": study.title, **number_data(number)} for study, number in pools.printed
        ],
        "could_not_be_read": {
            study.name: [one.series for one in unread(study.name)] for study, _ in pools.printed if unread(study.name)
        },
        "certainty": {name: _plain(value) for name, value in asdict(question.certainty).items()},
    }


def _line_data(line: Line) -> dict[str, Any]:
    about = {"estimator": line.estimator, "group": line.group, "estimates": line.estimates, "k": line.pooled.k}
    counted = {"studies": line.studies, "studies_left_out": line.left_out, "people": line.people, "events": line.events}
    checked = {"standing": line.standing or None, "second_hand": line.second_hand}
    return about | counted | checked | {name: getattr(line.pooled, name) for name in POOLED}


def _cohort_data(cohort: Cohort) -> dict[str, Any]:
    number = cohort.entry.number
    about = {"study": cohort.study, "title": cohort.entry.name, "arm": cohort.arm, "group": cohort.group}
    counted = {"people": cohort.entry.people, "events": number.events, "year": cohort.entry.study.year}
    found = {name: getattr(cohort, name) for name in ("value", "low", "high", "level", "weight")}
    return about | counted | found | {"status": number.status, "source": number.source, "locus": number.locus}


def _left_out_data(one: LeftOut) -> dict[str, Any]:
    return {"study": one.entry.study.name, "title": one.entry.name, "why": one.why, **number_data(one.entry.number)}


def number_data(number: Number) -> dict[str, Any]:
    """A number as it stands in its file, without the keys that are empty."""
    # 0 is a number and stays; only what was not told is left out.
    every = {one.name: _plain(getattr(number, one.name)) for one in fields(number)}
    return {name: value for name, value in every.items() if value not in (None, "")}


def study_words(study: Study) -> Iterator[str]:
    """A study: who it is, what was given, and each of its numbers with its source and status."""
    yield f"{study.title} ({study.kind}). {study.citation}."
    if study.note:
        yield study.note
    for arm in study.arms:
        parts = [(name, getattr(arm, name)) for name in ("conditioning", "serotherapy", "graft", "mobilisation")]
        said = "; ".join(f"{name}: {one.says} [{one.status}]" for name, one in parts if one and one.is_showable)
        yield f"  {arm.name}{f': {said}' if said else ''}"
    for number in study.numbers:
        if number.is_showable:
            of = when_and_whom(number)
            title = quantities()[number.what].title
            where = f"{number.source}, {number.locus}"
            yield f"  {title}{f' ({of})' if of else ''}: {printed_number(number)} [{number.status}: {where}]"
    yield from (f"  Sources disagree on {one.what}: {one.says}. Kept: {one.kept}." for one in study.conflicts)
    if study.trial:
        yield f"  As a trial: {study.trial.state}; results: {study.trial.results} [{study.trial.status}]"


def study_data(study: Study) -> dict[str, Any]:
    """A study for a program, as its file says it; numbers that may not be shown are left out."""
    told = asdict(study)
    told["numbers"] = [number_data(one) for one in study.numbers if one.is_showable]
    return dict(_plain(told))


def difference_words(found: Difference) -> Iterator[str]:
    """What changed: studies first, then every number that is no longer what it was."""
    for what, names in (("New", found.added), ("Gone", found.removed), ("Changed", found.changed)):
        if names:
            yield f"{what}: {', '.join(names)}."
    many = len(found.changes)
    yield f"{many or 'No'} conclusion{'' if many == 1 else 's'} changed; {found.same} stay as they were ({found.on})."
    for change in found.changes:
        told = change.told
        was, becomes = (_conclusion(one) for one in (change.old, change.new))
        yield f"  {told.kind}, {told.name}{f', {told.line}' if told.line else ''}: {was} -> {becomes}"


def _conclusion(one: Told | None) -> str:
    if one is None:
        return "not there"
    return one.says + (f" of {one.k} cohorts" if one.k is not None else "")


def difference_data(found: Difference) -> dict[str, Any]:
    """What changed, for a program."""
    names = {"added": list(found.added), "removed": list(found.removed), "changed": list(found.changed)}
    return {"on": found.on.isoformat(), "studies": names, "changes": found.rows, "unchanged": found.same}


def _plain(value: Any) -> Any:
    """Plain data that JSON can hold."""
    if isinstance(value, dict):
        return {name: _plain(one) for name, one in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(one) for one in value]
    return value.isoformat() if isinstance(value, date) else value
