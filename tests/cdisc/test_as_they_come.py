"""Datasets as sponsors and public repositories have them: letters of Windows, files nobody maps, other JSON beside."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import remission
from made_up.command_line import run
from made_up.sdtm_writer import write_folder
from remission.cdisc.convert import Converted, convert_sdtm
from remission.inputs.problems import InputProblems
from remission.outcomes.load import load_cohort

PERSON = {"STUDYID": "T", "DOMAIN": "DM", "RFSTDTC": "2021-03-01", "SITEID": "07", "ARM": "Drug", "ARMCD": "D"}
# As old transport files have them: version 5 keeps no letter beyond ASCII, so a sign stands in for the apostrophe.
APOSTROPHE = "Crohn`s disease"


def person(name: str, **more: str | None) -> dict[str, str | None]:
    return PERSON | {"USUBJID": name} | more


def converted(folder: Path, **options: str) -> Converted:
    return convert_sdtm(folder, folder.parent / "cohort", kind="simulated", licence="MIT", **options)  # type: ignore[arg-type]


def spoil(path: Path, old: bytes, new: bytes) -> None:
    content = path.read_bytes()
    assert old in content
    path.write_bytes(content.replace(old, new))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    events = [
        {"STUDYID": "T", "DOMAIN": "AE", "USUBJID": "S1", "AESEQ": 1, "AETERM": "It", "AEDECOD": APOSTROPHE}
        | {"AESTDTC": "2021-04-01", "AESEV": "MILD"},
    ]
    return write_folder(tmp_path / "sdtm", {"DM": [person("S1")], "AE": events}, "xpt5")


def test_texts_that_are_no_utf8_are_read_as_windows_1252_and_told(folder: Path) -> None:
    spoil(folder / "ae.xpt", b"`", b"\x92")
    made = converted(folder)
    assert made.conversion.tables["adverse_events"]["term"].to_list() == ["Crohn\u2019s disease"]
    (note,) = made.notes
    assert (note.severity, note.file, note.found) == ("warning", "ae.xpt", "texts that are not UTF-8")


def test_the_encoding_can_be_named_and_then_nothing_was_assumed(folder: Path) -> None:
    # In ISO 8859-2 the byte E8 is a c with a caron, in Windows-1252 an e with a grave accent.
    spoil(folder / "ae.xpt", b"`", b"\xe8")
    made = converted(folder, encoding="iso-8859-2")
    assert made.conversion.tables["adverse_events"]["term"].to_list() == ["Crohn\u010ds disease"]
    assert made.notes == ()


def test_an_encoding_that_is_none_is_told_in_words(folder: Path) -> None:
    done = run("convert", str(folder), "-o", str(folder.parent / "c"), "--encoding", "windows-9")
    assert done.returncode == 2
    assert "name the encoding of its texts (--encoding)" in done.stderr


@pytest.mark.parametrize("name", ["ti", "suppae"])
def test_what_was_left_is_listed_and_told(folder: Path, name: str) -> None:
    write_folder(folder, {name.upper(): [{"STUDYID": "T", "IDVAR": "X"}]}, "xpt5")
    (folder / f"{name}.xpt").write_bytes((folder / f"{name}.xpt").read_bytes()[:-7])
    made = converted(folder)
    why = "cannot be read, and no entry of the mapping reads this domain"
    assert (name.upper(), "", "", None, "no", why) in made.unmapped.rows()
    assert [(note.severity, note.file) for note in made.notes] == [("warning", f"{name}.xpt")]
    assert made.rows_in == made.rows_mapped == 2


def test_of_a_file_of_two_datasets_the_one_that_is_whole_is_read(folder: Path) -> None:
    write_folder(folder, {"TI": [{"STUDYID": "T", "IDVAR": "X"}]}, "xpt5")
    second = (folder / "ti.xpt").read_bytes()[240:-7]
    (folder / "ti.xpt").unlink()
    (folder / "dm.xpt").write_bytes((folder / "dm.xpt").read_bytes() + second)
    made = converted(folder)
    assert made.conversion.tables["subjects"]["subject_id"].to_list() == ["S1"]
    assert [row[0] for row in made.unmapped.rows() if "cannot be read" in row[5]] == ["TI"]


@pytest.mark.parametrize("name", ["qs", "qsco"])
def test_a_broken_dataset_of_a_domain_that_is_mapped_is_an_error(folder: Path, name: str) -> None:
    write_folder(folder, {name.upper(): [{"STUDYID": "T", "DOMAIN": "QS", "USUBJID": "S1"}]}, "xpt5")
    (folder / f"{name}.xpt").write_bytes((folder / f"{name}.xpt").read_bytes()[:-7])
    with pytest.raises(InputProblems) as told:
        converted(folder)
    assert {problem.file for problem in told.value.problems} == {f"{name}.xpt"}


def test_a_file_that_does_not_say_what_it_holds_is_an_error(folder: Path) -> None:
    (folder / "export.xpt").write_bytes(b"no transport file")
    with pytest.raises(InputProblems):
        converted(folder)


@pytest.mark.parametrize("other", [{"define": 1, "rows": [1, 2]}, ["a"], {}])
def test_json_that_is_no_dataset_is_listed_and_left(folder: Path, other: object) -> None:
    (folder / "readme.json").write_text(json.dumps(other))
    made = converted(folder)
    assert ("readme.json", "", "", None, "no", "a file that is no dataset") in made.unmapped.rows()
    assert [note.file for note in made.notes] == ["readme.json"]


@pytest.mark.parametrize(("records", "stops"), [(1, True), (0, False)])
def test_metadata_alone_is_named_as_that(tmp_path: Path, records: int, stops: bool) -> None:
    folder = write_folder(
        tmp_path / "sdtm", {"DM": [person("S1")], "AE": [person("S1") | {"AESEQ": 1, "AESTDTC": "2021"}]}
    )
    said = json.loads((folder / "ae.json").read_text())
    del said["rows"]
    (folder / "ae.json").write_text(json.dumps(said | {"records": records}))
    if stops:
        with pytest.raises(InputProblems, match=r"ae\.json") as told:
            converted(folder)
        assert told.value.problems[0].found == "metadata alone: no rows, where records says 1"
    else:
        assert [note.found for note in converted(folder).notes] == ["metadata alone: no rows, and records says 0"]


@pytest.mark.parametrize(
    ("arm", "reason"),
    [
        ({"ARM": "Screen Failure", "ARMCD": "Scrnfail"}, "Screen Failure"),
        ({"ARM": "Drug 40 mg", "ARMCD": "SCRNFAIL"}, "SCRNFAIL"),
        ({"ARM": None, "ARMCD": None, "ARMNRS": "NOT ASSIGNED"}, "NOT ASSIGNED"),
        ({"ARM": "Drug 40 mg", "ARMCD": "D40"}, "no day zero"),
    ],
)
def test_the_name_of_an_arm_is_no_reason(tmp_path: Path, arm: dict[str, str | None], reason: str) -> None:
    out = person("S2", RFSTDTC=None, **arm)
    made = converted(write_folder(tmp_path / "sdtm", {"DM": [person("S1"), out]}))
    assert made.conversion.tables["subjects"]["not_entered_reason"].to_list() == [None, reason]


def _pilot() -> dict[str, list[dict[str, object]]]:
    """Rows in the shape of a public pilot submission: eighteen datasets, one person of whom failed screening."""

    def rows(domain: str, **more: object) -> list[dict[str, object]]:
        return [
            {"STUDYID": "T", "DOMAIN": domain, "USUBJID": name, f"{domain}SEQ": seq, **more}
            for seq, name in enumerate(("S1", "S2", "S9"), 1)
        ]

    people = [person("S1"), person("S2", ARM="Placebo", ARMCD="P")]
    people += [person("S9", RFSTDTC=None, ARM="Screen Failure", ARMCD="Scrnfail")]
    trial = {"STUDYID": "T", "X": "text"}
    return {
        "DM": [dict(one) for one in people],
        "AE": rows("AE", AEDECOD=APOSTROPHE, AESEV="MODERATE", AESTDTC="2021-04-01"),
        "CM": rows("CM", CMTRT="NATALIZUMAB", CMSTDTC="2021-02-10"),
        "DS": rows("DS", DSDECOD="COMPLETED", DSCAT="DISPOSITION EVENT", DSSTDTC="2021-09-01"),
        "EX": rows("EX", EXTRT="Study drug", EXSTDTC="2021-03-01"),
        "LB": rows("LB", LBTESTCD="ALT", LBSTRESN=30.0, LBDTC="2021-02-09"),
        "MH": rows("MH", MHTERM="Headache", MHSTDTC="2019"),
        "QS": rows("QS", QSTESTCD="EDSS0101", QSSTRESN=3.5, QSDTC="2021-02-09"),
        "SC": rows("SC", SCTESTCD="EDLEVEL", SCSTRESC="12"),
        "SE": rows("SE", SESTDTC="2021-03-01"),
        "SV": rows("SV", SVSTDTC="2021-02-09"),
        "VS": rows("VS", VSTESTCD="PULSE", VSSTRESN=70.0, VSDTC="2021-02-09"),
        **{name: [trial | {"DOMAIN": name}] for name in ("TA", "TE", "TI", "TS", "TV")},
        "SUPPDM": [{"STUDYID": "T", "RDOMAIN": "DM", "USUBJID": "S1", "QNAM": "ITT", "QVAL": "Y"}],
    }  # fmt: skip


def test_eighteen_transport_files_with_a_letter_of_windows_convert_whole(tmp_path: Path) -> None:
    folder = write_folder(tmp_path / "sdtm", _pilot(), "xpt5")
    spoil(folder / "ae.xpt", b"`", b"\x92")
    assert len(list(folder.iterdir())) == 18
    done = run(
        "convert",
        str(folder),
        "-o",
        str(tmp_path / "cohort"),
        "--kind",
        "simulated",
        "--licence",
        "MIT",
        "--partial-dates",
        "first",
    )
    assert done.returncode == 0, done.stderr
    # Twelve datasets of three people, five of the trial's design with a row each, one of supplemental qualifiers.
    assert done.stdout.startswith("42 rows: ")
    assert not [problem for problem in remission.check_cohort(tmp_path / "cohort") if problem.severity == "error"]
    cohort = load_cohort(tmp_path / "cohort")
    assert cohort.subjects.select("entered", "not_entered_reason").rows() == [
        ("yes", None), ("yes", None), ("no", "Screen Failure"),
    ]  # fmt: skip
    assert cohort.tables["adverse_events"].select("term", "severity").unique().rows() == [
        ("Crohn\u2019s disease", "moderate"),
    ]
    # 9 February is day -20; of who has no day zero, no day counts.
    assert cohort.tables["visits"].select("subject_id", "day", "edss").rows() == [
        ("S1", -20, 3.5), ("S2", -20, 3.5), ("S9", None, 3.5),
    ]  # fmt: skip
