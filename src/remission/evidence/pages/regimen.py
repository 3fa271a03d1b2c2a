"""By regimen: deaths and results by what was given, with what else differs said under each picture."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

import polars as pl

from remission.evidence.recipes.mortality import COUNTED, scale_of
from remission.evidence.recipes.parted import parted_lines, parted_rows
from remission.evidence.recipes.regimens import (
    between_lines,
    confounding_words,
    given_rows,
    severe_words,
    within_lines,
    within_words,
)
from remission.evidence.recipes.second_looks import slope_caution, slope_rows, slope_words
from remission.evidence.recipes.study_lines import card_of
from remission.evidence.words import begun
from remission.exhibits.page import Block, Page, Picture, Section
from remission.exhibits.site.shell import linked
from remission.exhibits.synthesis.forest import Forest, draw_forest
from remission.exhibits.synthesis.lines import levels_words, value_words
from remission.exhibits.synthesis.scales import Scale
from remission.exhibits.tables import Shown, Table, shows
from remission.exhibits.wording import day_words
from remission.studies.estimators import ESTIMATORS
from remission.studies.searches import regimens

if TYPE_CHECKING:
    from remission.evidence.recipes.known import Known
    from remission.evidence.recipes.pooled import PoolShown
    from remission.exhibits.figure import Figure
    from remission.exhibits.site.shell import Making
    from remission.exhibits.synthesis.lines import Line

PATH, TITLE, PLACE = "evidence/regimen.html", "By regimen", 20
QUESTION = "Is one transplant like another?"
POOL = "hsct-mortality-by-conditioning"

DESCRIBED = ("regimen", "agents", "mobilisation", "graft", "intensity", "intensity_by", "source", "status")
TOGETHER = (
    "Regimen, years of treatment and course of MS go together, so a difference between studies may be of any of them."
)
WITHIN = (
    "People of one study, treated in one place, are more alike than people of two studies. But nobody was left to "
    "chance here either, and who got which regimen may have had its reasons."
)
FOUR = (
    "Conditioning, serotherapy, graft and mobilisation are four things. What a source calls the intensity is that "
    "source's word and stands apart."
)
CRUDE_NAME = begun(ESTIMATORS["crude"].title)
# Groups that are no regimen of their own.
UNNAMED = ("Mixed", "Not told")
DEATHS = "hsct-mortality"
STEPS = "A step is one year, one point of 100 or one point of the EDSS. Under ten cohorts no slope is made."
PARTED = (
    "The same cohorts, parted by one thing after another. Each line is of all people together; where cohorts differ "
    "much the other estimators say something else."
)
FEW = "A regimen with fewer than three cohorts that share nobody has no pooled line."
AT_FIVE = {
    "progression-free": "Free of progression at five years",
    "neda": "No evidence of disease activity at five years",
    "relapse-free": "Free of relapses at five years",
}


def pages(known: Known) -> Iterator[Making]:
    """The page."""
    yield partial(regimen_page, known)


def lead(known: Known) -> str:
    """The answer in a sentence."""
    return f"{answer(known.pool(POOL))} (Studies read up to {day_words(known.read_until)}.)"


def regimen_page(known: Known) -> Page:
    """The page with all its sections."""
    pool = known.pool(POOL)
    return Page(
        path=PATH,
        title=QUESTION,
        subtitle="Deaths and results by what was given",
        provenance=known.provenance,
        headlines=[lead(known)],
        in_short=[TOGETHER],
        sections=list(_sections(known, pool)),
        picture_first=True,
        data_folder="regimen",
    )


def answer(pool: PoolShown) -> str:
    """The deaths of each regimen that has a pool, all of its people together, beside one another."""
    crude = [line for line in pool.pooled if line.role == "pooled" and line.name == CRUDE_NAME]
    lines = [line for line in crude if line.value is not None and line.group not in UNNAMED]
    if not lines:
        return "No regimen has three cohorts that share nobody, so none has a pooled number of deaths."
    scale = scale_of(lines)
    said = "; ".join(
        f"{_inside(line.group)} {line.events:g} of {line.n:,}, {value_words(line, scale)}" for line in lines
    )
    return f"Not by the deaths that were printed. All people together, with {levels_words(lines)}s: after {said}."


def _inside(group: str) -> str:
    """A regimen inside a sentence: in lower case unless it is an abbreviation."""
    return group if group[:2].isupper() else group[:1].lower() + group[1:]


def _sections(known: Known, pool: PoolShown) -> Iterator[Section]:
    confounded = confounding_words(known.studies)
    deaths = Block(picture=Picture.of(_deaths(known, pool)), sentences=[confounded, FEW])
    yield Section("deaths", "Deaths of the transplant by conditioning", [deaths])
    yield Section(
        "within",
        "Inside one study",
        [
            Block(
                picture=Picture.of(_within(known)),
                sentences=[*within_words(known.studies), *severe_words(known.studies), WITHIN],
            )
        ],
    )
    parted = Block(picture=Picture.of(_parted(known)), sentences=[PARTED, confounded], folded=[_parted_table(known)])
    yield Section("parted", "Deaths by course, years, disability, graft and antibody", [parted])
    results = [Block(picture=Picture.of(figure), sentences=[known.answered(f"hsct-{what}-5y").sentence, confounded])
               for what, figure in _between(known)]  # fmt: skip
    yield Section("between", "Between studies, at five years", results)
    caution = slope_caution(known.answered(DEATHS))
    said = [*([caution] if caution else []), STEPS]
    yield Section("slopes", "Along what studies differ in", [Block("", said, None, [_slopes(known)])])
    tables = [_given(known), _described(known)]
    yield Section("given", "What was given", [Block("", [FOUR], None, tables)])


def _deaths(known: Known, pool: PoolShown) -> Figure:
    lines = _by_group([*pool.cohorts, *pool.pooled])
    said = "By what was given before the graft. Diamonds: pooled here where three cohorts or more share nobody."
    return _drawn(known, Forest("regimen-deaths", "Died of the transplant, by conditioning", said, lines,
                                scale_of(lines), COUNTED))  # fmt: skip


def _by_group(lines: list[Line]) -> list[Line]:
    """Cohorts of a group, then its pooled lines; a group that has none says so once."""
    pooled = [line for line in lines if line.role == "pooled"]
    absent = {line.group: replace(line, name="No pooled line", says="") for line in pooled if line.value is None}
    kept = [line for line in lines if line.role == "study" or (line.role == "pooled" and line.value is not None)]
    every = [*kept, *absent.values()]
    return sorted(every, key=lambda line: (line.group in UNNAMED, line.group, line.role != "study", line.year or 0))


def _within(known: Known) -> Figure:
    lines = within_lines(known.studies, "../")
    said = "Studies that treated people with more than one regimen: the arms of each beside one another."
    return _drawn(known, Forest("regimen-within", "Regimens inside one study", said, lines,
                                Scale.of("Share of people", "share", [])))  # fmt: skip


def _parted(known: Known) -> Figure:
    lines = parted_lines(known)
    said = "All people of a part together, with exact intervals; the other estimators are in the table below."
    return _drawn(known, Forest("regimen-parted", "Died of the transplant, parted otherwise", said, lines,
                                scale_of(lines), COUNTED))  # fmt: skip


def _parted_table(known: Known) -> Table:
    rows = parted_rows(known)
    methods = "; ".join(dict.fromkeys(rows["method"]))
    columns = (
        shows("by", "Parted by"),
        shows("part", "Part", words=True),
        Shown(COUNTED, lambda row: row["counted"] or "–"),
        shows("estimator", "Estimator", words=True),
        shows("number", "Died of the transplant", words=True),
    )
    caption = "Deaths of the transplant with the cohorts parted otherwise, by every estimator."
    return Table("regimen-parted-all", caption, rows, columns, known.provenance, f"Methods: {methods}.")


def _between(known: Known) -> Iterator[tuple[str, Figure]]:
    for what, title in AT_FIVE.items():
        lines = between_lines(known.studies, "../", what)
        if lines:
            said = "Different studies in order of regimen and year; hollow: printed without an interval."
            yield what, _drawn(known, Forest(f"regimen-{what}", f"{title}, by conditioning", said, lines,
                                       Scale.of(title, "share", [])))  # fmt: skip


def _drawn(known: Known, forest: Forest) -> Figure:
    return draw_forest(forest, known.provenance)


def _slopes(known: Known) -> Table:
    columns = (
        Shown("Along", lambda row: begun(row["covariate"]), words=True),
        Shown("Deaths of the transplant", slope_words, words=True),
        shows("k", "Cohorts that tell it"),
        shows("left_out", "Cohorts that do not"),
    )
    rows = slope_rows(known.answered(DEATHS))
    methods = "; ".join(dict.fromkeys(rows["method"].drop_nulls()))
    caption = "How the odds of dying of the transplant change between cohorts."
    return Table("slopes", caption, rows, columns, known.provenance, f"Method: {methods}.")


def _given(known: Known) -> Table:
    columns = (
        Shown("Group", lambda row: linked(row["name"], card_of(row["study"], "../")), words=True),
        shows("people", "People"),
        shows("conditioning", "Conditioning", words=True),
        shows("serotherapy", "Serotherapy", words=True),
        shows("graft", "Graft", words=True),
        shows("mobilisation", "Mobilisation", words=True),
        shows("intensity", "Called, by a source", words=True),
    )
    caption = "What each group of transplanted people was given, as far as it was read."
    return Table("given", caption, given_rows(known.studies), columns, known.provenance)


def _described(known: Known) -> Table:
    rows = [{field: getattr(one, field) for field in DESCRIBED} for one in regimens()]
    columns = (
        shows("regimen", "Regimen"),
        shows("agents", "Drugs and doses, as far as read", words=True),
        Shown("Mobilisation", lambda row: row["mobilisation"] or "not read", words=True),
        Shown("Graft", lambda row: row["graft"] or "not read", words=True),
        Shown("Called", lambda row: f"{row['intensity']} ({row['intensity_by'] or 'source not kept'})", words=True),
        Shown("Source", lambda row: f"{row['source']} [{row['status']}]", words=True),
    )
    frame = pl.DataFrame(rows, schema=dict.fromkeys(DESCRIBED, pl.String))
    return Table("regimens", "Regimens as sources describe them.", frame, columns, known.provenance)
