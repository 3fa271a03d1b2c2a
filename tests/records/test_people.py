"""One person's records as plain rows: complete, in the order of the files, and nobody else's."""

from __future__ import annotations

import pytest

from made_up.small_cohorts import Folder
from remission.records.people import subject_records
from remission.records.schema import TABLES


def test_everybody_is_there_in_the_order_of_the_file_also_who_did_not_enter(good: Folder) -> None:
    assert [one.subject["subject_id"] for one in subject_records(good.load())] == ["S1", "S2", "S3"]


def test_those_who_are_named_come_in_the_order_of_the_file_and_strangers_are_nobody(good: Folder) -> None:
    found = subject_records(good.load(), ["S3", "nobody", "S1"])
    assert [one.subject["subject_id"] for one in found] == ["S1", "S3"]
    assert list(subject_records(good.load(), [])) == []


def test_rows_are_the_persons_own_in_the_order_of_the_file_and_not_of_days(good: Folder) -> None:
    good.cell("visits.csv", 2, "day", "300")
    one, two, three = subject_records(good.load())
    assert [(row["row_id"], row["day"]) for row in one.rows("visits")] == [("V1", 300), ("V2", 90), ("V3", 380)]
    assert [row["row_id"] for row in two.rows("visits")] == ["V4", "V5"]
    assert three.rows("visits") == ()


def test_a_row_has_every_column_of_the_schema_empty_where_the_source_has_none(good: Folder) -> None:
    cohort = good.load()
    assert "fs_pyramidal" not in cohort.tables["visits"].columns
    (one,) = subject_records(cohort, ["S1"])
    for name, rows in one.tables.items():
        assert all({column.name for column in TABLES[name].columns} <= row.keys() for row in rows), name
    assert one.rows("visits")[0]["fs_pyramidal"] is None


def test_a_table_that_was_not_collected_is_an_error_and_one_without_rows_is_not(good: Folder) -> None:
    good.files["relapses.csv"] = good.files["relapses.csv"].splitlines(keepends=True)[0]
    good.files.pop("scans.csv")
    good.replace("cohort.toml", ' "scans",', "")
    (one,) = subject_records(good.load(), ["S1"])
    assert one.rows("relapses") == ()
    with pytest.raises(KeyError):
        one.rows("scans")


def test_ids_that_look_like_numbers_stay_the_texts_that_they_are(good: Folder) -> None:
    for name in good.files:
        good.files[name] = good.files[name].replace(b"S1,", b"01,").replace(b"S2,", b"1,").replace(b"S3,", b"1.0,")
    cohort = good.load()
    days = {one.subject["subject_id"]: [row["day"] for row in one.rows("visits")] for one in subject_records(cohort)}
    assert days == {"01": [-10, 90, 380], "1": [0, 180], "1.0": []}
