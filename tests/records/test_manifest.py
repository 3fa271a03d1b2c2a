"""`cohort.toml` is read strictly: every key is known, typed, and said to be wrong when it is."""

from __future__ import annotations

import pytest

from made_up.small_cohorts import MANIFEST
from remission.inputs.provenance import Source
from remission.records.cohort import Covariate, Manifest
from remission.records.files.manifest import manifest_text, parse_manifest

TABLES = "subjects, observed, visits, relapses, scans, treatments, adverse_events, labs, courses"
KINDS = '"observed" or "reconstructed" or "simulated"'
KIND_MEANS = "What the records are: this word stands on every picture, table and file, so it is never assumed."
LATE = "day 0 or earlier. What is measured after day zero is no covariate: leave it out."

WRONG = [
    ('kind = "simulated"\n', "", f"key kind: found no such key; allowed: {KINDS}. Add it. {KIND_MEANS}"),
    ('kind = "simulated"', 'kind = ""', f"key kind: found nothing; allowed: {KINDS}. {KIND_MEANS}"),
    ('"simulated"', '"simulation"', f"key kind: found simulation; allowed: {KINDS}. Did you mean simulated?"),
    ('"days"', '"day"', 'key time: found day; allowed: "days" or "dates". Did you mean days?'),
    ('"visits"', '"vists"', f"key collected[2]: found vists; allowed: {TABLES}. Did you mean visits?"),
    ('"visits"', '"scans"', "key collected: found a table listed twice; allowed: each table once. Remove one of them."),
    ('"MIT"', "3", "key licence: found 3; allowed: text in quotes. What the records may be used for."),
    (
        "data_cut = 1000", 'data_cut = "soon"',
        "key data_cut: found soon; allowed: a whole number of days, because time is days. "
        "Write the day of the data cut, counted from day zero.",
    ),
    (
        "data_cut = 1000", "data_cut = true",
        "key data_cut: found true; allowed: a whole number of days, or a date as YYYY-MM-DD. "
        "Last day of the data: a day when time is days, a date when it is dates.",
    ),
    (
        "data_cut = 1000", 'partial_dates = "mid"',
        'key partial_dates: found mid; allowed: "refuse" or "first" or "middle" or "last". Did you mean middle?',
    ),
    (
        "data_cut = 1000", 'missing = ["NA", "-9"]',
        "key missing[2]: found -9; allowed: a text that no column uses otherwise. "
        "Leave the cells empty in the file: the number may be a value of another column.",
    ),
    (
        "data_cut = 1000", 'missing = ["unknown"]',
        "key missing[1]: found unknown; allowed: a text that no column uses otherwise. "
        "It is a word of the schema, and reads as itself: leave it out.",
    ),
    (
        "data_cut = 1000", 'missing = ["NA\u00a0"]',
        r"key missing[1]: found 'NA\u00a0'; allowed: a text without blanks around it. "
        "Take them off: they are taken off values too.",
    ),
    ('"x_nfl_day"', "5", f"key covariates.x_nfl.measured_day: found 5; allowed: {LATE}"),
    (
        'type = "number"', 'type = "float"',
        'key covariates.x_nfl.type: found float; allowed: "number" or "integer" or "text" or "choice". '
        "What the column holds.",
    ),
    (
        'type = "number"', 'type = "choice"',
        "key covariates.x_nfl.choices: found type and choices that disagree; "
        "allowed: a list of choices when type is choice, and none otherwise. Mend one of the two.",
    ),
    (
        "[covariates.x_nfl]", "[covariates.nfl]",
        "key covariates.nfl: found a covariate without x_; allowed: a name that begins with x_. Name it x_nfl.",
    ),
    (
        '"simulated"', '"reconstructed"',
        "key sources: found no source; allowed: at least one [[sources]], because kind is reconstructed. "
        "Name the publication that the records were reconstructed from.",
    ),
    (
        "[covariates.x_nfl]", '[[sources]]\ncitation = "A"\nstatus = "sure"\n[covariates.x_nfl]',
        'key sources[1].status: found sure; allowed: "verified" or "secondary" or "derived" or "unverified". '
        "How far it was checked.",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "words"), WRONG)
def test_it_names_a_wrong_key(old: str, new: str, words: str) -> None:
    assert old in MANIFEST
    problems = parse_manifest(MANIFEST.replace(old, new).encode()).problems
    assert [str(problem) for problem in problems] == [f"cohort.toml, {words}"]


def test_it_names_the_nearest_known_key() -> None:
    problem = parse_manifest(MANIFEST.replace("licence", "license").encode()).problems[-1]
    assert (problem.column, problem.found, problem.next_step) == (
        "license", "unknown key 'license'", "Did you mean licence?",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"kind = \xe9", "found bytes that are not UTF-8 in line 1; allowed: text in UTF-8. Save the file as UTF-8."),
        (
            b"kind = ",
            "found text that is not TOML (Invalid value (at end of document)); allowed: TOML. Mend that line.",
        ),
    ],
)
def test_it_names_a_file_that_is_not_toml(content: bytes, words: str) -> None:
    parsed = parse_manifest(content)
    assert parsed.manifest is None
    assert [str(problem) for problem in parsed.problems] == [f"cohort.toml: {words}"]


def test_a_wrong_data_cut_in_a_cohort_of_dates_is_named() -> None:
    text = MANIFEST.replace('"days"', '"dates"')
    assert [problem.column for problem in parse_manifest(text.encode()).problems] == ["data_cut"]
    assert parse_manifest(text.replace("1000", "2020-02-29").encode()).problems == ()
    assert parse_manifest(text.replace("1000", '"2020-02-30"').encode()).problems != ()


def test_a_byte_order_mark_is_accepted() -> None:
    assert parse_manifest(b"\xef\xbb\xbf" + MANIFEST.encode()).problems == ()


def test_subjects_are_always_collected() -> None:
    manifest = parse_manifest(MANIFEST.replace('"subjects", ', "").encode()).manifest
    assert manifest is not None
    assert manifest.collected[:2] == ("subjects", "visits")


def test_what_is_written_is_read_back() -> None:
    manifest = Manifest(
        name='a "b" \\ \x7f\n', title="Ü", kind="reconstructed", day_zero="d", time="days", collected=("subjects",),
        licence="MIT", data_cut=0, partial_dates="last", note="two\nlines",
        covariates=(Covariate("x_g", "choice", -1, ("low", "high")), Covariate("x_n", "number", "x_day", (), "pg/ml")),
        sources=(Source("A 2020", "verified", "Table 1"), Source("B", "derived", says="x")),
    )  # fmt: skip
    parsed = parse_manifest(manifest_text(manifest).encode())
    assert parsed.problems == ()
    assert parsed.manifest == manifest
