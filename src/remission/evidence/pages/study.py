"""The card of one study: its numbers as printed, whom it treated and how, who shares its people, what is unknown."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

import polars as pl
from markupsafe import Markup

from remission.evidence.recipes.card import (
    CAUTIONS,
    KIND_WORDS,
    arm_rows,
    headline,
    not_known,
    number_rows,
    sides_of,
)
from remission.evidence.recipes.study_lines import card_of
from remission.evidence.words import STATUS_WORDS, ended
from remission.exhibits.page import Block, Fact, Link, Page, Picture, Section
from remission.exhibits.site.shell import Making, linked
from remission.exhibits.synthesis.forest import Forest, draw_forest
from remission.exhibits.synthesis.scales import Scale
from remission.exhibits.tables import Shown, Table, shows
from remission.exhibits.wording import day_words, listed
from remission.studies.overlap import overlaps_of
from remission.studies.quantities import quantities

if TYPE_CHECKING:
    from remission.evidence.recipes.known import Known
    from remission.exhibits.figure import Figure
    from remission.exhibits.synthesis.lines import Line
    from remission.exhibits.synthesis.scales import Kind
    from remission.inputs.provenance import Provenance
    from remission.studies.study import Study

PATH, TITLE, PLACE = "study/{name}.html", "Study", None

RATIO = "Ratio; below 1 is less than with the other treatment"
READ_AS = "Square: the number, as large as its people are many. Line: its interval, where one was printed."


@dataclass(frozen=True, eq=False)
class Card:
    """A study, the studies with some of its people (name, title, how, why), and in which pools it stands."""

    study: Study
    shared: Sequence[tuple[str, str, str, str]]
    pools: Sequence[str]
    provenance: Provenance


def pages(known: Known) -> Iterator[Making]:
    """A page for every study."""
    titles = {study.name: study.title for study in known.studies.every}
    ties = overlaps_of(known.studies)
    for study in known.studies.every:
        known_ties = {name: tie for name, tie in ties[study.name].items() if name in titles}
        shared = [(name, titles[name], tie.relation, tie.why) for name, tie in known_ties.items()]
        yield partial(study_page, Card(study, shared, known.memberships.get(study.name, []), known.provenance))


def study_page(card: Card) -> Page:
    """The card with all its sections."""
    study = card.study
    about = ", ".join(filter(None, [study.country, f"{study.year}" if study.year else "nothing published yet"]))
    return Page(
        path=PATH.format(name=study.name),
        title=study.title,
        subtitle=f"{KIND_WORDS[study.kind]}{f', phase {study.phase}' if study.phase else ''}: {about}",
        provenance=card.provenance,
        headlines=[headline(study)],
        in_short=[CAUTIONS[study.kind], *([study.note] if study.note else [])],
        sections=[one for one in _sections(card) if one.blocks],
        facts=list(_facts(study)),
        trail=(Link("Studies", "evidence/studies.html"),),
        picture_first=True,
        data_folder=study.name,
    )


def _sections(card: Card) -> Iterator[Section]:
    study = card.study
    yield Section("numbers", "What was printed", list(_picture_blocks(card)))
    yield Section("every", "Every number", list(_number_blocks(card)))
    yield Section("people", "Who was treated, and how", list(_people_blocks(card)))
    said = [f"{listed([quantities()[what].title for what in one.of])}: {one.says} [{one.status}]."
            for one in study.definitions]  # fmt: skip
    yield Section("definitions", "What its outcomes mean", [Block("", said)] if said else [])
    yield Section("overlap", "Who else counts its people", list(_overlap_blocks(card)))
    yield Section("pools", "In which pools it stands", [Block("", card.pools)] if card.pools else [])
    yield Section("bias", "Risk of bias", [Block("", list(_bias_words(study)))])
    unknown = list(not_known(study))
    yield Section("unknown", "What is not known of it", [Block("", unknown)] if unknown else [])


def _picture_blocks(card: Card) -> Iterator[Block]:
    sides = sides_of(card.study, "../")
    if sides.shares:
        yield Block(picture=Picture.of(_forest(card, "shares", sides.shares, "share", "Share of people")))
    if sides.ratios:
        yield Block(picture=Picture.of(_forest(card, "ratios", sides.ratios, "ratio", RATIO)))


def _number_blocks(card: Card) -> Iterator[Block]:
    study = card.study
    rows = pl.DataFrame(number_rows(study))
    if rows.height:
        yield Block("", [], None, [_numbers_table(card, rows)])
    said = [f"{ended(one.says)} Kept: {ended(one.kept)}" for one in study.conflicts]
    if said:
        yield Block("Where sources disagree", said)


def _forest(card: Card, name: str, lines: Sequence[Line], kind: Kind, words: str) -> Figure:
    scale = Scale.of(words, kind, [one for line in lines for one in (line.value, line.low, line.high)])
    # On its own card a line would lead to where the reader is.
    own = [replace(line, href="") for line in lines]
    title = f"{card.study.title}: what was printed"
    return draw_forest(Forest(f"{name}-{card.study.name}", title, READ_AS, own, scale), card.provenance)


def _numbers_table(card: Card, rows: pl.DataFrame) -> Table:
    columns = (
        shows("what", "What", words=True),
        shows("number", "As printed", words=True),
        Shown("Of whom, and when", lambda row: listed([row["whom"], row["when"]]) or "–", words=True),
        Shown("Checked", lambda row: row["status"], words=True),
        Shown("Where, and when it was read", lambda row: f"{row['where']}; {row['read']}", words=True),
        Shown("Note", lambda row: row["note"] or "–", words=True),
    )
    note = " ".join(f"{status}: {words}." for status, words in STATUS_WORDS.items() if status != "unverified")
    return Table(f"numbers-{card.study.name}", "Every number that was read.", rows, columns, card.provenance, note)


def _people_blocks(card: Card) -> Iterator[Block]:
    study = card.study
    said = [f"Courses: {study.courses.says} [{study.courses.status}]."] if study.courses else []
    said += [f"Treated: {study.years.says} [{study.years.status}]."] if study.years else []
    rows = pl.DataFrame(arm_rows(study))
    if not rows.height:
        if said:
            yield Block("", said)
        return
    transplanted = any(arm.therapy == "hsct" for arm in study.arms)
    fields = ("conditioning", "serotherapy", "graft", "mobilisation") if transplanted else ()
    columns = (
        shows("arm", "Group"),
        shows("people", "People"),
        shows("given", "Given", words=True),
        *(shows(one, one.capitalize(), words=True) for one in fields),
        *((shows("intensity", "Intensity, as a source calls it", words=True),) if transplanted else ()),
    )
    kept = rows.select("arm", "people", "given", *fields, "intensity")
    yield Block("", said, None, [Table(f"arms-{study.name}", "Its groups.", kept, columns, card.provenance)])


def _overlap_blocks(card: Card) -> Iterator[Block]:
    if not card.shared:
        yield Block("", ["No other study of the library is known to count the same people."])
        return
    lines = [Markup("{} {}: {}").format(how.capitalize(), linked(title, card_of(name, "../")), why)
             for name, title, how, why in card.shared]  # fmt: skip
    yield Block("", [*lines, "No pool counts a person twice: of studies that share people one is kept."])


def _bias_words(study: Study) -> Iterator[str]:
    if not study.risk_of_bias:
        yield "Not judged yet. That is not the same as low."
    for one in study.risk_of_bias:
        of = f"{one.what}, " if one.what else ""
        yield f"{of}{one.domain} ({one.tool}): {one.judgement}. {one.why} Judged by {one.by}, {day_words(one.on)}."


def _facts(study: Study) -> Iterator[Fact]:
    yield Fact("Citation", study.citation)
    if study.doi:
        checked = f" [{study.doi_status}]" if study.doi_status else ""
        yield Fact("DOI", f"{study.doi}{checked}")
    if study.pmid:
        yield Fact("PubMed", study.pmid)
    if study.registry:
        yield Fact("Registry", study.registry)
