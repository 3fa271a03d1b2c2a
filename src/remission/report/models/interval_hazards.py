"""Hazard ratios of groups where events are only seen at visits, beside Cox's, which takes the day of the visit."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

from remission.exhibits.wording import p_words
from remission.report.asked import Asked, once
from remission.report.hazards.wording import NOT_ESTIMABLE, adjusted_words, ratio_words
from remission.report.models.compared import Compared, NamedTest, answer
from remission.report.models.design import Design
from remission.report.models.visits import estimate_visits
from remission.report.sentences import comparison_sentence
from remission.stats.estimates import Estimates
from remission.stats.interval.splines import interval_spline
from remission.stats.interval.weibull import interval_weibull
from remission.stats.intervals import normal_quantile
from remission.stats.regression.cox import CoxFit, cox
from remission.stats.regression.ratios import Ratios
from remission.stats.regression.refusals import NotEstimable

if TYPE_CHECKING:
    from remission.stats.estimates import TestResult
    from remission.stats.interval.proportional import IntervalFit

HAZARD_RATIO = "hazard ratio between visits"
SEEN = "hazard ratio by the days of visits"
TEST = "log-rank test of events between visits"
MODELS = ("Cox", "Weibull", "spline")


@dataclass(frozen=True, eq=False)
class IntervalHazards:
    """Each group's hazard ratio to the reference by each of `MODELS`, on the same people, with nothing held and held.

    `by_model` has the estimates of each model by its name, in one order of rows; `said` is what must be known of them.
    """

    by_model: Mapping[str, Estimates]
    said: tuple[str, ...]

    @property
    def estimates(self) -> Estimates:
        """All of them in one frame."""
        return Estimates.together(self.by_model.values())


@once
def estimate_interval_hazards(asked: Asked) -> IntervalHazards | None:
    """The ratios of a report; None where groups are not compared, or no days of visits tell anything.

    Strata are not held alike: the models of intervals have one baseline hazard. InputProblems for columns to adjust for
    that are not there or not known on day zero.
    """
    found = estimate_visits(asked)
    if found is None or found.refused or asked.group_by is None or len(found.compared) < 2:
        return None
    between = pl.concat([one.between for one in found.curves]).select("subject_id", "last_free", "seen")
    among = between["subject_id"].to_list()
    try:
        design = Design.of(found.outcome, asked.cohort, asked.group_by, asked.adjust, among=among)
    except NotEstimable:
        return None
    designs = [design.crude(), design] if asked.adjust else [design]
    rows = {name: [row for one in designs for row in _rows(one, between, name, found.level)] for name in MODELS}
    return IntervalHazards({name: Estimates.of(some) for name, some in rows.items()}, design.said)


def _rows(design: Design, between: pl.DataFrame, model: str, level: float) -> Iterator[dict[str, object]]:
    labels: dict[str, object] = {
        **design.labels,
        "adjusted_for": design.adjusted_for,
        "what": f"{design.outcome.endpoint.title}: {SEEN if model == 'Cox' else f'{HAZARD_RATIO} ({model})'}",
        "unit": "ratio",
        "scale": "log",
        "level": level,
        "n": design.people.height,
        "events": float(design.people["event"].sum()),
    }
    try:
        fit, why = _fitted(design, between, model), None
    except NotEstimable as refusal:
        fit, why = None, f"{NOT_ESTIMABLE}: {'; '.join(refusal.reasons)}"
    for column in design.group_columns:
        pair = {"group": column.level, "against": column.against}
        if fit is None:
            yield {**labels, **pair, "method": f"{model} proportional hazards", "absent_reason": why}
            continue
        place = fit.names.index(column.name)
        beta, spread = float(fit.coefficients[place]), normal_quantile(level) * float(fit.standard_errors[place])
        yield {**labels, **pair, "method": fit.method, **Ratios.of(beta, beta - spread, beta + spread)}


def _fitted(design: Design, between: pl.DataFrame, model: str) -> CoxFit | IntervalFit:
    if model == "Cox":
        return cox(**design.arrays)
    days = design.people.select("subject_id").join(between, on="subject_id", how="left", maintain_order="left")
    fit = interval_weibull if model == "Weibull" else interval_spline
    return fit(days["last_free"], days["seen"], design.values, weight=design.arrays["weight"])


PLACE = 60


def compared(asked: Asked) -> Compared | None:
    """How groups differ where events are only seen at visits; None where nobody is compared."""
    found, ratios = estimate_visits(asked), estimate_interval_hazards(asked)
    if found is None or found.test is None or found.refused:
        return None
    said = sentence_of_test(found.test)
    test = NamedTest(TEST, found.test, found.outcome.endpoint.title)
    if ratios is None:
        return Compared(Estimates.of([]), (test,), (said,))
    between = [ratios.by_model[name] for name in MODELS if name != "Cox"]
    return Compared(Estimates.together(between), (test,), (*answer(ratio_sentences(ratios)), said))


def sentence_of_test(test: TestResult) -> str:
    """The test between visits, and when it holds."""
    return f"{comparison_sentence(test, p_words(test.p))} It holds only if neither visits nor losses differ by group."


def ratio_sentences(found: IntervalHazards) -> list[str]:
    """Each pair of groups by the models of intervals, beside Cox's, with as much held alike as was asked for."""
    rows = {name: found.by_model[name].rows() for name in MODELS}
    held = rows["Cox"][-1]["adjusted_for"]
    alike = adjusted_words(None if held is None else str(held))
    said = []
    for cox_row, weibull, spline in zip(*rows.values(), strict=True):
        if cox_row["adjusted_for"] != held:
            continue
        pair = f"{cox_row['group']} against {cox_row['against']}"
        between = f"{ratio_words(weibull)} by a Weibull hazard, {ratio_words(spline)} by a spline"
        said.append(
            f"Hazard ratio between visits of {pair}, {alike}: {between}; by the days of visits {ratio_words(cox_row)}."
        )
    return said
