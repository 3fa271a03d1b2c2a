"""A person's value goes to the one who supplied the file, and never to a log or a traceback."""

from __future__ import annotations

import logging
import pickle
import traceback

import pytest

from made_up.small_cohorts import Folder
from remission.inputs.problems import InputProblems

SECRETS = ("SECRET-37", "31.123")


def load_broken(good: Folder) -> InputProblems:
    good.cell("visits.csv", 2, "subject_id", SECRETS[0]).cell("visits.csv", 4, "edss", SECRETS[1])
    with pytest.raises(InputProblems) as raised:
        good.load()
    return raised.value


def test_no_value_is_in_a_log_or_a_traceback(good: Folder, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        error = load_broken(good)
    printed = str(error) + repr(error) + "".join(traceback.format_exception(error)) + caplog.text
    assert caplog.records == []
    assert not [secret for secret in SECRETS if secret in printed]
    assert str(error) == "2 problem(s) in visits.csv"


def test_the_report_does_show_the_values(good: Folder) -> None:
    report = load_broken(good).report()
    assert all(secret in report for secret in SECRETS)


def test_a_file_that_cannot_be_read_has_no_hidden_cause(good: Folder) -> None:
    good.files["visits.csv"] = b"subject_id,row_id,day\nSECRET-37,\xff,1\n"
    with pytest.raises(InputProblems) as raised:
        good.load()
    assert raised.value.__cause__ is None
    assert raised.value.__context__ is None


def test_a_printed_cohort_shows_numbers_of_rows_and_no_value(good: Folder) -> None:
    good.cell("adverse_events.csv", 2, "term", SECRETS[0])
    rows = "subjects 3, visits 5, relapses 2, scans 2, treatments 2, adverse_events 2, observed 7"
    cohort = good.load()
    assert repr(cohort) == str(cohort) == f"Cohort(small, simulated; rows: {rows})"


def broken_everywhere(good: Folder) -> InputProblems:
    """A secret in a name, a score, a group, a therapy, a time stamp, and one with a blank beside it."""
    load_broken(good)
    good.cell("subjects.csv", 2, "arm", "SECRET-37 ").cell("treatments.csv", 2, "therapy", "SECRET-37")
    good.cell("subjects.csv", 3, "arm", "SECRET-38\u200b").cell("relapses.csv", 2, "severity", "SECRET-37")
    good.cell("scans.csv", 2, "day", "SECRET-37").cell("subjects.csv", 4, "arm", "NA")
    return InputProblems(good.problems())


def test_what_a_notebook_or_a_traceback_shows_has_every_place_and_no_value(good: Folder) -> None:
    error = broken_everywhere(good)
    assert error.report().count("SECRET") == 5
    for shown in (error._repr_html_(), "\n".join(error._render_traceback_())):
        assert "SECRET" not in shown
        assert "31.123" not in shown
        # Nor in advice, which quotes what NA would have to be declared as.
        assert "NA in 1 row" not in shown
        assert not [problem.place for problem in error.problems if problem.place not in shown]
        assert "problems.report()" in shown
    assert "SECRET" not in "".join(traceback.format_exception(error))
    assert "visits.csv, row 4, column edss: a value that is not allowed" in "".join(traceback.format_exception(error))


def test_problems_reach_another_process_whole(good: Folder) -> None:
    error = load_broken(good)
    assert pickle.loads(pickle.dumps(error)).problems == error.problems


def test_a_page_of_problems_escapes_names_of_columns(good: Folder) -> None:
    good.replace("visits.csv", "rater", "<b>")
    error = InputProblems(good.problems())
    assert "<b>" not in error._repr_html_()
    assert "&lt;b&gt;" in error._repr_html_()
