"""How groups differ in the shares that a table shows, by the limits that stand beside them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from remission.report.few_persons import exact_row
from remission.stats.estimates import Estimates
from remission.stats.survival.share_difference import share_difference

if TYPE_CHECKING:
    from remission.report.pictures.kaplan_meier import NamedCurve

SQUARE_AND_ADD = "limits by square-and-add (MOVER) of those of both groups"


def estimate_differences(
    at_times: Estimates, curves: Sequence[NamedCurve], pairs: Iterable[tuple[str, str]]
) -> Estimates:
    """For each pair of groups the share of the first less that of the second, a row a chosen time.

    at_times: shares of every group. Where a curve has no limits, for nobody or everybody has had the event, exact
    binomial ones stand in where there are any; the method names what was taken.
    """
    known = {one.name: one for one in curves}
    shares = {(row["group"], row["at_days"]): row for row in _with_exact_limits(at_times, known)}
    days = at_times.frame["at_days"].unique(maintain_order=True).to_list()
    return Estimates.of(
        _difference(shares[group, day], shares[against, day]) | {"group": group, "against": against}
        for group, against in pairs
        for day in days
    )


def _with_exact_limits(at_times: Estimates, curves: Mapping[str, NamedCurve]) -> Iterator[dict[str, Any]]:
    for row in at_times.rows():
        known: dict[str, Any] = row
        # Of groups that are shown and not compared none is asked.
        if row["group"] in curves and row["value"] in (0, 1) and row["low"] is None:
            exact = exact_row(curves[str(row["group"])].curve, row)
            limits = {name: exact[name] for name in ("low", "high", "method")}
            known = row | (limits if exact["low"] is not None else {})
        yield known


def _difference(one: dict[str, Any], other: dict[str, Any]) -> dict[str, object]:
    methods = " and ".join(dict.fromkeys((one["method"], other["method"])))
    return share_difference(one, other) | {"method": f"difference of {methods}, {SQUARE_AND_ADD}"}
