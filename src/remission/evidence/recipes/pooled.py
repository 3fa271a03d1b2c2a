"""A pooling question as lines: what each estimator says, the cohorts behind it, who was left out, others' pools."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

from remission.evidence.recipes.study_lines import EXACT, card_of, line_of
from remission.evidence.words import begun, ended
from remission.exhibits.synthesis.lines import Line
from remission.exhibits.wording import day_words, percent
from remission.stats.pooling.pooled import MEDIAN
from remission.studies.estimators import ESTIMATORS
from remission.studies.pools import ARMS_TOGETHER, EVERYBODY, Pools

if TYPE_CHECKING:
    from remission.studies.certainty import Certainty
    from remission.studies.load import Studies
    from remission.studies.overlap import LeftOut
    from remission.studies.pools import Cohort
    from remission.studies.pools import Line as PooledLine

LEFT_OUT: dict[str, type[pl.DataType]] = {
    "study": pl.String,
    "name": pl.String,
    "number": pl.String,
    "why": pl.String,
}
ARMS_WHY = "arms of one study share its centres and its years, so that they are less than two cohorts"
ANOTHER = "where another such cohort would lie"
HERE, OTHERS = "Pooled here", "Pooled by others, as they printed it"


@dataclass(frozen=True, eq=False)
class PoolShown:
    """What a page shows of one pooling question.

    `pooled` has the lines of every estimator and group, `apart` the same without some studies, `printed` what others
    pooled; `cohorts` are the studies in the pool, `left_out` has the columns of LEFT_OUT.
    """

    name: str
    title: str
    pooled: Sequence[Line]
    apart: Sequence[Line]
    printed: Sequence[Line]
    cohorts: Sequence[Line]
    left_out: pl.DataFrame
    cautions: Sequence[str]

    @property
    def events(self) -> int:
        """Events of all cohorts in the pool."""
        return round(sum(line.events or 0 for line in self.cohorts))

    @property
    def people(self) -> int:
        """People of all cohorts in the pool."""
        return sum(line.n or 0 for line in self.cohorts)


def as_lines(pools: Pools, studies: Studies, root: str) -> PoolShown:
    """The answer of a pooling question as lines; `studies` are those that were asked."""
    question = pools.question
    less = {one.name: one.why for one in question.lines} | {ARMS_TOGETHER: ARMS_WHY}
    made = [(line, list(_pooled(line, pools))) for line in pools.lines]
    caveats = [question.caveat] if question.caveat else []
    return PoolShown(
        name=question.name,
        title=question.title,
        pooled=[one for line, lines in made if line.group not in less for one in lines],
        apart=[one for line, lines in made if line.group in less for one in lines],
        printed=list(_printed(pools, studies, root)),
        cohorts=[_cohort(cohort, root) for cohort in _once(pools.kept)],
        left_out=pl.DataFrame([_left_out(one) for one in pools.left_out], schema=LEFT_OUT),
        cautions=[
            *caveats,
            *(f"{begun(one.name)}: {one.why}." for one in question.lines),
            certainty_words(question.certainty),
        ],
    )


def _once(kept: Sequence[Cohort]) -> list[Cohort]:
    """Cohorts of the groups, or of everybody where there are no groups: each of them once."""
    grouped = [one for one in kept if one.group != EVERYBODY]
    return grouped or list(kept)


def _pooled(line: PooledLine, pools: Pools) -> Iterator[Line]:
    pooled, title = line.pooled, ESTIMATORS[line.estimator].title
    group = begun(line.group) if line.group != EVERYBODY else _here(pools)
    # The mean of what is given as the median cohort is several times as much: whoever reads one must see the other.
    mean = pooled.mean if pooled.estimates == MEDIAN and pooled.mean != pooled.value else None
    # An estimator that is called after what it estimates need not say it again.
    plain = "" if pooled.estimates.lower() == title.lower() else pooled.estimates
    says = plain if mean is None else f"{pooled.estimates}; its mean is {percent(mean, 2)}"
    shared = {"level": pooled.level, "studies": line.studies, "method": pooled.method, "group": group}
    yield Line(
        name=begun(title), role="pooled", value=pooled.value, low=pooled.low, high=pooled.high, says=says,
        events=line.events, n=line.people, why=pooled.absent_reason or "", status=line.standing, **shared,  # type: ignore[arg-type]
    )  # fmt: skip
    if pooled.prediction_low is not None and pooled.prediction_high is not None:
        yield Line(
            name=begun(title), role="prediction", low=pooled.prediction_low,
            high=pooled.prediction_high, says=ANOTHER, **shared,  # type: ignore[arg-type]
        )  # fmt: skip


def certainty_words(found: Certainty) -> str:
    """How sure one may be, who says so and why; that nobody judged it where nobody did.

    >>> from remission.studies.certainty import Certainty
    >>> certainty_words(Certainty())
    'How sure one may be of these numbers has not been judged yet.'
    """
    if not found.is_judged:
        return "How sure one may be of these numbers has not been judged yet."
    on = "" if found.on is None else f", {day_words(found.on)}"
    return f"How sure one may be: {found.sure}. {ended(found.why)} Judged by {found.by}{on}."


def _printed(pools: Pools, studies: Studies, root: str) -> Iterator[Line]:
    """What others pooled; one whose number was not read stands there too, and says so."""
    for study, number in pools.printed:
        yield line_of(study, number, root, role="printed", group=OTHERS)
    read = {study.name for study, _ in pools.printed}
    for name in pools.question.beside:
        if name not in read and name in studies.by_name:
            study = studies.of_name(name)
            yield Line(name=study.title, role="printed", why="not read", n=study.people(), year=study.year,
                       group=OTHERS, href=card_of(name, root))  # fmt: skip


def _here(pools: Pools) -> str:
    return HERE if not pools.question.by else "All groups together"


def _cohort(cohort: Cohort, root: str) -> Line:
    entry = cohort.entry
    counted = entry.number.events is not None
    return Line(
        name=entry.name, role="study", value=cohort.value, low=cohort.low, high=cohort.high, level=cohort.level,
        events=entry.number.events, n=entry.people, year=entry.study.year, weight=cohort.weight,
        method=EXACT if counted else "as printed", status=entry.number.status, group=begun(cohort.group),
        href=card_of(entry.study.name, root),
    )  # fmt: skip


def _left_out(one: LeftOut) -> dict[str, str]:
    number = one.entry.number
    if not number.is_showable:
        said = "kept back"
    elif number.events is not None and one.entry.people:
        said = f"{number.events:,} / {one.entry.people:,}"
    else:
        said = "–" if number.value is None else f"{number.value:g}"
    return {"study": one.entry.study.name, "name": one.entry.name, "number": said, "why": one.why}
