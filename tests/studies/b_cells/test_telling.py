"""B cells on the command line: the answer first, every row with its reason, and plain data without loss."""

from __future__ import annotations

import json

import pytest
from typer.testing import CliRunner

from made_up.b_cells import EFFECTS, invented
from remission.cli.evidence import app
from remission.inputs.problems import InputProblems
from remission.stats.rank_correlation import RankRange
from remission.studies.b_cells.join import join
from remission.studies.b_cells.load import load_b_cells
from remission.studies.b_cells.telling import b_cell_data, b_cell_words, number_words, range_words, when_words
from remission.studies.b_cells.ways import answer


def run(*arguments: str) -> str:
    ran = CliRunner().invoke(app, ["bcells", *arguments], catch_exceptions=False)
    assert ran.exit_code == 0
    return ran.output


def test_the_first_line_says_what_cannot_be_known_in_plain_words_and_then_that_there_is_no_axis() -> None:
    first, then, *_ = run().splitlines()[0].split(". ")
    assert first == "What can be read today does not show whether drugs that take away more memory B cells work better"
    assert then.startswith("No axis can be drawn")


def test_the_data_hold_every_row_with_its_source_and_status() -> None:
    data = json.loads(run("--json"))
    assert data["carries_axis"] is False
    assert len(data["rows"]) == len(load_b_cells().counts)
    assert all(row["source"] or row["status"] == "not found" for row in data["rows"])
    assert len(data["beside"]) == len(load_b_cells().beside)
    assert [len(one["counted_alike"]) for one in data["rules_of_treating_again"]] == [0, 0, 0, 0, 1, 0]


def test_natalizumab_can_be_asked_for_in_tissue() -> None:
    data = json.loads(run("--natalizumab", "tissue", "--json"))
    assert data["asked"]["natalizumab"] == "tissue"
    assert "asked for in tissue" in json.dumps(data["left_out"])
    assert "asked for in tissue" not in run("--json")


def test_a_window_of_months_is_asked_for_and_told() -> None:
    said = run("--from-month", "6", "--to-month", "12")
    assert "from month 6 to month 12" in said
    assert "when is not told" in said
    data = json.loads(run("--from-month", "6", "--json"))
    assert data["asked"]["window"] == [6, None]
    assert [point["drug"] for point in data["points"]] == ["natalizumab"]


def test_what_cannot_be_asked_is_told_all_at_once() -> None:
    with pytest.raises(InputProblems) as wrong:
        run("--subset", "memry B", "--denominator", "counts", "--from-month", "9", "--to-month", "3")
    assert [one.column for one in wrong.value.problems] == ["denominator", "from_month", "subset"]
    assert "Did you mean memory B?" in wrong.value.report()


def test_an_axis_that_can_be_is_told_with_its_range_and_without_each_drug() -> None:
    joined = join(invented(), EFFECTS)
    said = "\n".join(b_cell_words(load_b_cells(), joined, EFFECTS))
    assert "Correlation of ranks over all orders: +1.00; with one drug left out: +1.00" in said
    data = b_cell_data(load_b_cells(), joined, EFFECTS)
    assert data["rank_correlation"] == {"low": 1.0, "high": 1.0}
    assert list(data["with_one_drug_left_out"]) == list(EFFECTS)


def test_the_answer_changes_when_the_rows_do() -> None:
    assert "lies from 1.00 to 1.00" in answer(invented(), EFFECTS)
    assert "No axis" in answer(invented()[:4], EFFECTS)
    assert "No drug has" in answer([], {})


def test_numbers_are_written_as_they_were_printed() -> None:
    found = {(row.drug, row.subset, row.statistic): row for row in load_b_cells().counts}
    assert number_words(found["rituximab", "memory B", "level"]) == "4 (0 to 16)"
    assert number_words(found["ocrelizumab", "total B", "people at 1 %"]) == "85 to 90"
    assert number_words(found["daclizumab", "memory B", "change"]) == "not found"
    assert number_words(found["natalizumab", "total B", "change"]) == "up"
    assert when_words(found["teriflunomide", "memory B", "change"]) == "at 6 months"
    assert range_words(RankRange(-0.5, 1)) == "−0.50 to +1.00"
    assert range_words(None) == "not estimable"
