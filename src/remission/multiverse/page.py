"""The page of a multiverse: how far the estimate depends on the definition, for whom, and on which choice."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import polars as pl

from remission.exhibits.page import TABLES, Block, Fact, Page, Picture, Section
from remission.exhibits.tables import Shown, Table, shows
from remission.exhibits.wording import at_years, count, level_words, limits_words, percent
from remission.multiverse.agreement import Agreement, agreement_table, kappa_words
from remission.multiverse.specification_curve import (
    NO_TEST,
    SAME_PERSONS,
    Specification,
    Specifications,
    share_words,
    variance_rows,
)

if TYPE_CHECKING:
    from remission.outcomes.definitions.records import ValueSource
    from remission.stats.agreement import PersonVotes
    from remission.stats.estimates import Estimates
    from remission.stats.variance_shares import VarianceShares

DEATH_ENDS = (
    "Where a definition does not count death, death ends follow-up like any other reason: one minus the curve is then "
    "no risk in a world where people die."
)


class RefusedRow(NamedTuple):
    """A combination that is no definition: its options, who refused it, and why."""

    options: tuple[str, ...]
    by: str
    why: str


@dataclass(frozen=True, eq=False)
class MultiversePage:
    """What the page is made of; the pictures are ready."""

    cohort_title: str
    note: str
    title: str
    summary: str
    specifications: Specifications
    agreement: Agreement
    votes: PersonVotes
    shares: VarianceShares
    estimates: Estimates
    refused: Sequence[RefusedRow]
    sources: Sequence[ValueSource]
    curve: Picture
    variance: Picture
    kappas: Picture
    persons: Picture
    base: Table
    facts: Sequence[Fact]


def multiverse_page(parts: MultiversePage) -> Page:
    """The page with all its sections."""
    return Page(
        title=parts.cohort_title,
        subtitle=parts.title,
        provenance=parts.specifications.provenance,
        sources=parts.specifications.provenance.sources,
        note=parts.note,
        headlines=[headline(parts.specifications)],
        in_short=[*_in_short(parts), NO_TEST],
        rests_on=[_source_words(one) for one in parts.sources if one.status == "unverified"],
        sections=_sections(parts),
        facts=parts.facts,
        data_folder=TABLES,
    )


def _sections(parts: MultiversePage) -> list[Section]:
    return [
        Section("curve", "The estimate under every definition", list(_curve(parts))),
        Section("choices", "Which choice matters", [_variance(parts)]),
        Section("agreement", "Do the definitions agree", list(_agreement(parts))),
        Section("persons", "Whose status depends on the definition", [Block(picture=parts.persons)]),
        Section("definitions", "The choices", list(_definitions(parts))),
    ]


def headline(seen: Specifications) -> str:
    """How far apart the lowest and the highest estimate are."""
    if not seen.values:
        return f"{seen.title}: no definition has an estimate at {at_years(seen.at_days)}."
    said = f"from {percent(seen.values[0])} to {percent(seen.values[-1])}"
    return f"{seen.title}: {said} had the event by {at_years(seen.at_days)}, depending on the definition."


def _in_short(parts: MultiversePage) -> Iterator[str]:
    seen, votes = parts.specifications, parts.votes
    refused = f"; {count(len(parts.refused), 'combination')} left out, with reasons below" if parts.refused else ""
    yield f"{count(len(seen.rows), 'definition')}{refused}. Share with the event: {seen.range_words()}."
    base = seen.base_row
    if base is not None:
        yield base_sentence(seen, base)
    yield from _most(parts)
    changing, known = int(np.count_nonzero(votes.changing)), int(np.count_nonzero(votes.judged))
    if known:
        had = "had the event under some definitions and not under others"
        yield f"{changing:,} of {count(known, 'person')} ({percent(changing / known)}) {had}."
    yield f"Agreement of two definitions on who had it (Cohen's kappa): {kappa_words(parts.agreement.pairs())}."


def base_sentence(seen: Specifications, base: Specification) -> str:
    """What the endpoint as it is says, and where among the other definitions it stands."""
    row = {"value": base.value, "low": base.low, "high": base.high}
    known = base.low is not None and base.high is not None
    limits = f" ({level_words(seen.level)} interval {limits_words(row)})" if known else ""
    return f"{seen.base_name} as it is gives {share_words(row)}{limits}; {_place(seen, base)}."


def _place(seen: Specifications, base: Specification) -> str:
    """How many definitions give less, the same and more; differences below a billionth are rounding."""
    apart = [value - (base.value or 0.0) for value in seen.values]
    less, more = sum(one < -1e-9 for one in apart), sum(one > 1e-9 for one in apart)
    same = len(apart) - less - more - 1
    return f"of the other definitions {less} give less, {same} the same and {more} more"


def _most(parts: MultiversePage) -> Iterator[str]:
    first = variance_rows(parts.specifications, parts.shares)[0]
    if first["share"] is not None:
        label = f"“{first['what']}”"
        yield f"Of the choices, {label} explains most of the estimates' variance ({percent(first['share'])})."


def _curve(parts: MultiversePage) -> Iterator[Block]:
    yield Block("", [SAME_PERSONS, DEATH_ENDS], parts.curve, (), [_all_times(parts)])


def _all_times(parts: MultiversePage) -> Table:
    """The estimates at all times, by their range over the definitions; the CSV has each."""
    frame = parts.estimates.frame
    by_time = (
        frame.group_by("at_days", maintain_order=True)
        .agg(
            lowest=pl.col("value").min(),
            median=pl.col("value").median(),
            highest=pl.col("value").max(),
            definitions=pl.col("value").count(),
        )
        .sort("at_days")
    )
    columns = (
        Shown("By", lambda row: at_years(row["at_days"])),
        *(
            Shown(words, lambda row, field=field: "–" if row[field] is None else percent(row[field]))  # type: ignore[misc]
            for field, words in (("lowest", "Lowest"), ("median", "Median"), ("highest", "Highest"))
        ),
        shows("definitions", "Definitions with an estimate"),
    )
    caption = "Share with the event over the definitions, at all times."
    note = "The CSV has the estimate of every definition with its interval."
    filled = frame.select(one for one in frame.columns if frame[one].null_count() < frame.height)
    return Table("estimates", caption, by_time, columns, parts.specifications.provenance, note, filled)


def _variance(parts: MultiversePage) -> Block:
    said = (
        "Each definition's estimate is taken as the sum of an effect of each of its options. A choice's share is what "
        "its options explain of the variance between definitions; interactions are the rest, what they do together."
    )
    where = "It says which choice moves the estimate on these records, among the options offered; not which is right."
    return Block("", [said, where], parts.variance)


def _agreement(parts: MultiversePage) -> Iterator[Block]:
    said = (
        "Two definitions can give the same share and find other persons. Kappa is 1 when they find the same, and 0 "
        "when they agree no more than by chance. It also depends on how common the event is."
    )
    yield Block("", [said], parts.kappas, [agreement_table(parts.agreement)])


def _definitions(parts: MultiversePage) -> Iterator[Block]:
    seen = parts.specifications
    yield Block("", [parts.summary] if parts.summary else [], None, [_choices_table(parts)])
    title = f"Left out: {count(len(parts.refused), 'combination')}" if parts.refused else "Left out"
    if parts.refused:
        yield Block(title, [], None, [_refused_by_reason(parts)], [_refused_table(parts)])
    else:
        yield Block(title, ["No combination is left out."])
    yield Block(f"What does not vary: {seen.base_name}", [], None, (), [parts.base])


def _choices_table(parts: MultiversePage) -> Table:
    seen = parts.specifications
    rows = [
        {
            "choice": choice.label,
            "option": option,
            "definitions": sum(row.places[at] == place for row in seen.rows),
            "source": _sources_of({choice.name, option}, parts.sources),
        }
        for at, choice in enumerate(seen.choices)
        for place, option in enumerate(choice.options)
    ]
    schema = {"choice": pl.String, "option": pl.String, "definitions": pl.Int64, "source": pl.String}
    columns = (
        shows("choice", "Choice"),
        shows("option", "Option", words=True),
        shows("definitions", "Definitions"),
        shows("source", "Source", words=True),
    )
    caption = "Every choice with its options."
    return Table("choices", caption, pl.DataFrame(rows, schema=schema), columns, seen.provenance)


def _sources_of(what: set[str], sources: Sequence[ValueSource]) -> str | None:
    return "; ".join(_source_words(one) for one in sources if what & set(one.of)) or None


def _source_words(one: ValueSource) -> str:
    locus = f" ({one.locus})" if one.locus else ""
    return f"{one.citation}{locus}{f': {one.says}' if one.says else ''} [{one.status}]"


def _refused_by_reason(parts: MultiversePage) -> Table:
    counted: dict[tuple[str, str], int] = {}
    for row in parts.refused:
        counted[row.by, row.why] = counted.get((row.by, row.why), 0) + 1
    rows = [{"why": why, "by": by, "combinations": number} for (by, why), number in counted.items()]
    columns = (shows("why", "Why"), shows("by", "Refused by", words=True), shows("combinations", "Combinations"))
    frame = pl.DataFrame(rows, schema={"why": pl.String, "by": pl.String, "combinations": pl.Int64})
    return Table(
        "left-out-reasons", "Combinations that are no definition.", frame, columns, parts.specifications.provenance
    )


def _refused_table(parts: MultiversePage) -> Table:
    choices = parts.specifications.choices
    names = [choice.name for choice in choices]
    rows = [
        dict(zip(names, row.options, strict=True)) | {"refused_by": row.by, "why": row.why} for row in parts.refused
    ]
    columns = (*(shows(one.name, one.label, words=True) for one in choices), shows("why", "Why", words=True))
    frame = pl.DataFrame(rows, schema=dict.fromkeys((*names, "refused_by", "why"), pl.String))
    return Table("left-out", "Every combination that is left out.", frame, columns, parts.specifications.provenance)
