"""Nobody is event-free by silence: observation ends with the last record that shows somebody looking."""

from __future__ import annotations

import polars as pl
import pytest

from made_up.small_cohorts import Folder
from remission.records.observation import RULES, derive_observed


def stretches(folder: Folder) -> set[tuple[str, str, int, int]]:
    return set(folder.load().tables["observed"].select("subject_id", "kind", "from_day", "to_day").rows())


def test_it_derives_each_kind_from_its_own_records(good: Folder) -> None:
    assert stretches(good) == {
        ("S1", "vital", 0, 400),
        ("S2", "vital", 0, 200),
        ("S1", "clinic", -10, 380),
        ("S2", "clinic", 0, 180),
        ("S1", "relapses", 0, 380),
        ("S2", "relapses", 0, 180),
        ("S1", "mri", 0, 360),
    }


def test_it_says_the_rule_of_what_it_derived(good: Folder) -> None:
    said = "; ".join(RULES[kind] for kind in ("vital", "clinic", "relapses", "mri"))
    assert good.load().observed_rule == f"derived, as no observed table was collected: {said}"


def test_without_visits_relapses_are_observed_to_the_last_day(good: Folder) -> None:
    good.replace("cohort.toml", '"visits", ', "").files.pop("visits.csv")
    assert ("S1", "relapses", 0, 400) in stretches(good)
    assert RULES["relapses without visits"] in good.load().observed_rule


def test_a_table_that_was_not_collected_is_never_observed(good: Folder) -> None:
    good.replace("cohort.toml", '"scans", ', "").files.pop("scans.csv")
    good.replace("cohort.toml", '"relapses", ', "").files.pop("relapses.csv")
    assert {kind for _, kind, _, _ in stretches(good)} == {"vital", "clinic"}


def test_a_stretch_that_would_end_before_it_begins_is_left_out(good: Folder) -> None:
    good.files["visits.csv"] = b"subject_id,row_id,day\nS1,V1,-30\n"
    good.cell("subjects.csv", 2, "last_day", "")
    mine = {kind: (first, last) for subject, kind, first, last in stretches(good) if subject == "S1"}
    assert mine == {"clinic": (-30, -30), "mri": (0, 360)}


def test_a_recorded_table_is_kept_as_it_is(good: Folder) -> None:
    good.replace("cohort.toml", '["subjects", ', '["subjects", "observed", ')
    good.files["observed.csv"] = b"subject_id,row_id,kind,from_day,to_day\nS1,O1,mri,5,90\n"
    assert stretches(good) == {("S1", "mri", 5, 90)}
    assert good.load().observed_rule == "as recorded in the observed table"


def test_derived_rows_have_names_of_their_own(good: Folder) -> None:
    rows = good.load().tables["observed"]["row_id"]
    assert rows.n_unique() == len(rows)


# Five visits of each stand together, somebody's are in two places, and nobody's stand together.
ORDERS = {"together": "AAAAABBBBB", "in two places": "AAAAABBBBBAAAAABBBBB", "mixed": "ABABABABAB"}


@pytest.mark.parametrize("order", ORDERS.values(), ids=ORDERS.keys())
@pytest.mark.parametrize("listed", ["AB", "BA", "ABC"])
def test_it_is_the_same_in_whatever_order_the_rows_stand(order: str, listed: str) -> None:
    visits = pl.DataFrame({"subject_id": list(order), "day": range(5, 5 + len(order))})
    subjects = pl.DataFrame({"subject_id": list(listed), "entered": "yes", "last_day": 99})
    table = derive_observed({"subjects": subjects, "visits": visits}).table.filter(pl.col("kind") == "clinic")
    # The plain twin: from day zero to the last place at which the name stands.
    last = {name: 5 + order.rindex(name) for name in "AB"}
    expected = [(name, f"derived:clinic:{name}", "clinic", 0, last[name]) for name in listed if name in last]
    assert table.rows() == expected
