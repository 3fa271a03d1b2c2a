"""Studies nobody thought of, written as SDTM and read back: the same tables, and every source row accounted for."""

from __future__ import annotations

import tempfile
from pathlib import Path

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from made_up.sdtm_writer import FORMATS, Study, studies, write_folder
from remission.cdisc.convert import convert_sdtm, load_sdtm
from remission.records.cohort import DTYPES
from remission.records.schema import TABLES


def expected(study: Study, table: str) -> pl.DataFrame:
    rows = study.tables[table]
    columns = [column for column in TABLES[table].columns if any(row.get(column.name) is not None for row in rows)]
    schema = {column.name: DTYPES[column.kind] for column in columns}
    return pl.DataFrame({name: [row.get(name) for row in rows] for name in schema}, schema=schema)


@settings(max_examples=25)
@given(studies(), st.sampled_from(FORMATS))
def test_what_is_written_as_sdtm_is_read_back(study: Study, form: str) -> None:
    with tempfile.TemporaryDirectory() as place:
        folder = write_folder(Path(place) / "sdtm", study.domains, form)
        cohort, unmapped = load_sdtm(folder, kind="simulated", licence="MIT")
    filled = {name for name, rows in study.tables.items() if rows}
    assert set(cohort.manifest.collected) == filled
    for table in filled:
        want = expected(study, table)
        got = cohort.tables[table]
        extra = [name for name in got.columns if name not in want.columns and got[name].count()]
        assert not extra, (table, extra)
        order = TABLES[table].unique
        assert_frame_equal(got.select(want.columns).sort(order), want.sort(order))
    headaches = sum(row.get("CEDECOD") == "HEADACHE" for row in study.domains.get("CE", []))
    listed = unmapped.filter(pl.col("whole_rows") == "yes")
    assert listed["rows"].sum() == headaches
    assert set(listed["code"]) <= {"HEADACHE"}


@settings(max_examples=12)
@given(studies(), st.randoms(use_true_random=False))
def test_no_row_is_lost_in_silence_whatever_is_broken(study: Study, random) -> None:  # type: ignore[no-untyped-def]
    """Codes, results and dates spoilt at random: each source row is in a table or listed, never both, never neither."""
    for domain, rows in study.domains.items():
        for row in rows:
            spoilt = [
                name for name in row if name.endswith(("TESTCD", "STRESN", "STRESC", "DTC", "TERM", "TRT", "DECOD"))
            ]
            if domain != "DM" and spoilt and random.random() < 0.4:
                row[random.choice(spoilt)] = None
    for rows in study.domains.values():
        for row in rows:
            row.setdefault(f"{row['DOMAIN']}DTC", None)
    with tempfile.TemporaryDirectory() as place:
        folder = write_folder(Path(place) / "sdtm", study.domains)
        made = convert_sdtm(folder, Path(place) / "cohort", kind="simulated", licence="MIT")
        rows_in = sum(len(rows) for rows in study.domains.values())
        told = pl.read_parquet(made.folder / "conversion" / "rows.parquet")
        mapped = told.select("domain", "subject_id", "seq").unique().height
        assert made.rows_in == rows_in
        assert mapped + made.rows_listed == rows_in
        assert made.rows_mapped == mapped
        for name, table in made.conversion.tables.items():
            if name != "subjects":
                assert set(table["row_id"]) <= set(told.filter(pl.col("table") == name)["row_id"])
