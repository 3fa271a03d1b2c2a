"""All months together: one file speaks for each, every row is accounted for, and what is odd is named and kept."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from made_up.scmd_worlds import GOOD, MAY, NATALIZUMAB, NEAR, OTHER, csv_of, row, small_products, store
from remission.supply.rows import ISSUED, SUBMISSIONS
from remission.supply.stock import months as scmd_months
from remission.supply.stock.ledger import RowsLost
from remission.supply.stock.months import MonthFile, Verdicts, read_month
from remission.supply.stock.stock import Stock
from remission.supply.stock.tidied import tidy_snapshots

__all__ = ["small_products"]

pytestmark = pytest.mark.usefixtures("small_products")
JUNE = date(2025, 6, 1)


def tidied(home: Path, closed: dict[str, date] | None = None) -> Stock:
    return tidy_snapshots(home, "scmd", closed or {})


def kinds(found: Stock, file: str) -> dict[str, int | None]:
    of_file = found.ledger.filter(pl.col("file") == file)
    return dict(of_file.select("kind", "rows").iter_rows())


def quantities(found: Stock) -> dict[str, float]:
    return dict(found.issued.select("ods_code", "quantity").iter_rows())


def test_rows_of_ms_medicines_become_patient_years(tmp_path: Path) -> None:
    kept = store(tmp_path, csv_of(GOOD))
    found = tidied(tmp_path)
    assert dict(found.issued.schema) == {name: kind() for name, kind in ISSUED.items()}
    first = found.issued.row(0, named=True)
    assert (first["month"], first["ods_code"], first["product"], first["series"]) == (
        MAY,
        "RA2",
        "natalizumab-iv",
        "final",
    )
    assert (first["units"], first["patient_years"], first["standing"]) == (10.0, 10 / 13, "published")
    assert found.problems == ()
    assert found.used == (kept,)


def test_strengths_of_other_diseases_are_kept_apart(tmp_path: Path) -> None:
    store(tmp_path, csv_of(GOOD))
    found = tidied(tmp_path)
    assert found.apart["product"].to_list() == ["alemtuzumab-30mg"]
    assert "alemtuzumab-30mg" not in found.issued["product"]


def test_who_reported_counts_rows_of_any_medicine_even_those_that_cannot_be_used(tmp_path: Path) -> None:
    store(tmp_path, csv_of([*GOOD, row("RA7", vmp_code="3.6E+16"), row("RA8", month="202504")]))
    found = tidied(tmp_path).submissions
    assert dict(found.schema) == {name: kind() for name, kind in SUBMISSIONS.items()}
    assert dict(found.select("ods_code", "rows").iter_rows()) == {"RA2": 1, "RA3": 2, "RA4": 1, "RA7": 1}


def test_rows_in_are_rows_out_and_rows_explained(tmp_path: Path) -> None:
    rows = [*GOOD, GOOD[0], row("RA5", NEAR), row("RA6", quantity=""), row("RA7", vmp_code="3.6E+16")]
    kept = store(tmp_path, csv_of(rows))
    expected = {"in": 8, "counted": 2, "apart": 1, "other medicines": 1, "near name of a product": 1}
    expected |= {"the same row again": 1, "no quantity": 1, "code in scientific notation": 1}
    assert kinds(tidied(tmp_path), kept.file) == expected


def test_a_row_that_is_lost_on_the_way_stops_everything(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store(tmp_path, csv_of(GOOD))
    honest = scmd_months.judge

    def forgetful(*asked: object) -> object:
        judged = honest(*asked)  # type: ignore[arg-type]
        return type(judged)(judged.rows.head(3), judged.problems)

    monkeypatch.setattr(scmd_months, "judge", forgetful)
    with pytest.raises(RowsLost, match="4 rows in, 3 accounted for"):
        tidied(tmp_path)


rows = st.lists(
    st.builds(
        row,
        st.sampled_from(["RA2", "RA3"]),
        st.sampled_from([NATALIZUMAB, OTHER, NEAR]),
        st.sampled_from(["5", "-5", "x"]),
        month=st.sampled_from(["202505", "202504", ""]),
    ),
    min_size=1,
    max_size=10,
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows, st.data())
def test_in_is_out_and_explained_however_rows_are_shuffled_repeated_and_broken(
    rows: list[dict[str, str]], data: st.DataObject
) -> None:
    lines = csv_of(data.draw(st.permutations(rows + data.draw(st.lists(st.sampled_from(rows), max_size=5))))).split(
        b"\n"
    )
    place = data.draw(st.integers(1, len(lines) - 1))
    broken = data.draw(st.sampled_from([b"", b"x", b"\n", b'202505,"RA2', b",,,,,,,,,"]))
    content = b"\n".join([*lines[:place], broken, *lines[place:]])
    found = read_month("m.csv", content, MAY, Verdicts())
    assert isinstance(found, MonthFile)  # the ledger raised nothing
    given_rows = sum(1 for line in content.split(b"\n")[1:] if line)
    assert found.ledger.rows_in == given_rows
    assert found.ledger.counted <= sum(one["quantity"] != "x" and one["month"] == "202505" for one in rows)


def test_final_wins_over_provisional_over_old_whole_months_at_a_time(tmp_path: Path) -> None:
    store(tmp_path, csv_of([row(quantity="1")], 2), "old")
    assert quantities(tidied(tmp_path)) == {"RA2": 1.0}
    store(tmp_path, csv_of([row(quantity="2"), row("RA3")]), "provisional")
    store(tmp_path, csv_of([row("RA3", quantity="8", month="202506")]), "provisional", JUNE)
    assert quantities(tidied(tmp_path)) == {"RA2": 2.0, "RA3": 8.0}
    store(tmp_path, csv_of([row(quantity="3")]), "final")
    found = tidied(tmp_path)
    assert found.issued.select("month", "quantity", "series").rows() == [
        (MAY, 3.0, "final"),
        (JUNE, 8.0, "provisional"),
    ]
    assert found.issued.group_by("month").agg(pl.col("series").n_unique())["series"].to_list() == [1, 1]
    said = found.ledger.filter(pl.col("used").str.starts_with("no"))
    assert said.select("series", "used", "rows").rows() == [
        ("provisional", "no: final is there", None),
        ("old", "no: final is there", None),
    ]


def test_the_newest_snapshot_of_a_series_wins(tmp_path: Path) -> None:
    store(tmp_path, csv_of([row(quantity="2")]), fetched=date(2026, 10, 1))
    store(tmp_path, csv_of([row(quantity="1")]), fetched=date(2026, 9, 1))
    assert quantities(tidied(tmp_path)) == {"RA2": 2.0}
    store(tmp_path, csv_of([row(quantity="3")]), fetched=date(2026, 10, 1))
    assert quantities(tidied(tmp_path)) == {"RA2": 3.0}


def test_published_files_go_before_synthetic_ones_and_both_are_told_apart(tmp_path: Path) -> None:
    store(tmp_path, csv_of([row(quantity="1")]), "final", standing="synthetic", url="synthetic:a")
    store(tmp_path, csv_of([row(quantity="2", month="202506")]), "final", JUNE, standing="synthetic")
    store(tmp_path, csv_of([row(quantity="3")]), "provisional")
    found = tidied(tmp_path).issued.select("quantity", "standing").rows()
    assert found == [(3.0, "published"), (2.0, "synthetic")]


def test_a_changed_file_is_refused_and_the_next_best_of_its_month_is_used(tmp_path: Path) -> None:
    store(tmp_path, csv_of([row(quantity="2")]), "provisional")
    final = store(tmp_path, csv_of([row(quantity="3")]), "final")
    (tmp_path / final.file).write_bytes(csv_of([row(quantity="4")]))
    found = tidied(tmp_path)
    assert quantities(found) == {"RA2": 2.0}
    assert [(one.file, one.severity) for one in found.problems] == [(final.file, "error")]
    assert kinds(found, final.file) == {"in": None}


@pytest.mark.parametrize(
    "content", [b"<html>", b"", csv_of(GOOD).replace(b"ODS_CODE", b"TRUST_CODE")], ids=["page", "empty", "renamed"]
)
def test_a_file_that_is_no_month_never_stops_the_others(tmp_path: Path, content: bytes) -> None:
    bad = store(tmp_path, content)
    store(tmp_path, csv_of([row(month="202506")]), "final", JUNE)
    found = tidied(tmp_path)
    assert found.issued["month"].to_list() == [JUNE]
    assert {one.file for one in found.problems} == {bad.file}
    assert found.ledger.filter(pl.col("file") == bad.file)["used"].to_list() == ["no: it cannot be read"]


def test_a_file_of_another_month_than_its_name_is_named_and_not_used(tmp_path: Path) -> None:
    store(tmp_path, csv_of([row(quantity="2")]), "provisional")
    wrong = store(tmp_path, csv_of([row(month="202504"), row("RA3", month="202504")]), "final")
    found = tidied(tmp_path)
    assert quantities(found) == {"RA2": 2.0}
    assert kinds(found, wrong.file)["another month than the file's"] == 2
    assert "no row of its month" in [one.found for one in found.problems]


def test_a_month_twice_in_one_fetch_is_named(tmp_path: Path) -> None:
    first = store(tmp_path, csv_of([row(quantity="1")]), url="http://x/a")
    store(tmp_path, csv_of([row(quantity="2")]), url="http://x/b")
    found = tidied(tmp_path)
    assert quantities(found) == {"RA2": 2.0}
    [problem] = found.problems
    assert (problem.file, problem.severity) == (first.file, "warning")
    assert problem.found.startswith("2025-05 a second time")


def test_a_negative_total_of_a_month_is_named_and_kept(tmp_path: Path) -> None:
    store(tmp_path, csv_of([*GOOD, row("RA5", quantity="-30")]))
    found = tidied(tmp_path)
    assert quantities(found)["RA5"] == -30.0
    [problem] = found.problems
    assert (problem.row, problem.severity) == (6, "warning")
    assert problem.found == "-30 of natalizumab-iv in RA5, 2025-05"


def test_a_negative_row_in_a_positive_total_is_nothing_to_tell(tmp_path: Path) -> None:
    store(tmp_path, csv_of([row(), row(unit="gram", unit_code="", quantity="-1")]))
    found = tidied(tmp_path)
    assert found.problems == ()
    assert found.issued["quantity"].sum() == 149.0


def test_an_amount_in_another_unit_counts_for_no_patient_years_and_is_named(tmp_path: Path) -> None:
    store(tmp_path, csv_of([row(), row("RA3", unit="vial", quantity="2"), row("RA4", unit="vial", quantity="1")]))
    found = tidied(tmp_path)
    assert found.issued["patient_years"].to_list() == [10 / 13, None, None]
    [problem] = found.problems
    assert (problem.row, problem.more, problem.found) == (3, 1, "natalizumab-iv in vial")


def test_a_trust_closed_before_the_month_is_named_and_kept(tmp_path: Path) -> None:
    store(tmp_path, csv_of([row("RA2"), row("RA3"), row("RA3", OTHER)]))
    found = tidied(tmp_path, {"RA3": date(2025, 4, 30), "RA2": date(2025, 5, 1)})
    [problem] = found.problems
    assert (problem.row, problem.column, problem.more) == (3, "ODS_CODE", 1)
    assert problem.found == "RA3, closed on 2025-04-30"
    assert set(quantities(found)) == {"RA2", "RA3"}


def test_a_near_name_is_reported_and_not_counted(tmp_path: Path) -> None:
    store(tmp_path, csv_of([row(), row("RA3", NEAR), row("RA4", NEAR)]))
    found = tidied(tmp_path)
    [problem] = found.problems
    assert (problem.row, problem.more, problem.severity) == (3, 1, "warning")
    assert NEAR[1] in problem.found
    assert quantities(found) == {"RA2": 150.0}


def test_the_same_files_give_the_same_tables_and_problems(tmp_path: Path) -> None:
    store(tmp_path, csv_of([*GOOD, row("RA5", NEAR), row("RA6", quantity="-1")]))
    store(tmp_path, csv_of([row("RA5", NEAR, month="202506"), row("RA6", month="202506")]), "final", JUNE)
    first, second = tidied(tmp_path), tidied(tmp_path)
    for name in ("issued", "apart", "submissions", "names", "ledger"):
        assert getattr(first, name).equals(getattr(second, name))
    assert first.problems == second.problems
    assert [one.file.split("_")[2] for one in first.problems] == ["202505", "202505"]


def test_every_name_is_told_with_cost_over_price_beside_its_units(tmp_path: Path) -> None:
    store(tmp_path, csv_of([*GOOD, row("RA5", cost=""), row("RA3", NEAR)]))
    names = tidied(tmp_path).names
    assert names.filter(pl.col("vmp_name") == OTHER[1]).height == 0
    told = {one["vmp_name"]: one for one in names.to_dicts()}
    natalizumab = told[NATALIZUMAB[1]]
    assert (natalizumab["rows"], natalizumab["units"], natalizumab["cost_per_list_price"]) == (2, 20.0, 10.0)
    assert told[NEAR[1]]["verdict"] == "near miss"
    assert told[NEAR[1]]["units"] is None
    assert told["Ocrelizumab 300mg/10ml solution for infusion vials"]["cost_per_list_price"] is None


def test_a_name_is_judged_once_however_many_files_have_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    honest = scmd_months.products.match_names
    monkeypatch.setattr(
        scmd_months.products, "match_names", lambda names, own: asked.extend(names["vmp_name"]) or honest(names, own)
    )
    store(tmp_path, csv_of(GOOD))
    store(tmp_path, csv_of([row(month="202506"), row("RA3", month="202506")]), "final", JUNE)
    tidied(tmp_path)
    assert len(asked) == len(set(asked)) == 4


def test_the_digest_is_that_of_the_files_used(tmp_path: Path) -> None:
    assert tidied(tmp_path).issued.height == 0
    store(tmp_path, csv_of(GOOD))
    first = tidied(tmp_path).digest
    store(tmp_path, csv_of([*GOOD, row("RA9")]), "provisional")
    assert tidied(tmp_path).digest == first
    store(tmp_path, csv_of([*GOOD, row("RA9")]), fetched=date(2026, 11, 1))
    assert tidied(tmp_path).digest != first
