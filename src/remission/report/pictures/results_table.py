"""All results in one wide table, as papers print it: each endpoint by group, the differences beside them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

import polars as pl

from remission.exhibits.tables import Row, Shown, Table, shows
from remission.exhibits.wording import amount, level_words
from remission.report.hazards.fitted import FittedModel
from remission.report.hazards.ratio_words import SEVERAL, held_words
from remission.report.hazards.wording import ratio_words
from remission.report.pictures.comparison import (
    LOG_RANK,
    TESTED,
    difference_words,
    p_number,
    share_difference_words,
)
from remission.report.pictures.estimates_table import estimate_words, quantity
from remission.stats.estimates import COLUMNS

if TYPE_CHECKING:
    from remission.report.event_free import EventFree
    from remission.report.models.hazard_ratios import HazardRatios

EVERYBODY = "All"
NOTE = (
    "Differences of shares are in percentage points, with limits by square-and-add of those of the two groups "
    "(MOVER; Newcombe 1998, Zou & Donner 2008) and without a p, which would choose a day. Those of restricted means "
    "have their own p; the log-rank test is over the whole of follow-up."
)
Cells = dict[str, str]


def results_table(results: Sequence[EventFree], ratios: Sequence[HazardRatios] = ()) -> Table:
    """The whole endpoint and its components: events, shares free of it, restricted means, and how groups differ.

    Every endpoint of `results` has the same groups in the same order; `ratios` are its hazard ratios. The CSV has a row
    an estimate or test, in full precision, with the endpoint's name in files.
    """
    first = results[0]
    pairs = list(dict.fromkeys(pair for one in results for pair in _pairs(one)))
    columns = (
        shows("result", "Endpoint and result", words=True),
        *(shows(f"group {at}", one.name or EVERYBODY) for at, one in enumerate(first.curves)),
        *(column for at, pair in enumerate(pairs) for column in _of_pair(at, pair)),
        *([shows("log-rank", "Log-rank p")] if first.comparison else []),
    )
    of = {one.outcome.name: one for one in ratios}
    cells = [row for one in results for row in (*_rows(one, pairs), *_ratio_rows(of.get(one.outcome.name), pairs))]
    names = ["result", *(f"group {at}" for at in range(len(first.curves)))]
    names += [f"{what} {at}" for at in range(len(pairs)) for what in ("difference", "p")] + ["log-rank"]
    frame = pl.DataFrame(
        [{name: row.get(name, "") for name in names} for row in cells], dict.fromkeys(names, pl.String)
    )
    raw = pl.concat([_raw(one, of.get(one.outcome.name)) for one in results], how="diagonal_relaxed")
    caption = f"All results{' by group' if first.comparison else ''}, with {level_words(first.level)} intervals."
    cautions = dict.fromkeys(one.comparison.caution for one in results if one.comparison)
    many = SEVERAL if sum(len(row) for one in ratios for row in _models(one).values()) > 1 else ""
    note = " ".join(filter(None, [*cautions, NOTE if first.comparison else "", many]))
    return Table("results", caption, frame, columns, first.outcome.provenance, note, raw)


def _of_pair(at: int, pair: str) -> tuple[Shown, Shown]:
    return shows(f"difference {at}", "Difference", group=pair), shows(f"p {at}", "p", group=pair)


def _pairs(result: EventFree) -> list[str]:
    rows = result.comparison.differences.rows() if result.comparison else []
    return [_pair(row) for row in rows]


def _pair(row: Row) -> str:
    return f"{row['group']} less {row['against']}"


def _rows(result: EventFree, pairs: Sequence[str]) -> Iterator[Cells]:
    """Events of the persons followed, then each chosen time, then the restricted mean with its differences.

    The first row names the endpoint; those below are of it until the next one is named.
    """
    title = result.outcome.endpoint.event_free
    events = {
        f"group {at}": _events(float(one.curve.events.sum()), one.curve.n) for at, one in enumerate(result.curves)
    }
    yield {"result": f"{title}: persons with an event"} | events | _log_rank(result)
    places = {one.name or None: f"group {at}" for at, one in enumerate(result.curves)}
    by_quantity: dict[str, Cells] = {}
    for row in (*result.at_times.rows(), *result.restricted_mean.rows()):
        by_quantity.setdefault(quantity(row), {})[places[row["group"]]] = _words(row)  # type: ignore[index]
    # A group that is followed for less long has a shorter mean: its difference stands by the mean of the longer one.
    for said, cells in by_quantity.items():
        yield {"result": said} | cells | _differences(result, pairs, said)


def _words(row: Row) -> str:
    # How many persons that is stands in the first row; told in every cell it would make the table too wide for a page.
    share = row["at_days"] is not None
    return "no event by then" if share and row["value"] == 1 else estimate_words(row)


def _events(events: float, persons: int) -> str:
    return f"{amount(events)} of {persons:,}" if persons else "nobody followed"


def _log_rank(result: EventFree) -> Cells:
    if result.comparison is None:
        return {}
    return {"log-rank": p_number(result.comparison.rows.filter(what=LOG_RANK)["p"].item())}


def _differences(result: EventFree, pairs: Sequence[str], said: str) -> Cells:
    """The differences of shares at the time of this row, or of restricted means within its horizon."""
    if result.comparison is None:
        return {}
    found: Cells = {}
    for share in result.comparison.shares.rows():
        if quantity({"what": "event-free", "at_days": share["at_days"]}) == said:
            found[f"difference {pairs.index(_pair(share))}"] = share_difference_words(share)
    for row in result.comparison.rows.filter(pl.col("what") != LOG_RANK).to_dicts():
        mean = quantity({"what": "restricted mean", "at_days": None, "to_day": row["to_day"]})
        if mean == said:
            at = pairs.index(_pair(row))
            found |= {f"difference {at}": difference_words(row), f"p {at}": p_number(row["p"])}
    return found


def _models(found: HazardRatios) -> dict[str, list[dict[str, Any]]]:
    """The rows of groups of the models that stand here, by their words: crude and adjusted."""
    models = [one for one in (found.crude, found.adjusted) if isinstance(one, FittedModel)]
    return {f"{held_words(model)}{', Firth' if model.penalised else ''}": model.group_rows for model in models}


def _ratio_rows(found: HazardRatios | None, pairs: Sequence[str]) -> Iterator[Cells]:
    """A row a model, with each ratio where the differences of that pair of groups stand."""
    for held, rows in _models(found).items() if found else ():
        cells = {"result": f"Hazard ratio, {held}"}
        for row in rows:
            if (pair := _pair(row)) in pairs:
                at = pairs.index(pair)
                cells |= {f"difference {at}": ratio_words(row), f"p {at}": p_number(row["p"])}
        yield cells


def _raw(result: EventFree, ratios: HazardRatios | None) -> pl.DataFrame:
    # Without groups there are no tests, and their columns all the same.
    tested = result.comparison.rows if result.comparison else pl.DataFrame(schema=TESTED)
    shares = [result.comparison.shares.frame] if result.comparison else []
    models = [row for rows in _models(ratios).values() for row in rows] if ratios else []
    found = [pl.DataFrame(models, RATIO, strict=False)] if models else []
    parts = [result.at_times.frame, result.restricted_mean.frame, *shares, tested, *found]
    return pl.concat(parts, how="diagonal_relaxed").select(pl.lit(result.outcome.name).alias("endpoint"), *_KEPT)


RATIO: dict[str, type[pl.DataType]] = {**COLUMNS, "statistic": pl.Float64, "df": pl.Int32, "p": pl.Float64}
_KEPT = (
    *("what", "group", "against", "adjusted_for", "at_days", "to_day", "value", "low", "high", "level", "unit"),
    *("n", "events", "at_risk", "statistic", "df", "p", "method", "absent_reason"),
)
