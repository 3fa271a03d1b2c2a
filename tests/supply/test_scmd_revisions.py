"""What was corrected from provisional to final, without calling silence zero."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from made_up.scmd_worlds import MAY, OTHER, csv_of, row, small_products, store
from remission.supply.stock.revisions import REVISIONS, revisions

__all__ = ["small_products"]

pytestmark = pytest.mark.usefixtures("small_products")


def test_each_trust_and_product_is_compared(tmp_path: Path) -> None:
    store(tmp_path, csv_of([row("RA1", quantity="10"), row("RA2", quantity="5"), row("RA3", OTHER)]), "provisional")
    final = [row("RA1", quantity="12"), row("RA2", OTHER), row("RA3", quantity="7"), row("RA4", quantity="9")]
    store(tmp_path, csv_of(final), "final")
    found = revisions(tmp_path, "scmd")
    assert dict(found.schema) == {name: kind() for name, kind in REVISIONS.items()}
    product = "natalizumab-iv"
    assert found.rows() == [
        (MAY, "RA1", product, 10.0, 12.0, 2.0),
        (MAY, "RA2", product, 5.0, None, -5.0),  # it reported, and no longer this
        (MAY, "RA3", product, None, 7.0, 7.0),
        (MAY, "RA4", product, None, 9.0, None),  # it had not reported at all
    ]


def test_the_newest_of_each_series_counts_and_a_month_of_one_series_is_left_out(tmp_path: Path) -> None:
    store(tmp_path, csv_of([row(quantity="1")]), "provisional", fetched=date(2026, 8, 1))
    store(tmp_path, csv_of([row(quantity="2")]), "provisional", fetched=date(2026, 9, 1))
    store(tmp_path, csv_of([row(quantity="2", month="202506")]), "provisional", date(2025, 6, 1))
    assert revisions(tmp_path, "scmd").height == 0
    store(tmp_path, csv_of([row(quantity="5")]), "final")
    assert revisions(tmp_path, "scmd")["difference"].to_list() == [3.0]
