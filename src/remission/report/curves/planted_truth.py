"""The truth that was planted in a bundled simulated cohort, beside what was estimated from its records."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl

from remission.exhibits.wording import anchor, interval_words, percent, signed, spread_words, time_words
from remission.library.catalogue import cohort_folder, cohort_names
from remission.records.files.manifest import FILE, parse_manifest
from remission.report.hazards.wording import adjusted_words
from remission.report.pictures.comparison import share_difference_words
from remission.report.pictures.estimates_table import quantity as quantity_words
from remission.report.pictures.estimates_table import truth_table
from remission.simulation.cohorts.truth import Truth, load_truths
from remission.stats.horizons import days_to_years, years_to_days
from remission.stats.rounding import text_half_up

if TYPE_CHECKING:
    from remission.exhibits.tables import Table
    from remission.outcomes.definitions.records import Endpoint
    from remission.records.cohort import Cohort
    from remission.report.asked import Asked
    from remission.report.event_free import EventFree
    from remission.stats.estimates import Estimates

COLUMNS = ("what", "group", "against", "truth", "value", "low", "high", "truth_words", "estimate_words", "inside")
OF_A_TRIAL = "Without adjustment the truth is that of a trial, whose arms are drawn by lot."
Row = dict[str, Any]


@dataclass(frozen=True)
class _Rows:
    """Rows of estimates, and the planted numbers of one quantity that they may be beside.

    `held` are the columns that models held alike where they held any, strata too.
    """

    truths: Sequence[Truth]
    estimates: Estimates
    held: frozenset[str] = frozenset()

    @property
    def rows(self) -> Iterator[Row]:
        """A row for each estimate whose truth is known."""
        pairs = ((truth, row) for truth in self.truths for row in self.estimates.rows())
        return (_said(truth, row) for truth, row in pairs if self._is_of(truth, row))

    def _is_of(self, truth: Truth, row: Row) -> bool:
        # A ratio of hazards is of no one day: then the horizon up to which the truth was counted decides nothing.
        day = row["at_days"] if row["at_days"] is not None else row["to_day"]
        same = truth.pair == (row["group"], row["against"]) and day in (None, years_to_days(truth.at_years))
        if truth.adjusted_for is None:
            return same and row["adjusted_for"] is None
        needed = {*truth.adjusted_for.split(", "), *(truth.strata or "").split(", ")} - {""}
        # Held alike in less than all that decided on the treatment, a model finds another number.
        return same and row["adjusted_for"] is not None and needed <= self.held


def compare_with_truth(cohort: Cohort, result: EventFree, group_by: str | None) -> Table | None:
    """Planted truth beside curves and their areas; None unless the cohort is a bundled one grouped by its arms."""
    truths = _truths_of(cohort, defined_name(result.outcome.endpoint), group_by)
    compared = [("restricted mean difference", result.comparison.differences)] if result.comparison else []
    found = [("event-free", result.at_times), ("restricted mean", result.restricted_mean), *compared]
    rows = [
        row
        for quantity, estimates in found
        for row in _Rows([one for one in truths if one.quantity == quantity], estimates).rows
    ]
    return truth_table("truth", _frame(rows), cohort.provenance) if rows else None


def planted(asked: Asked, quantity: str, event: str = "") -> tuple[Truth, ...]:
    """What was planted of a quantity of the endpoint asked of; nothing unless the cohort is bundled and divided by arm.

    `event` is the endpoint's name or "death" where both compete, as in "cumulative incidence".

    >>> from remission.outcomes.load import load_cohort
    >>> from remission.report.asked import ask
    >>> [one.latent for one in planted(ask(load_cohort("hsct-500"), "cdp-24w", group_by="arm"), "hazard ratio")]
    [0.45, 0.465391]
    """
    endpoint = asked.outcome.endpoint
    name = defined_name(endpoint)
    events = (None, name) if event in ("", name, endpoint.name) else (event,)
    truths = _truths_of(asked.cohort, name, asked.divided_by)
    return tuple(one for one in truths if one.quantity == quantity and one.event in events)


def defined_name(endpoint: Endpoint) -> str:
    """The name of the endpoint whose events these are: one that was changed only in how it is summarised has the same.

    >>> from remission.outcomes.definitions.settings import load_changed_endpoint
    >>> defined_name(load_changed_endpoint("cdp-24w", {"estimation.death": "competes"}))
    'cdp-24w'
    """
    before = endpoint.changed_from
    if before is None:
        return endpoint.name
    same = replace(before, name=endpoint.name, title=endpoint.title, estimation=endpoint.estimation)
    return before.name if same == endpoint else endpoint.name


@dataclass(frozen=True)
class Beside:
    """Estimates of one quantity for its planted truth to stand beside; `event` as in `planted`.

    `of` stands before the quantity where a table has several events.
    """

    quantity: str
    estimates: Estimates
    event: str = ""
    of: str = ""


def truth_beside(asked: Asked, *all_beside: Beside) -> list[Table]:
    """One table of what was planted beside what was estimated, for a section to show; none where nothing is known.

    A truth stands beside the rows of its group, of what it is against, and of its time; one of people alike in some
    columns beside rows of a model that held all of them alike (`Asked.adjust` or `Asked.strata`).
    """
    held, rows, ratios = frozenset((*asked.adjust, *asked.strata)), list[Row](), False
    for one in all_beside:
        truths = planted(asked, one.quantity, one.event)
        found = [*_Rows(truths, one.estimates, held).rows]
        rows += [{**row, "what": f"{one.of}: {_small(row['what'])}"} for row in found] if one.of else found
        ratios = ratios or (bool(found) and {truth.adjusted_for is None for truth in truths} == {True, False})
    if not rows:
        return []
    name = "-".join(filter(None, ("truth", anchor(all_beside[0].quantity), anchor(all_beside[0].event))))
    return [truth_table(name, _frame(rows), asked.cohort.provenance, OF_A_TRIAL if ratios else "")]


def _small(words: str) -> str:
    return words[:1].lower() + words[1:]


def _frame(rows: list[Row]) -> pl.DataFrame:
    frame = pl.DataFrame(rows, infer_schema_length=None).select(COLUMNS)
    return frame if frame["against"].null_count() < frame.height else frame.drop("against")


def _truths_of(cohort: Cohort, endpoint: str, group_by: str | None) -> list[Truth]:
    folder = _bundled_folder(cohort)
    # The truth was planted by arm: of other groups nothing is known.
    if folder is None or group_by != "arm":
        return []
    return [truth for truth in load_truths(folder) if truth.endpoint == endpoint]


def _bundled_folder(cohort: Cohort) -> Path | None:
    name = cohort.manifest.name
    if cohort.manifest.kind != "simulated" or name not in cohort_names():
        return None
    folder = cohort_folder(name)
    # A folder of the same name with other records has another truth, or none.
    same = parse_manifest((folder / FILE).read_bytes()).manifest == cohort.manifest
    return folder if same else None


def _said(truth: Truth, row: Row) -> Row:
    known = row["low"] is not None and row["high"] is not None
    inside = "not estimable" if not known else "yes" if row["low"] <= truth.seen <= row["high"] else "no"
    numbers = {name: row[name] for name in ("value", "low", "high")}
    held = f", {adjusted_words(row['adjusted_for'])}" if truth.unit == "ratio" else ""
    estimate = _estimate_words(truth, row)
    said = {"truth_words": _truth_words(truth), "estimate_words": estimate, "inside": inside}
    between = "to" if truth.unit == "ratio" else "less"
    group = truth.arm if truth.against is None else f"{truth.arm} {between} {truth.against}"
    about = {"what": quantity_words(row) + held, "group": group, "against": truth.against}
    return {**about, "truth": truth.seen, **numbers, **said}


def _truth_words(truth: Truth) -> str:
    if truth.unit == "ratio":
        return text_half_up(truth.seen, 2)
    if truth.unit == "days":
        return f"{text_half_up(days_to_years(truth.seen), 1)} years"
    return f"{signed(100 * truth.seen)} points" if truth.against else percent(truth.seen)


def _estimate_words(truth: Truth, row: Row) -> str:
    if truth.unit == "ratio":
        known = row["value"] is None or row["low"] is not None
        return spread_words(row, 2) if known else f"{text_half_up(row['value'], 2)} (limits not estimable)"
    if truth.unit == "days":
        return time_words(row)
    return share_difference_words(row) if truth.against else interval_words(row)
