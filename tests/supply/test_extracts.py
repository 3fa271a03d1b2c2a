"""A file cut to some medicines says nothing of the others: never zero, never a stop, told wherever it counts."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import polars as pl
import pytest

from made_up import command_line
from made_up.scmd_worlds import NATALIZUMAB, OCRELIZUMAB, OTHER, csv_of, row
from remission.inputs.snapshots import Snapshot
from remission.supply.build import build_atlas, load_atlas
from remission.supply.coverage.extracts import EXTRACTS, shown_by_month
from remission.supply.coverage.month_arrays import months_between
from remission.supply.coverage.reasons import REASONS, Supply
from remission.supply.coverage.rule import load_coverage_rule
from remission.supply.coverage.states import derive_coverage
from remission.supply.explain import CoverageAccounts
from remission.supply.measures.definitions import load_measure
from remission.supply.measures.estimates import estimate_measure
from remission.supply.stock.added import add_files
from remission.supply.stock.extracts import WHOLE_MONTH_NAMES, extracts_of, without_whole
from remission.supply.views import views_of

MONTHS = months_between(date(2024, 1, 1), date(2025, 12, 1))
CUT = MONTHS[12:]
RULE = load_coverage_rule()
SUPPLY = Supply("x")


def said(issued: tuple[date, ...], shows: tuple[str, ...], rows: int = 900, of_extract: int = 3) -> list[str]:
    """The reasons of a hospital-only therapy in two years, of which the second is known by an extract alone."""
    frame = pl.DataFrame({"month": issued, "code": "A", "therapy": "x", "units": 1.0, "patient_years": 1.0})
    sent = pl.DataFrame({"month": MONTHS, "code": "A", "rows": [rows] * 12 + [of_extract] * 12})
    found = derive_coverage(frame, sent, [SUPPLY], RULE, extracts=dict.fromkeys(CUT, shows))
    return [list(REASONS)[number] for number in found.reasons[0, 0]]


def test_what_an_extract_does_not_hold_is_not_visible_and_never_an_end() -> None:
    # Issued every month of the first year; without the guard the second would read as a stop at the full level.
    assert said(MONTHS[:12], ("y",)) == ["issued"] * 12 + ["left out"] * 12
    assert REASONS["left out"][0] == "not visible"


def test_what_an_extract_holds_is_judged_as_ever_and_its_few_rows_are_no_partial_submission() -> None:
    # Three rows are under a fifth of nine hundred; of an extract that says nothing.
    assert said(MONTHS, ("x",)) == ["issued"] * 24
    assert said(MONTHS[:12], ("x",))[-1] == "stopped"


def test_a_trust_that_is_not_in_the_extract_is_not_reported() -> None:
    assert said(MONTHS[:12], ("y",), of_extract=0)[12:] == ["silent"] * 12


def test_a_therapy_that_was_there_before_the_cut_and_after_it_is_in_use_at_both_ends() -> None:
    frame = pl.DataFrame({"month": [MONTHS[0], MONTHS[2]], "code": "A", "therapy": "x", "units": 1.0,
                          "patient_years": 1.0})  # fmt: skip
    sent = pl.DataFrame({"month": MONTHS[:3], "code": "A", "rows": 900})
    found = derive_coverage(frame, sent, [SUPPLY], RULE, extracts={MONTHS[1]: ()}).frame["state"].to_list()
    assert found == ["used", "not visible", "used"]


def test_for_a_therapy_left_out_a_month_is_as_if_nobody_had_reported() -> None:
    # Issued for a year, then seven months of an extract without it: the next whole month is one report after the last
    # issue and not eight, so the supply still lasts.
    frame = pl.DataFrame({"month": MONTHS[:12], "code": "A", "therapy": "x", "units": 1.0, "patient_years": 1.0})
    sent = pl.DataFrame({"month": MONTHS[:20], "code": "A", "rows": 900})
    found = derive_coverage(frame, sent, [SUPPLY], RULE, extracts=dict.fromkeys(MONTHS[12:19], ()))
    assert list(REASONS)[found.reasons[0, 0, 19]] == "lasting"


def test_what_nobody_could_have_been_given_is_not_used_in_an_extract_too() -> None:
    late = Supply("x", nice_date=date(2030, 1, 1))
    gone = Supply("y", withdrawn=date(2020, 1, 1))
    sent = pl.DataFrame({"month": MONTHS, "code": "A", "rows": 3})
    none = pl.DataFrame(schema={"month": pl.Date, "code": pl.String, "therapy": pl.String, "units": pl.Float64,
                                "patient_years": pl.Float64})  # fmt: skip
    found = derive_coverage(none, sent, [late, gone], RULE, extracts=dict.fromkeys(MONTHS, ()))
    assert {list(REASONS)[number] for number in found.reasons[0, 0]} == {"before"}
    assert {list(REASONS)[number] for number in found.reasons[0, 1]} == {"withdrawn"}


def snapshot(month: date, url: str) -> Snapshot:
    return Snapshot("scmd", "added", month, f"{month}.csv", url, date(2026, 11, 2), 1, "0", "published")


def test_months_of_one_file_show_what_any_of_them_names_and_a_long_one_is_whole() -> None:
    hand = [snapshot(month, "added by hand: cut") for month in MONTHS[:2]]
    fetched = snapshot(MONTHS[2], "https://example.org/scmd_final_202403.csv")
    matched = pl.DataFrame({"file": [hand[0].file, fetched.file], "therapy": ["x", "z"]})
    few = {one.file: 2 for one in (*hand, fetched)}
    assert extracts_of([*hand, fetched], few, matched).rows() == [(MONTHS[0], "x"), (MONTHS[1], "x")]
    # Its fullest month decides: then a thin one beside it is no extract either.
    assert extracts_of(hand, few | {hand[1].file: WHOLE_MONTH_NAMES}, matched).height == 0
    assert extracts_of(hand, few, matched.clear()).rows() == [(month, None) for month in MONTHS[:2]]


def test_a_whole_file_of_another_source_makes_a_month_whole() -> None:
    cut = pl.DataFrame([(MONTHS[0], "x"), (MONTHS[1], "x")], schema=EXTRACTS, orient="row")
    none = pl.DataFrame(schema=EXTRACTS)
    kept = without_whole({"a": cut, "b": none}, {"a": frozenset(MONTHS[:2]), "b": frozenset(MONTHS[:1])})
    assert kept.rows() == [(MONTHS[1], "x")]


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two years of natalizumab at two trusts, and of one other medicine, as an extract added by hand."""
    home = tmp_path_factory.mktemp("atlas")
    rows = [row(code, medicine, "150", month=f"{month:%Y%m}") for month in MONTHS for code in ("RA2", "RJ1")
            for medicine in (NATALIZUMAB, OTHER)]  # fmt: skip
    path = home / "cut.csv"
    path.write_bytes(csv_of(rows))
    (one,) = add_files(home, [path], "scmd", date(2026, 11, 2), "published")
    assert any("never that they were not issued" in str(problem) for problem in one.problems)
    build_atlas(home)
    return home


def test_the_built_atlas_knows_its_extracts_and_both_twins_say_the_same(home: Path) -> None:
    atlas = load_atlas(home)
    assert shown_by_month(atlas.extracts) == dict.fromkeys(MONTHS, frozenset({"natalizumab"}))
    views = views_of(atlas)
    states = dict(views.everyone.frame.group_by("therapy").agg(pl.col("state").unique()).iter_rows())
    assert (states["natalizumab"], states["ocrelizumab"]) == (["used"], ["not visible"])
    account = CoverageAccounts(views).of("RJ1", "ocrelizumab", MONTHS[-1])
    assert account.differs == ""
    assert account.lines[-1] == (
        "The file of this month is an extract. It holds natalizumab, so it cannot show whether this one was issued."
    )
    # The month is not whole, so no total is made of it, and no share: what was cut off could be anything.
    assert not views.monthly.whole.any()
    for name in ("high-efficacy", "hospital-anti-cd20", "volume"):
        for level in ("trust", "nation"):
            rows = estimate_measure(views.today, load_measure(name), level, 12, MONTHS[-1]).rows()
            assert {(row["value"], row["absent_reason"]) for row in rows} == {(None, "not visible here")}, (name, level)


def test_explain_tells_it(home: Path) -> None:
    ran = command_line.run("atlas", "explain", "RJ1", OCRELIZUMAB[1].split()[0], "--data", str(home))
    assert ran.returncode == 0, ran.stderr
    assert "not visible here: not in the extract" in ran.stdout


def test_two_files_of_one_name_are_two_extracts(tmp_path: Path) -> None:
    years = MONTHS[:12], MONTHS[12:]
    for at, (months, medicine) in enumerate(zip(years, (NATALIZUMAB, OCRELIZUMAB), strict=True)):
        path = tmp_path / f"{at}" / "cut.csv"
        path.parent.mkdir()
        path.write_bytes(csv_of([row("RJ1", medicine, "150", month=f"{month:%Y%m}") for month in months]))
        add_files(tmp_path, [path], "scmd", date(2026, 11, 2), "published")
    build_atlas(tmp_path)
    shown = shown_by_month(load_atlas(tmp_path).extracts)
    assert [sorted(shown[months[0]]) for months in years] == [["natalizumab"], ["ocrelizumab"]]
