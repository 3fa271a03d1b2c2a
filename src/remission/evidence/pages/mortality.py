"""How many die of the transplant? Several estimators shown together, each with what it estimates, never one alone."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

import polars as pl

from remission.evidence.recipes.mortality import COUNTED, answer, cumulative_steps, funnel_of, scale_of, without_words
from remission.evidence.recipes.pooled import ANOTHER, ARMS_WHY
from remission.evidence.recipes.second_looks import without_lines, without_rows
from remission.evidence.recipes.study_lines import card_of, in_order_of_year
from remission.evidence.words import begun
from remission.exhibits.page import Block, Page, Picture, Section
from remission.exhibits.site.shell import linked
from remission.exhibits.synthesis.cumulative import draw_cumulative
from remission.exhibits.synthesis.forest import Forest, draw_forest
from remission.exhibits.synthesis.size_funnel import draw_size_funnel
from remission.exhibits.tables import Shown, Table, shows
from remission.exhibits.wording import count
from remission.studies.estimators import ESTIMATORS
from remission.studies.pools import ARMS_TOGETHER
from remission.studies.searches import unread

if TYPE_CHECKING:
    from remission.evidence.recipes.known import Known
    from remission.evidence.recipes.pooled import PoolShown
    from remission.exhibits.figure import Figure
    from remission.exhibits.site.shell import Making

PATH, TITLE, PLACE = "evidence/mortality.html", "Deaths of the transplant", 10
QUESTION = "How many die of the transplant?"
POOL = "hsct-mortality"
ARMS = begun(ARMS_TOGETHER)

DIFFER = (
    "The lines differ because they estimate different things: all people together, the median cohort, the mean of "
    "cohorts. None of them is anybody's own risk."
)
LEAST = (
    "Deaths are those that the authors put down to the transplant. Follow-up is short in some cohorts, and the line "
    "without the two largest of those stands below."
)
OTHERS = "What others pooled stands as they printed it, with studies that are partly the same as ours and partly not."
# One estimator of the mean is drawn: five pictures of nineteen lines would be read by nobody.
DRAWN = "beta-binomial"
EACH = "Where one cohort decides much, the number moves when it is left out."
UNREAD = (
    "The lists of studies behind the pools of others could not be read. These series are known by name; without them "
    "no pool of others can be made again from this library, and most of the early deaths are in them."
)
ALONE = "After each year: all people up to then together, with an exact interval. The other estimators differ from it."


def pages(known: Known) -> Iterator[Making]:
    """The page."""
    yield partial(mortality_page, known)


def lead(known: Known) -> str:
    """The answer in a sentence."""
    return answer(known.pool(POOL), known.read_until)


def mortality_page(known: Known) -> Page:
    """The page with all its sections."""
    pool = known.pool(POOL)
    return Page(
        path=PATH,
        title=QUESTION,
        subtitle="Deaths that the authors put down to a stem-cell transplant for MS",
        provenance=known.provenance,
        headlines=[lead(known)],
        in_short=[*without_words(pool), DIFFER],
        sections=list(_sections(known, pool)),
        picture_first=True,
        data_folder="mortality",
    )


def _sections(known: Known, pool: PoolShown) -> Iterator[Section]:
    yield Section(
        "estimates",
        "Every estimate",
        [Block(picture=Picture.of(_pooled(known, pool)), sentences=[DIFFER, LEAST, OTHERS, *pool.cautions])],
    )
    otherwise = Block(picture=Picture.of(_otherwise(known, pool)), sentences=[f"{ARMS}: {ARMS_WHY}."])
    yield Section("otherwise", "Without some, together, and where another cohort would lie", [otherwise])
    yield Section("cohorts", "Every cohort", [Block(picture=Picture.of(_cohorts(known, pool)))])
    funnel = Picture.of(draw_size_funnel(funnel_of(pool, "mortality-funnel"), known.provenance))
    yield Section("funnel", "By the size of the cohort", [Block(picture=funnel)])
    yield Section("years", "Year by year", [Block(picture=Picture.of(_by_year(known, pool)), sentences=[ALONE])])
    yield Section("without-each", "Without each cohort", [_without_each(known)])
    yield Section("unread", "Which of their studies could not be read", [_unread(known)])
    said = f"No pool counts a person twice. {count(pool.left_out.height, 'cohort')} left out, each with the reason."
    left_out = Block("", [said], None, [_left_out(known, pool)])
    yield Section("left-out", "Who was left out, and why", [left_out])


def _pooled(known: Known, pool: PoolShown) -> Figure:
    # Here and by others, and nothing else: who opens the page sees them all without moving it.
    lines = [*(line for line in pool.pooled if line.role == "pooled"), *pool.printed]
    said = "Black: pooled here, each line says what it estimates. Open: printed by others."
    forest = Forest("mortality-estimates", pool.title, said, lines, scale_of(lines), COUNTED)
    return draw_forest(forest, known.provenance)


def _otherwise(known: Known, pool: PoolShown) -> Figure:
    apart = [line for line in pool.apart if line.role == "pooled"]
    another = [replace(line, group=begun(ANOTHER), says="")
               for line in pool.pooled if line.role == "prediction"]  # fmt: skip
    lines = [*apart, *another]
    said = "The same ways of pooling. Dotted: where the share of one more cohort like these would lie."
    forest = Forest(
        "mortality-otherwise", "The same cohorts, looked at otherwise", said, lines, scale_of(lines), COUNTED
    )
    return draw_forest(forest, known.provenance)


def _cohorts(known: Known, pool: PoolShown) -> Figure:
    lines = in_order_of_year(pool.cohorts)
    said = "In order of year. Squares: as large as the weight in the pool of log odds. Exact intervals."
    forest = Forest("mortality-cohorts", f"{pool.title}: every cohort", said, lines, scale_of(lines), COUNTED)
    return draw_forest(forest, known.provenance)


def _without_each(known: Known) -> Block:
    """The pool without each cohort: a picture of one estimator, and a table of all of them."""
    pools = known.answered(POOL)
    lines = without_lines(pools, DRAWN, "../")
    title = ESTIMATORS[DRAWN].title
    said = f"By the {title}, whose number is {lines[0].says or 'the mean of cohorts'}." if lines else ""
    forest = Forest("mortality-without", "Without each cohort", f"{said} The table below has every estimator.", lines,
                    scale_of(lines))  # fmt: skip
    rows = without_rows(pools)
    columns = (
        Shown("Without", lambda row: linked(row["name"], card_of(row["study"], "../")), words=True),
        *(shows(name, begun(ESTIMATORS[name].title), words=True) for name in rows.columns if name in ESTIMATORS),
    )
    caption = "The pool without each of its cohorts, by every estimator."
    table = Table("mortality-without-each", caption, rows, columns, known.provenance)
    return Block("", [EACH], Picture.of(draw_forest(forest, known.provenance)), folded=[table])


def _by_year(known: Known, pool: PoolShown) -> Figure:
    steps = cumulative_steps(pool.cohorts)
    return draw_cumulative("mortality-years", f"{pool.title}: year by year", steps,
                           scale_of([step.pooled for step in steps]), known.provenance, subtitle=ALONE,
                           counted=COUNTED)  # fmt: skip


def _unread(known: Known) -> Block:
    """Series that are known by name only, and who is known to have pooled them."""
    series = unread()
    by = {name: known.studies.by_name[name].title for one in series for name in one.pooled_by
          if name in known.studies.by_name}  # fmt: skip
    rows = [{"series": one.series, "why": one.why, "where": one.where,
             "pooled_by": "; ".join(by.get(name, name) for name in one.pooled_by)} for one in series]  # fmt: skip
    frame = pl.DataFrame(rows, schema=dict.fromkeys(("series", "why", "where", "pooled_by"), pl.String))
    columns = (
        shows("series", "Series"),
        shows("why", "Why it is missed", words=True),
        shows("where", "Where it would be", words=True),
        Shown("Known to be in", lambda row: row["pooled_by"] or "not known", words=True),
    )
    return Block("", [UNREAD], None, [Table("unread", "Series that could not be read.", frame, columns,
                                            known.provenance)])  # fmt: skip


def _left_out(known: Known, pool: PoolShown) -> Table:
    columns = (
        Shown("Cohort", lambda row: linked(row["name"], card_of(row["study"], "../")), words=True),
        shows("number", COUNTED),
        shows("why", "Why it is not in the pool", words=True),
    )
    return Table("mortality-left-out", "Cohorts that are not in the pool.", pool.left_out, columns, known.provenance)
