"""Recorded against computed EDSS: what was compared is said, and no score of a person is."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import polars as pl
import pytest

from made_up.written_cohort import written
from remission.inputs.problems import InputProblems
from remission.outcomes import edss
from remission.outcomes.edss import SCORES, derive_edss_from_fs
from remission.records.cohort import AMBULATION_SCALES, AmbulationScale, Cohort
from remission.records.files.manifest import manifest_text, parse_manifest
from remission.report import edss_check
from remission.report.edss_check import check_edss, write_edss_check

HEADER = f"subject_id,row_id,day,edss,{','.join(SCORES)}\n"
NORMAL = "0,0,0,0,0,0,0,0"
PYRAMIDAL_1 = "0,0,1,0,0,0,0,0"


def cohort(folder: Path, *rows: str) -> Cohort:
    subjects = "subject_id,entered,last_day\nS1,yes,400\n"
    return written(folder, subjects=subjects, visits=HEADER + "".join(f"{row}\n" for row in rows))


def test_visits_that_disagree_are_listed_with_person_and_day(tmp_path: Path) -> None:
    made = cohort(
        tmp_path,
        f"S1,V1,0,0,{NORMAL}",
        f"S1,V2,90,2.5,{NORMAL}",
        f"S1,V3,180,1.5,{PYRAMIDAL_1}",
        "S1,V4,270,3,,,,,,,,",
        f"S1,V5,360,,{NORMAL}",
    )
    found = check_edss(made)
    assert found.rows.select("subject_id", "row_id", "day", "recorded", "computed", "difference").rows() == [
        ("S1", "V2", 90, 2.5, 0.0, 2.5),
        ("S1", "V3", 180, 1.5, 1.0, 0.5),
    ]
    assert found.sentence == (
        "Of 3 visits compared, 2 disagree, 1 of them by a point or more (rules: converted). "
        "Not compared: 1 visit with an EDSS that could not be computed."
    )
    assert "2.5" not in found.sentence
    assert write_edss_check(found, made, tmp_path / "out" / "edss.csv") == 2
    assert set(pl.read_csv(tmp_path / "out" / "edss.csv")["standing"]) == {"simulated"}


def test_nothing_compared_is_not_agreement(tmp_path: Path) -> None:
    found = check_edss(cohort(tmp_path, "S1,V1,0,3,,,,,,,,"))
    assert found.rows.is_empty()
    assert found.sentence.startswith("Nothing was compared: of 1 visit with an EDSS none has")
    assert "not the same as agreement" in found.sentence


# Normal systems, so that walking alone decides; the score is the last of the eight.
def walking(*pairs: tuple[float, int]) -> list[str]:
    return [f"S1,V{n},{n},{edss},0,0,0,0,0,0,0,{score}" for n, (edss, score) in enumerate(pairs)]


# 4.0 to 8.5 as 2 to 11, as the MSoutcomes package has them.
MSOUTCOMES = [(4.0 + half / 2, 2 + half) for half in range(10)]
MERGED = [(4.5, 2), (5.0, 3), (5.5, 4), (6.0, 5), (6.5, 6), (7.0, 7), (7.5, 8), (8.0, 9), (8.5, 10), (9.0, 11)]


def coded(folder: Path, pairs: list[tuple[float, int]], scale: str = "") -> Cohort:
    made = cohort(folder, *walking(*pairs))
    return replace(made, manifest=replace(made.manifest, ambulation_scale=scale or None))  # type: ignore[arg-type]


@pytest.mark.parametrize(("scale", "pairs"), [("msoutcomes", MSOUTCOMES), ("0-12", MERGED)])
def test_a_declared_coding_is_read_as_declared_and_one_that_is_not_is_told(
    tmp_path: Path, scale: str, pairs: list[tuple[float, int]]
) -> None:
    right = check_edss(coded(tmp_path / "right", pairs, scale))
    assert (right.compared, right.rows.height) == (10, 0)
    assert "another coding" not in right.sentence
    # Undeclared it is read as 0 to 16: 4.0 is no score of it, and only a few of the others agree by chance.
    wrong = check_edss(coded(tmp_path / "wrong", pairs))
    apart = wrong.rows.height
    assert (
        f'{apart} of the {apart} would agree: if it was coded so, write ambulation_scale = "{scale}"' in wrong.sentence
    )


def test_visits_are_converted_once_by_each_coding_that_is_asked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[tuple[object, object]] = []

    def derive(visits: pl.DataFrame, variant: str, coding: AmbulationScale) -> pl.DataFrame:
        if visits.height == len(MSOUTCOMES):
            asked.append((variant, coding))
        return derive_edss_from_fs(visits, variant, coding)

    for module in (edss, edss_check):
        monkeypatch.setattr(module, "derive_edss_from_fs", derive)
    check_edss(coded(tmp_path, [*MSOUTCOMES[:9], (9.5, 0)]))
    assert len(asked) == len(set(asked))
    assert {coding for variant, coding in asked if variant == "converted"} == set(AMBULATION_SCALES)


def test_disagreements_that_no_coding_explains_are_no_coding(tmp_path: Path) -> None:
    apart = [(9.5, score) for score in range(8)]
    assert "another coding" not in check_edss(coded(tmp_path / "none", apart)).sentence
    # Four are too few to tell a coding from chance.
    few = MSOUTCOMES[4:8]
    assert "another coding" not in check_edss(coded(tmp_path / "few", few)).sentence


def test_a_score_that_the_declared_coding_does_not_have_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputProblems) as raised:
        check_edss(coded(tmp_path, [(9.0, 12)], "msoutcomes"))
    assert "ambulation: found 12; allowed: 0 to 11, for ambulation_scale is msoutcomes" in raised.value.report()


def test_the_key_is_read_from_the_file_and_written_back(tmp_path: Path) -> None:
    made = cohort(tmp_path, f"S1,V1,0,0,{NORMAL}")
    said = replace(made.manifest, ambulation_scale="msoutcomes")
    assert parse_manifest(manifest_text(said).encode()).manifest == said
    wrong = manifest_text(said).replace("msoutcomes", "0-11")
    assert any("ambulation_scale" in str(one) for one in parse_manifest(wrong.encode()).problems)
