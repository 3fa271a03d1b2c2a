"""Single rules of the conversion from SDTM, each on a study of a few rows."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import polars as pl
import pytest

from made_up.sdtm_writer import Row, write_folder
from remission.cdisc.convert import convert_sdtm, load_sdtm
from remission.cdisc.sdtm.mapping import load_mapping, parse_mapping
from remission.inputs.problems import InputProblems
from remission.outcomes.load import check_cohort
from remission.records.cohort import Cohort


def dm(**more: Any) -> Row:
    return {"STUDYID": "T", "DOMAIN": "DM", "USUBJID": "S1", "RFSTDTC": "2020-01-01", "ARM": "Drug"} | more


def finding(domain: str, seq: int, code: str, value: float | None, day: str = "2020-03-01", **more: Any) -> Row:
    row = {"DOMAIN": domain, "USUBJID": "S1", f"{domain}SEQ": seq, f"{domain}TESTCD": code, f"{domain}DTC": day}
    return row | {f"{domain}STRESN": value, f"{domain}STRESC": None if value is None else f"{value:g}"} | more


def loaded(folder: Path, domains: dict[str, list[Row]], **more: Any) -> tuple[Cohort, pl.DataFrame]:
    return load_sdtm(write_folder(folder / "sdtm", domains), kind="simulated", licence="MIT", **more)


def why(unmapped: pl.DataFrame) -> set[tuple[str, str, int, str]]:
    whole = unmapped.filter(pl.col("whole_rows") == "yes")
    return set(whole.select("domain", "code", "rows", "why").iter_rows())


def test_study_day_1_is_day_0_and_minus_1_is_minus_1(tmp_path: Path) -> None:
    rows = [finding("QS", n, "EDSS0101", 2.0, None, QSDY=day) for n, day in enumerate([-1, 1, 2], 1)]  # type: ignore[arg-type]
    domains = {"DM": [dm(RFSTDTC=None)], "QS": rows}
    cohort, _ = loaded(tmp_path, domains)
    assert cohort.tables["visits"]["day"].to_list() == [-1, 0, 1]
    made = convert_sdtm(tmp_path / "sdtm", tmp_path / "cohort")
    assert any("study day 1" in question for question in made.open_questions)


def test_edss_is_taken_from_rs_as_from_qs_and_by_its_name(tmp_path: Path) -> None:
    named = finding("RS", 2, "OWNCODE", 3.5, "2020-04-01", RSTEST="edss01-expanded disability score")
    cohort, unmapped = loaded(tmp_path, {"DM": [dm()], "RS": [finding("RS", 1, "EDSS0101", 2.0), named]})
    assert cohort.tables["visits"].select("row_id", "edss").rows() == [("RS.1:S1", 2.0), ("RS.2:S1", 3.5)]
    assert not unmapped.filter(pl.col("whole_rows") == "yes").height


def test_hands_told_as_sides_follow_the_dominant_hand(tmp_path: Path) -> None:
    hands = {
        "DOMAIN": "SC",
        "USUBJID": "S1",
        "SCSEQ": 1,
        "SCTESTCD": "HANDDOM",
        "SCSTRESC": "LEFT",
        "SCDTC": "2020-01-01",
    }
    trials = [finding("FT", 1, "NHPT0101", 20.0, FTLAT="LEFT"), finding("FT", 2, "NHPT0101", 26.0, FTLAT="RIGHT")]
    cohort, unmapped = loaded(tmp_path, {"DM": [dm()], "SC": [hands], "FT": trials})
    row = cohort.tables["visits"].row(0, named=True)
    assert (row["nhpt_dominant_seconds"], row["nhpt_other_seconds"]) == (20.0, 26.0)
    assert not why(unmapped)


def test_a_side_without_a_known_dominant_hand_is_listed(tmp_path: Path) -> None:
    rows = [finding("FT", 1, "NHPT0101", 20.0, FTLAT="LEFT"), finding("FT", 2, "SDMT0101", 50)]
    cohort, unmapped = loaded(tmp_path, {"DM": [dm()], "FT": rows})
    assert "nhpt_dominant_seconds" not in cohort.tables["visits"].columns
    assert why(unmapped) == {("FT", "NHPT0101", 1, "not known whether the dominant or the other hand")}


def test_trials_are_averaged_and_unable_counts_only_where_none_was_timed(tmp_path: Path) -> None:
    unable = {"FTSTAT": "NOT DONE", "FTREASND": "Unable to complete"}
    rows = [finding("FT", 1, "T25FW101", 8.0, FTSTRESU="s"), finding("FT", 2, "T25FW102", 9.0, FTSTRESU="sec")]
    rows += [finding("FT", 3, "T25FW102", None, **unable), finding("FT", 4, "T25FW101", None, "2020-06-01", **unable)]
    cohort, unmapped = loaded(tmp_path, {"DM": [dm()], "FT": rows})
    visits = cohort.tables["visits"]
    assert visits.select("day", "t25fw_seconds", "t25fw_unable").rows() == [(60, 8.5, None), (152, None, "yes")]
    assert why(unmapped) == {
        ("FT", "t25fw_seconds", 1, "unable on this trial, and another trial of the visit was timed")
    }


def test_what_is_no_result_is_listed_with_its_reason(tmp_path: Path) -> None:
    rows = [
        finding("QS", 1, "EDSS0101", 2.0),
        finding("QS", 2, "EDSS0101", None, "2020-04-01", QSSTAT="NOT DONE"),
        finding("QS", 3, "KFSS101", 9.0),
        finding("QS", 4, "KFSS102", None, QSSTRESC="UNKNOWN"),
        finding("QS", 5, "BDI0101", 1.0),
        finding("QS", 6, "EDSS0101", 3.0, "20200301"),
        finding("QS", 7, "T25FW101", 1.0, QSSTRESU="MIN"),
    ]
    cohort, unmapped = loaded(
        tmp_path, {"DM": [dm()], "QS": rows, "ZZ": [{"DOMAIN": "ZZ", "ZZSEQ": 1, "USUBJID": "S1"}]}
    )
    assert cohort.tables["visits"].height == 1
    assert why(unmapped) == {
        ("QS", "EDSS0101", 1, "not done"),
        ("QS", "KFSS101", 1, "a number that stands for not known"),
        ("QS", "KFSS102", 1, "no result that is a number"),
        ("QS", "BDI0101", 1, "no entry of the mapping has this test"),
        ("QS", "EDSS0101", 1, "no date that can be read, and no study day"),
        ("QS", "T25FW101", 1, "a unit that is not known: MIN"),
        ("ZZ", "", 1, "no entry of the mapping reads this domain"),
    }


def test_two_raters_and_two_scores_of_one_day_are_rows_of_their_own(tmp_path: Path) -> None:
    rows = [
        finding("QS", 1, "EDSS0101", 2.0, QSEVAL="INVESTIGATOR"),
        finding("QS", 2, "EDSS0101", 3.0, QSEVAL="STUDY SUBJECT"),
        finding("QS", 3, "EDSS0101", 2.5, QSEVAL="INVESTIGATOR"),
        finding("QS", 4, "EDSS0101", 4.0, "2020-05-01", QSEVAL="PARROT"),
    ]
    cohort, unmapped = loaded(tmp_path, {"DM": [dm()], "QS": rows, "FT": [finding("FT", 1, "SDMT0101", 40)]})
    visits = cohort.tables["visits"].sort("row_id").select("row_id", "rater", "edss", "sdmt_correct")
    assert visits.rows() == [
        ("QS.1:S1", "clinician", 2.0, 40),
        ("QS.2:S1", "self", 3.0, None),
        ("QS.3:S1", "clinician", 2.5, None),
        ("QS.4:S1", None, 4.0, None),
    ]
    lost = unmapped.filter(pl.col("why") == "no word of the mapping for rater")
    assert lost.select("variable", "code", "rows", "whole_rows").rows() == [("QSEVAL", "PARROT", 1, "no")]


def test_partial_dates_go_through_the_rule_of_the_cohort(tmp_path: Path) -> None:
    relapse = {"DOMAIN": "CE", "USUBJID": "S1", "CESEQ": 1, "CETERM": "RELAPSE", "CESTDTC": "2020-05--"}
    domains = {"DM": [dm()], "CE": [relapse], "QS": [finding("QS", 1, "EDSS0101", 2.0, "2021-01-01T08:00")]}
    with pytest.raises(InputProblems) as refused:
        loaded(tmp_path / "a", domains)
    assert "partial_dates" in refused.value.report()
    cohort, _ = loaded(tmp_path / "b", domains, partial_dates="middle")
    assert cohort.tables["relapses"].select("day", "day_precision").row(0) == (135, "month")
    assert "1 date was given as a month" in cohort.completed_dates


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("2020-03-01T10:00", "2020-03-01"),
        ("2020---15", "2020"),
        ("2020-03--", "2020-03"),
        ("2020-03-015", None),
        ("2020-03-01/2020-03-05", None),
        ("--03-01", None),
    ],
)
def test_iso_texts(tmp_path: Path, text: str, read: str | None) -> None:
    folder = write_folder(tmp_path / "sdtm", {"DM": [dm()], "QS": [finding("QS", 1, "EDSS0101", 2.0, text)]})
    made = convert_sdtm(folder, tmp_path / "cohort", kind="simulated", licence="MIT")
    days = made.conversion.tables["visits"]["day"].to_list() if "visits" in made.conversion.tables else [None]
    assert (days or [None]) == [read]


def test_subjects_death_disposition_history_and_who_did_not_enter(tmp_path: Path) -> None:
    people = [
        dm(DTHFL="Y", SEX="F", AGE=50, AGEU="YEARS"),
        dm(USUBJID="S2", RFSTDTC=None, ARM="Screen Failure", ARMCD="SCRNFAIL", SEX="M", AGE=30, AGEU="MONTHS"),
    ]
    ends = [
        {"USUBJID": "S1", "DSSEQ": 1, "DSCAT": "PROTOCOL MILESTONE", "DSDECOD": "RANDOMIZED", "DSSTDTC": "2020-01-05"},
        {
            "USUBJID": "S1",
            "DSSEQ": 2,
            "DSCAT": "DISPOSITION EVENT",
            "DSDECOD": "ADVERSE EVENT",
            "DSSTDTC": "2020-02-01",
        },
        {"USUBJID": "S1", "DSSEQ": 3, "DSCAT": "DISPOSITION EVENT", "DSDECOD": "DEATH", "DSSTDTC": "2020-03-01"},
    ]
    history = [
        {"USUBJID": "S1", "MHSEQ": 1, "MHTERM": "Suspected onset of MS", "MHSTDTC": "2010-01-01"},
        {"USUBJID": "S1", "MHSEQ": 2, "MHTERM": "SECONDARY-PROGRESSIVE", "MHSTDTC": None},
        {"USUBJID": "S1", "MHSEQ": 3, "MHTERM": "Something private", "MHCAT": "GENERAL", "MHSTDTC": None},
    ]
    domains = {
        "DM": people,
        "DS": [row | {"DOMAIN": "DS"} for row in ends],
        "MH": [row | {"DOMAIN": "MH"} for row in history],
    }
    cohort, unmapped = loaded(tmp_path / "a", domains)
    one, two = cohort.subjects.to_dicts()
    assert (one["entered"], one["death_day"], one["end_reason"], one["last_day"]) == ("yes", 60, "died", 60)
    assert (one["onset_day"], one["course"], one["sex"], one["age_years"]) == (-3652, "SPMS", "female", 50)
    assert (two["entered"], two["not_entered_reason"], two["age_years"]) == ("no", "Screen Failure", None)
    assert ("DM", "AGE", "MONTHS", 1, "no", "in another unit") in unmapped.rows()
    assert ("MH", "GENERAL", 1, "medical history other than onset and course") in why(unmapped)
    assert ("DS", "ADVERSE EVENT", 1, "a later row says why follow-up ended") in why(unmapped)
    assert "Something private" not in str(unmapped.rows())
    randomised, _ = loaded(tmp_path / "b", domains, day_zero="DS.RANDOMIZED")
    assert randomised.subjects["death_day"][0] == 56


def test_doses_are_joined_to_periods_and_other_medicines_listed(tmp_path: Path) -> None:
    doses = [
        {"DOMAIN": "EX", "USUBJID": "S1", "EXSEQ": n, "EXTRT": "Ocrevus", "EXSTDTC": day, "EXENDTC": day}
        for n, day in enumerate(["2020-01-01", "2020-06-17", "2021-09-01"], 1)
    ]
    others = [
        {"DOMAIN": "CM", "USUBJID": "S1", "CMSEQ": 1, "CMTRT": "aspirin x", "CMDECOD": "ASPIRIN", "CMSTDTC": "2020"}
    ]
    cohort, unmapped = loaded(tmp_path, {"DM": [dm()], "EX": doses, "CM": others})
    periods = cohort.tables["treatments"].select("row_id", "therapy", "start_day", "end_day")
    assert periods.rows() == [("EX.1:S1", "ocrelizumab", 0, 168), ("EX.3:S1", "ocrelizumab", 609, 609)]
    assert why(unmapped) == {("CM", "ASPIRIN", 1, "no therapy of the library")}


def test_a_scan_on_which_nothing_was_counted_is_a_row(tmp_path: Path) -> None:
    scan = {"DOMAIN": "PR", "USUBJID": "S1", "PRSEQ": 1, "PRTRT": "MRI", "PRSTDTC": "2020-03-01"}
    lesions = [finding("MO", 1, "NEWT2", 3.0, MOLOC="BRAIN")]
    cohort, _ = loaded(
        tmp_path, {"DM": [dm()], "PR": [scan, scan | {"PRSEQ": 2, "PRSTDTC": "2020-09-01"}], "MO": lesions}
    )
    assert cohort.tables["scans"].select("row_id", "region", "new_t2").rows() == [
        ("MO.1:S1", "brain", 3),
        ("PR.2:S1", None, None),
    ]


def test_a_severity_is_carried_as_one_and_is_no_grade(tmp_path: Path) -> None:
    def fever(seq: int, **more: str) -> Row:
        return {"DOMAIN": "AE", "USUBJID": "S1", "AESEQ": seq, "AETERM": "fever", "AESTDTC": "2020-03-01"} | more

    rows = [fever(1, AESEV="SEVERE"), fever(2, AESEV="MILD", AETOXGR="2"), fever(3, AESEV="GRADE 3"), fever(4)]
    cohort, unmapped = loaded(tmp_path, {"DM": [dm()], "AE": rows})
    events = cohort.select("adverse_events", "severity", "ctcae_grade")
    assert events.rows() == [("severe", None), ("mild", 2), (None, None), (None, None)]
    lost = unmapped.filter(pl.col("why") == "no word of the mapping for severity")
    assert lost.select("domain", "rows").rows() == [("AE", 1)]


def test_the_folder_asks_for_what_nobody_can_assume(tmp_path: Path) -> None:
    folder = write_folder(tmp_path / "sdtm", {"DM": [dm()], "QS": [finding("QS", 1, "EDSS0101", 2.0)]})
    made = convert_sdtm(folder, tmp_path / "cohort")
    told = {problem.column for problem in check_cohort(made.folder) if problem.severity == "error"}
    assert told == {"kind", "licence"}
    assert any("relapses" in question for question in made.open_questions)
    text = (made.folder / "cohort.toml").read_text()
    assert text.startswith("# To answer: kind")
    assert 'kind = ""' in text
    said = convert_sdtm(folder, tmp_path / "b", kind="observed", licence="MIT", collected=["visits", "relapses"])
    assert not [problem for problem in check_cohort(said.folder) if problem.severity == "error"]
    assert pl.read_parquet(said.folder / "relapses.parquet").height == 0
    with pytest.raises(InputProblems, match="1 problem"):
        convert_sdtm(folder, tmp_path / "b", kind="observed")


def test_everything_wrong_with_the_datasets_is_told_at_once(tmp_path: Path) -> None:
    folder = write_folder(
        tmp_path / "sdtm",
        {
            "DM": [dm(), dm(), dm(USUBJID=None)],
            "QS": [
                finding("QS", 1, "EDSS0101", 2.0),
                finding("QS", 1, "EDSS0101", 3.0),
                finding("QS", 2, "EDSS0101", 1) | {"USUBJID": "S9"},
            ],
            "RS": [{"DOMAIN": "RS", "USUBJID": "S1", "RSSEQ": "one", "RSSTRESN": "two"}],
            "AE": [{"DOMAIN": "AE", "USUBJID": "S1", "AETERM": "fever"}],
        },
    )  # fmt: skip
    (folder / "lb.csv").write_text("a\n1\n")
    (folder / "qs.xpt").write_bytes(b"no transport file")
    (folder / "cm.xpt").write_bytes(b"no transport file")
    with pytest.raises(InputProblems) as told:
        convert_sdtm(folder, tmp_path / "cohort")
    found = {(problem.file, problem.row, problem.column) for problem in told.value.problems}
    assert found == {
        ("dm.json", 1, "USUBJID"),
        ("dm.json", 2, "USUBJID"),
        ("dm.json", 3, "USUBJID"),
        ("qs.json", 1, "QSSEQ"),
        ("qs.json", 2, "QSSEQ"),
        ("qs.json", 3, "USUBJID"),
        ("rs.json", None, "RSTESTCD"),
        ("rs.json", None, "RSDTC or RSDY"),
        ("rs.json", 1, "RSSEQ"),
        ("rs.json", 1, "RSSTRESN"),
        ("ae.json", None, "AESEQ"),
        ("ae.json", None, "AESTDTC or AESTDY"),
        ("lb.csv", None, None),
        ("qs.xpt", None, None),
        ("cm.xpt", None, None),
    }
    assert "S9" not in str(told.value)
    assert not (tmp_path / "cohort").exists()


def test_no_folder_no_dm_and_a_day_zero_that_nobody_has(tmp_path: Path) -> None:
    with pytest.raises(InputProblems) as none:
        convert_sdtm(tmp_path / "nowhere", tmp_path / "out")
    assert {problem.found for problem in none.value.problems} == {"no such folder", "no DM dataset"}
    folder = write_folder(tmp_path / "sdtm", {"DM": [dm()]})
    with pytest.raises(InputProblems) as undated:
        convert_sdtm(folder, tmp_path / "out", day_zero="RFICDTC")
    assert undated.value.problems[0].column == "RFICDTC"


def test_a_mapping_of_ones_own_is_read_strictly(tmp_path: Path) -> None:
    text = (Path(load_mapping.__code__.co_filename).parents[2] / "library/standards/sdtm.toml").read_text()
    own = text.replace('codes = ["EDSS0101", "EDSS"]', 'codes = ["MYEDSS"]')
    (tmp_path / "own.toml").write_text(own)
    domains = {"DM": [dm()], "QS": [finding("QS", 1, "MYEDSS", 2.0), finding("QS", 2, "EDSS0101", 3.0)]}
    cohort, unmapped = loaded(tmp_path, domains, mapping=tmp_path / "own.toml")
    assert cohort.tables["visits"]["edss"].to_list() == [2.0]
    assert why(unmapped) == {("QS", "EDSS0101", 1, "no entry of the mapping has this test")}
    for old, new in {
        'column = "edss"': 'column = "eds"',
        'repeats = "mean"': 'repeats = "meen"',
        "suffix =": "sufix =",
        "unknown = [9": "unknwon = [9",
        'status = "unverified"': 'status = "sure"',
    }.items():
        with pytest.raises(InputProblems) as wrong:
            parse_mapping(text.replace(old, new, 1))
        assert wrong.value.problems[0].next_step


def test_every_code_says_how_far_it_was_checked() -> None:
    mapping = load_mapping()
    assert all(test.source for test in mapping.test)
    assert all(record.source for record in mapping.record)
    assert {"scans.new_t2", "visits.sdmt_correct", "relapses"} <= set(mapping.unverified)
    assert "visits.edss" not in mapping.unverified
