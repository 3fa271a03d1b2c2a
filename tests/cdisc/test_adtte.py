"""Outcomes as ADTTE: what the standard's variables say, and that the spells come back."""

from __future__ import annotations

import json
import tempfile
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from remission.cdisc.adtte import (
    adtte,
    adtte_spells,
    censor_codes,
    read_adtte,
    spell_names,
    write_adtte,
)
from remission.cdisc.dataset_json import REQUIRED
from remission.cdisc.transport import LOSSES
from remission.inputs.problems import InputProblems
from remission.inputs.provenance import Provenance
from remission.outcomes.definitions.changes import Confirmation, Threshold
from remission.outcomes.definitions.records import REASONS, Composite, Endpoint
from remission.outcomes.definitions.rules.death import Death
from remission.outcomes.definitions.rules.progression import Progression
from remission.outcomes.definitions.rules.relapse import Relapse
from remission.outcomes.evaluation import evaluate
from remission.outcomes.load import load_cohort
from remission.outcomes.outcome import SPELL_COLUMNS, Outcome

FILES = ("adtte.parquet", "adtte.json", "adtte.ndjson")


def progression(event_date: str = "onset") -> Endpoint:
    rule = Progression((Threshold(0, 1.0),), Confirmation(84), event_date=event_date)  # type: ignore[arg-type]
    return Endpoint("cdp-12w", "Progression", "Free of progression", record=rule)


RELAPSE = Endpoint("relapse-free", "Relapse", "Relapse-free survival", record=Relapse())
DEATH = Endpoint("death", "Death", "Survival", record=Death())


def spells(*rows: dict[str, Any]) -> pl.DataFrame:
    usual = {"episode": 1, "origin_day": 0, "entry_day": 0, "strategy": "as observed", "weight": 1.0}
    whole = [dict.fromkeys(SPELL_COLUMNS) | usual | {"subject_id": f"S{n}"} | row for n, row in enumerate(rows, 1)]
    return pl.DataFrame(whole, schema=dict(SPELL_COLUMNS), orient="row")


def outcome(
    endpoint: Endpoint, frame: pl.DataFrame, kind: Any = "simulated", parts: tuple[Outcome, ...] = ()
) -> Outcome:
    return Outcome(endpoint, frame, Provenance("little", kind, "abc"), parts)


def event(day: int, cause: str, **more: Any) -> dict[str, Any]:
    return {"exit_day": day, "event": True, "cause": cause} | more


def rows_of(made: Outcome, *columns: str) -> list[tuple[Any, ...]]:
    return adtte(made).dataset.frame.select(columns).rows()


def test_time_is_days_since_the_origin_plus_one_and_censoring_a_code() -> None:
    frame = spells(
        event(99, "relapse-free", relapse_row="R7"),
        {"exit_day": 200, "event": False, "reason": "lost"},
        {"exit_day": 30, "event": False, "reason": "completed", "origin_day": 30, "entry_day": 30},
        {"exit_day": -3, "event": False, "reason": "no-follow-up", "origin_day": -3, "entry_day": -3},
    )
    assert rows_of(outcome(RELAPSE, frame), "AVAL", "ADY", "CNSR", "EVNTDESC", "CNSDTDSC") == [
        (100, 100, 0, "Relapse", None),
        (201, 201, 2, "lost to follow-up", "lost to follow-up"),
        (1, 31, 1, "follow-up was completed", "follow-up was completed"),
        (1, -3, censor_codes()["no-follow-up"], "no follow-up", "no follow-up"),
    ]


def test_every_reason_has_a_code_of_its_own_and_the_define_table_says_them(tmp_path: Path) -> None:
    codes = censor_codes()
    assert sorted(codes.values()) == list(range(1, len(REASONS) + 1))
    written = write_adtte(outcome(DEATH, spells(event(5, "death"))), tmp_path / "adtte.json")
    define = pl.read_csv(written.define)
    told = define.filter(pl.col("what") == "code of CNSR")
    assert dict(told.select("label", "name").iter_rows()) == {
        "event": "0", "other": str(len(REASONS) + 1), **{reason: str(code) for reason, code in codes.items()}
    }  # fmt: skip
    variables = define.filter(pl.col("what") == "variable")["name"].to_list()
    assert variables == read_adtte(tmp_path / "adtte.json").frame.columns
    assert set(define.filter(pl.col("what") == "loss of a transport file")["name"]) == set(LOSSES)


@pytest.mark.parametrize(
    ("endpoint", "rows", "source"),
    [
        (progression(), {"onset_row": "QS.12:S1", "confirmation_row": "QS.15:S1"}, ("QS", "QSDTC", 12)),
        (progression("confirmation"), {"onset_row": "QS.12:S1", "confirmation_row": "RS.15:S1"}, ("RS", "RSDTC", 15)),
        (progression(), {"baseline_row": "V1", "onset_row": "V4", "confirmation_row": "V5"}, ("VISITS", "DAY", 4)),
        (progression(), {"onset_row": "V4", "relapse_row": "R9"}, ("VISITS", "DAY", 4)),
        (RELAPSE, {"relapse_row": "CE.3:S1"}, ("CE", "CESTDTC", 3)),
        (RELAPSE, {"relapse_row": "first"}, ("RELAPSES", "DAY", None)),
        (DEATH, {}, ("SUBJECTS", "DEATH_DAY", None)),
    ],
)
def test_the_row_that_dates_the_event_is_the_source(
    endpoint: Endpoint, rows: dict[str, str], source: tuple[Any, ...]
) -> None:
    made = adtte(outcome(endpoint, spells(event(50, endpoint.name, **rows))))
    assert made.dataset.frame.select("SRCDOM", "SRCVAR", "SRCSEQ").row(0) == source
    unnumbered = source[2] is None and bool(rows)
    assert made.unresolved["row_id"].to_list() == ([rows["relapse_row"]] if unnumbered else [])


def test_a_censoring_has_no_source() -> None:
    frame = spells({"exit_day": 9, "event": False, "reason": "lost", "baseline_row": "QS.1:S1"})
    assert rows_of(outcome(progression(), frame), "SRCDOM", "SRCVAR", "SRCSEQ") == [(None, None, None)]


def composite() -> Outcome:
    whole = Endpoint(
        "cdp-12w-or-death", "Progression", "Free of both",
        record=Composite(("cdp-12w", "death")), parts=(progression("confirmation"), DEATH),
    )  # fmt: skip
    first = spells(event(90, "cdp-12w", onset_row="QS.1:S1", confirmation_row="QS.4:S1", also="death"))
    parts = (
        outcome(progression("confirmation"), first.with_columns(also=pl.lit(None, pl.String))),
        outcome(DEATH, spells(event(90, "death"))),
    )
    return outcome(whole, first, parts=parts)


def test_a_composite_gives_a_parameter_of_its_own_and_one_for_each_part() -> None:
    frame = adtte(composite()).dataset.frame
    assert frame.select("ENDPOINT", "PARAMCD", "PARAM", "ASEQ", "SRCSEQ").rows() == [
        ("cdp-12w-or-death", "CDP12WOR", "Progression (cdp-12w-or-death)", 1, 4),
        ("cdp-12w", "CDP12W", "Progression (cdp-12w)", 2, 4),
        ("death", "DEATH", "Death", 3, None),
    ]


def test_codes_of_parameters_are_each_once_and_begin_with_a_letter() -> None:
    names = ["halt-ms-relapse", "halt-ms-relapses", "halt-ms-rest", "9hpt"]
    parts = tuple(outcome(Endpoint(name, name, name, record=Death()), spells()) for name in names)
    made = adtte(outcome(DEATH, spells(), parts=parts)).define
    codes = made.filter(pl.col("what") == "parameter")["name"].to_list()
    assert codes == ["DEATH", "HALTMSRE", "HALTMSR2", "HALTMSR3", "P9HPT"]


def test_dates_stand_there_only_when_they_are_given(tmp_path: Path) -> None:
    made = outcome(DEATH, spells(event(31, "death", origin_day=1), event(5, "death")))
    assert not {"STARTDT", "ADT"} & set(adtte(made).dataset.frame.columns)
    zero = {"S1": date(2020, 1, 1)}
    for name in (*FILES, "adtte.xpt"):
        write_adtte(made, tmp_path / name, day_zero_dates=zero)
        back = read_adtte(tmp_path / name).frame.select("STARTDT", "ADT").rows()
        assert back == [(date(2020, 1, 2), date(2020, 2, 1)), (None, None)]


def test_study_is_that_of_the_subject(tmp_path: Path) -> None:
    folder = tmp_path / "c"
    folder.mkdir()
    (folder / "cohort.toml").write_text(
        'name = "c"\ntitle = "C"\nkind = "simulated"\nday_zero = "start"\ntime = "days"\nlicence = "MIT"\n'
        'collected = ["subjects"]\n'
    )
    (folder / "subjects.csv").write_text("subject_id,study,entered\nS2,B,yes\nS1,A,yes\n")
    made = outcome(DEATH, spells(event(3, "death"), event(4, "death"), event(5, "death")))
    assert adtte(made, load_cohort(folder)).dataset.frame["STUDYID"].to_list() == ["A", "B", "little"]
    assert adtte(made).dataset.frame["STUDYID"].to_list() == ["little"] * 3


@pytest.mark.parametrize("kind", ["observed", "reconstructed", "simulated"])
def test_every_file_says_what_the_records_are(tmp_path: Path, kind: str) -> None:
    made = outcome(DEATH, spells(event(3, "death")), kind)
    for name, version in [*((file, 5) for file in FILES), ("adtte.xpt", 5), ("adtte.xpt", 8)]:
        written = write_adtte(made, tmp_path / name, version=version)  # type: ignore[arg-type]
        back = read_adtte(tmp_path / name)
        assert back.label == f"Time to event, {kind.upper()}"
        assert back.frame["STANDING"].to_list() == [kind]
        if kind != "observed":
            assert made.provenance.warning in written.define.read_text()


def test_dataset_json_has_the_attributes_of_the_standard(tmp_path: Path) -> None:
    write_adtte(composite(), tmp_path / "adtte.json")
    said = json.loads((tmp_path / "adtte.json").read_text())
    assert set(REQUIRED) <= said.keys()
    assert (said["records"], said["itemGroupOID"], said["name"]) == (3, "IG.ADTTE", "ADTTE")
    kinds = {column["name"]: column["dataType"] for column in said["columns"]}
    assert (kinds["AVAL"], kinds["WEIGHT"], kinds["USUBJID"]) == ("integer", "double", "string")


def test_names_and_labels_fit_a_transport_file_of_version_5() -> None:
    dataset = adtte(composite()).dataset
    assert len(set(dataset.frame.columns)) == len(dataset.frame.columns)
    for name in dataset.frame.columns:
        assert len(name) <= 8
        assert name.isalnum()
        assert 0 < len(dataset.labels[name].encode()) <= 40
    assert set(spell_names()) == set(SPELL_COLUMNS)


def test_another_ending_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputProblems):
        write_adtte(composite(), tmp_path / "adtte.sas7bdat")
    with pytest.raises(KeyError, match="cdp-12w-or-death"):
        adtte_spells(adtte(composite()).dataset, "nothing")


# ------------------------------------------------------------------ round trips

DAYS = st.integers(-400, 4000)
WORDS = st.none() | st.text(st.characters(codec="utf-8", exclude_characters="\x00"), min_size=1, max_size=12)
# What a transport file keeps as it is: no blank at the end, no letter that is not ASCII.
PLAIN = st.none() | st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=1, max_size=12)


@st.composite
def random_spells(draw: st.DrawFn, words: st.SearchStrategy[str | None]) -> pl.DataFrame:
    rows = []
    for number in range(draw(st.integers(0, 4))):
        row: dict[str, Any] = {}
        for name, kind in SPELL_COLUMNS.items():
            row[name] = draw(words) if kind == pl.String else draw(DAYS)
        row |= {"subject_id": f"S{number // 2}", "episode": number % 2 + 1, "event": draw(st.booleans())}
        row["weight"] = draw(st.floats(0, 1e6, allow_subnormal=False).filter(lambda x: x == 0 or x > 1e-70))
        row["last_free_day"] = draw(st.none() | DAYS)
        row["reason"] = None if row["event"] else draw(st.sampled_from(REASONS) | words)
        rows.append(row)
    return pl.DataFrame(rows, schema=dict(SPELL_COLUMNS), orient="row")


@settings(max_examples=20)
@given(random_spells(WORDS), random_spells(WORDS), st.sampled_from(FILES))
def test_parquet_and_dataset_json_give_the_same_spells_back(whole: pl.DataFrame, part: pl.DataFrame, file: str) -> None:
    made = outcome(DEATH, whole, parts=(outcome(RELAPSE, part),))
    with tempfile.TemporaryDirectory() as place:
        written = write_adtte(made, Path(place) / file)
        back = read_adtte(Path(place) / file)
    assert not written.losses.height
    for name, frame in (("death", whole), ("relapse-free", part)):
        if frame.height:
            assert_frame_equal(adtte_spells(back, name), frame)


@settings(max_examples=20)
@given(random_spells(PLAIN), st.sampled_from([5, 8]))
def test_a_transport_file_gives_plain_spells_back_and_tells_only_of_types(frame: pl.DataFrame, version: Any) -> None:
    # Version 5 cannot say that there is no row.
    assume(frame.height or version == 8)
    made = outcome(DEATH, frame)
    with tempfile.TemporaryDirectory() as place:
        written = write_adtte(made, Path(place) / "adtte.xpt", version=version)
        back = read_adtte(Path(place) / "adtte.xpt")
    assert set(written.losses["what"]) <= {"integer"}
    if frame.height:
        assert_frame_equal(adtte_spells(back, "death"), frame)


def test_a_transport_file_tells_each_value_that_it_loses(tmp_path: Path) -> None:
    frame = spells(event(3, "death", onset_row="Zoë", strategy="x" * 201, also="a ", weight=1e-90))
    losses = write_adtte(outcome(DEATH, frame), tmp_path / "adtte.xpt").losses.filter(pl.col("what") != "integer")
    assert set(losses.select("column", "what").iter_rows()) == {
        ("ONSETROW", "not ASCII"),
        ("STRATEGY", "long text"),
        ("ALSO", "trailing blanks"),
        ("WEIGHT", "number"),
    }
    back = adtte_spells(read_adtte(tmp_path / "adtte.xpt"), "death").row(0, named=True)
    assert (back["onset_row"], back["also"], back["weight"], len(back["strategy"])) == ("Zo?", "a", 0.0, 200)


def test_dataset_json_keeps_blanks_and_empty_texts(tmp_path: Path) -> None:
    frame = spells(event(3, "death", onset_row="V1 ", strategy="", also=None))
    for name in FILES:
        write_adtte(outcome(DEATH, frame), tmp_path / name)
        assert_frame_equal(adtte_spells(read_adtte(tmp_path / name), "death"), frame)


def test_a_transport_file_in_which_two_persons_would_become_one_is_not_written(tmp_path: Path) -> None:
    outcome = evaluate(load_cohort("halt-ms"), "death")
    names = pl.Series("subject_id", ["日本", "東京", *outcome.spells["subject_id"].to_list()[2:]])
    odd = replace(outcome, spells=outcome.spells.with_columns(names))
    with pytest.raises(InputProblems) as refused:
        write_adtte(odd, tmp_path / "adtte.xpt")
    assert [problem.column for problem in refused.value.problems] == ["USUBJID"]
    assert not (tmp_path / "adtte.xpt").exists()
    assert write_adtte(odd, tmp_path / "adtte.json").rows == outcome.spells.height
