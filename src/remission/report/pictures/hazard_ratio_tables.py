"""Tables of hazard ratios: groups by model, a whole model by column, averaged shares, tests of proportionality."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import polars as pl

from remission.exhibits.tables import Row, Shown, Table, shows
from remission.exhibits.wording import at_years, interval_words, level_words, p_words
from remission.report.hazards.ratio_words import held_words
from remission.report.hazards.wording import ratio_words
from remission.report.pictures.comparison import p_number, share_difference_words
from remission.stats.estimates import COLUMNS
from remission.stats.regression.concordance import estimate_concordance
from remission.stats.regression.cox import CoxFit
from remission.stats.rounding import text_half_up

if TYPE_CHECKING:
    from remission.report.hazards.fitted import FittedModel
    from remission.report.hazards.over_time import Proportional
    from remission.report.models.hazard_ratios import HazardRatios
    from remission.stats.estimates import Estimates

RAW: dict[str, Any] = {
    **{name: COLUMNS[name] for name in ("what", "group", "against", "population", "adjusted_for")},
    **{name: COLUMNS[name] for name in ("value", "low", "high", "level", "unit", "n", "events")},
    **dict.fromkeys(("statistic", "p", "p_holm"), pl.Float64),
    "df": pl.Int32,
    **dict.fromkeys(("test", "method", "absent_reason"), pl.String),
}


def ratios_table(found: HazardRatios) -> Table:
    """Each group against the reference by each model; the CSV has every column of every model in full precision."""
    models = found.fitted
    rows = [_group_row(model, row, found) for model in models for row in model.group_rows]
    holm = [Shown("Holm's p", lambda row: p_number(row["p_holm"]))] if found.several else []
    columns = (
        shows("comparison", "Hazard ratio", words=True),
        shows("model", "Model", words=True),
        shows("ratio", "Ratio"),
        Shown("p", lambda row: p_number(row["p"])),
        *holm,
        shows("events", "Events in the group"),
        shows("beside", "In the reference"),
    )
    name, title = found.outcome.endpoint.name, found.outcome.endpoint.event_free
    raw = pl.DataFrame([_raw(row) for model in models for row in model.rows], RAW)
    level = level_words(models[0].level) if models else ""
    methods = "; ".join(dict.fromkeys(f"{model.rows[0]['method']}, {_test(model)}" for model in models))
    caption = f"{title}: hazard ratios by group, with {level} intervals."
    provenance, note = found.outcome.provenance, f"Methods: {methods}."
    return Table(f"hazard-ratios-{name}", caption, pl.DataFrame(rows), columns, provenance, note, raw)


def _group_row(model: FittedModel, row: Row, found: HazardRatios) -> dict[str, object]:
    firth = ", Firth" if model.penalised else ""
    fewer = ", the same persons" if model is found.same_people else ""
    sides = {"events": str(row["group"]), "beside": str(row["against"])}
    counted = {name: "{} of {}".format(*model.design.events_in(group)) for name, group in sides.items()}
    said = {"comparison": f"{row['group']} to {row['against']}", "model": f"{held_words(model)}{fewer}{firth}"}
    return {**said, "ratio": ratio_words(row), "p": row["p"], "p_holm": row["p_holm"], **counted}


def _test(model: FittedModel) -> str:
    return "penalised likelihood-ratio tests" if model.penalised else "Wald tests"


def _raw(row: Row) -> dict[str, object]:
    return {name: row[name] for name in RAW}


def model_table(model: FittedModel) -> Table:
    """A whole model: the ratio for each column, all others held alike."""
    outcome = model.design.outcome
    columns = (
        shows("label", "Column", words=True),
        Shown("Hazard ratio", lambda row: ratio_words(row, 2 if row["against"] else 3)),
        Shown("p", lambda row: p_number(row["p"])),
    )
    whole, persons = model.together, f"{model.design.people.height:,} persons"
    said = ""
    if whole:
        numbers = f"statistic {text_half_up(whole.statistic, 2)}, df {whole.df}, {p_words(whole.p)}"
        said = f"{whole.method[:1].upper()}{whole.method[1:]}: {numbers}. "
    note = (
        f"{said}{_concordance(model)}Each ratio is for one unit more of its column, all others held alike, in "
        f"{persons} with {model.fit.data.events:,} events. Only that of the groups was asked for: the others are no "
        "effects, for what they rest on is not adjusted for."
    )
    frame = pl.DataFrame([{**_raw(row), "label": row["label"]} for row in model.rows], {**RAW, "label": pl.String})
    caption = (
        f"{outcome.endpoint.event_free}: the model {held_words(model)}, with {level_words(model.level)} intervals."
    )
    return Table(f"model-{outcome.endpoint.name}", caption, frame, columns, outcome.provenance, note)


def _concordance(model: FittedModel) -> str:
    """How often the model puts the right one of two people first; of a penalised one it is not told."""
    if not isinstance(model.fit, CoxFit):
        return ""
    words = ratio_words(estimate_concordance(model.fit, model.level).rows()[0])
    return f"Concordance {words}: how often the one of two people with the higher hazard has the event first. "


def averaged_table(found: HazardRatios, averaged: Estimates) -> Table:
    """The shares free of the event had everybody been in each group, at each chosen time, and their differences."""
    rows: dict[int, dict[str, str]] = {}
    heads: dict[str, str] = {}
    for row in averaged.rows():
        day = int(str(row["at_days"]))
        key = f"{row['group']} less {row['against']}" if row["against"] else str(row["group"])
        heads.setdefault(key, key)
        words = share_difference_words(row) if row["against"] else interval_words(row)
        rows.setdefault(day, {"time": at_years(day)})[key] = words
    columns = (shows("time", "Free of it at"), *(shows(key, header) for key, header in heads.items()))
    outcome, first = found.outcome, averaged.rows()[0]
    level = level_words(float(str(first["level"])))
    caption = f"{outcome.endpoint.event_free}: had everybody been in each group, with {level} intervals."
    return Table(
        f"averaged-{outcome.endpoint.name}", caption, pl.DataFrame(list(rows.values())), columns, outcome.provenance,
        f"Method: {first['method']}.", averaged.frame,
    )  # fmt: skip


def proportionality_table(proportional: Proportional) -> Table:
    """The test of each column that its ratio is the same at all times, and of all together."""
    outcome = proportional.model.design.outcome
    rows: Sequence[dict[str, object]] = [
        {"column": label, "statistic": test.statistic, "df": test.df, "p": test.p, "method": test.method}
        for label, test in proportional.tests
    ]
    schema = {"column": pl.String, "statistic": pl.Float64, "df": pl.Int32, "p": pl.Float64, "method": pl.String}
    frame = pl.DataFrame(rows, schema).with_columns(pl.col("statistic", "p").fill_nan(None))
    columns = (
        shows("column", "Column", words=True),
        Shown("Chi-squared", lambda row: "–" if row["statistic"] is None else text_half_up(row["statistic"], 2)),
        shows("df", "df"),
        Shown("p", lambda row: p_number(row["p"])),
    )
    caption = f"{outcome.endpoint.event_free}: tests of proportional hazards."
    note = f"Methods: {'; '.join(dict.fromkeys(frame['method']))}."
    return Table(f"proportional-{outcome.endpoint.name}", caption, frame, columns, outcome.provenance, note)
