"""What a prompt and a notebook show of every result: what it is, not its thousands of rows; and how it is handed on."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import polars as pl
import pytest

from remission.exhibits.tables import Table, shows
from remission.inputs import tabular
from remission.inputs.tabular import Tabular
from remission.multiverse.write import Multiverse
from remission.outcomes.counts import evaluate_counts
from remission.outcomes.definitions.reading import endpoint_names, load_endpoint
from remission.outcomes.evaluation import evaluate
from remission.outcomes.explain import explain
from remission.outcomes.load import load_cohort
from remission.outcomes.readings import evaluate_readings
from remission.records.cohort import Cohort
from remission.report.event_free import estimate_event_free
from remission.stats.estimates import Estimates

LONGEST = 300


@pytest.fixture(scope="module")
def cohort() -> Cohort:
    return load_cohort("two-arm")


@pytest.fixture(scope="module")
def results(cohort: Cohort) -> dict[str, Any]:
    outcome = evaluate(cohort, "relapse-free")
    estimated = estimate_event_free(outcome, cohort=cohort, group_by="arm")
    table = Table("t", "Rows.", outcome.spells, (shows("subject_id"),), outcome.provenance)
    return {
        "cohort": cohort,
        "endpoint": outcome.endpoint,
        "outcome": outcome,
        "counts": evaluate_counts(cohort, "relapse-30d"),
        "readings": evaluate_readings(cohort, "neda-3-rebaselined"),
        "explanation": explain(cohort, "S001", "relapse-free"),
        "estimated": estimated,
        "estimates": estimated.at_times,
        "figure": estimated.draw(),
        "table": table,
    }


def test_a_prompt_shows_what_a_result_is_in_a_line_or_two(results: dict[str, Any]) -> None:
    for name, result in results.items():
        said = repr(result)
        assert said.startswith(f"{type(result).__name__}("), name
        assert len(said) < LONGEST, name
        # Only of an account of one person is the person named.
        assert ("S001" in said) == (name == "explanation"), name
        assert "S002" not in said
    assert repr(results["outcome"]).startswith("Outcome(relapse-free in two-arm: 200 persons, ")
    assert "SIMULATED" in repr(results["outcome"])
    assert repr(results["estimated"]).endswith("; 2 curves)")


def test_no_endpoint_of_the_library_fills_a_screen() -> None:
    said = [repr(load_endpoint(name)) for name in endpoint_names()]
    assert max(map(len, said)) < LONGEST
    assert all(name in one for name, one in zip(endpoint_names(), said, strict=True))


def test_a_notebook_shows_every_result_as_html(results: dict[str, Any]) -> None:
    for name, result in results.items():
        assert result._repr_html_().startswith("<"), name
    assert "<th>relapse-free.relapse.events</th><td>first</td>" in results["endpoint"]._repr_html_()
    assert results["explanation"]._repr_html_().count("<li>") == len(results["explanation"].lines)


def every_tabular() -> Iterator[type]:
    ahead = [Tabular]
    while ahead:
        kind = ahead.pop()
        yield from kind.__subclasses__()
        ahead += kind.__subclasses__()


def test_every_result_of_rows_says_itself_and_not_as_a_dataclass_would() -> None:
    kinds = set(every_tabular())
    assert {Multiverse, Estimates, Table} <= kinds
    assert [kind for kind in kinds if kind.__repr__ is not Tabular.__repr__] == []
    assert [kind for kind in kinds if kind.said is Tabular.said or kind._rows is Tabular._rows] == []


def test_rows_are_handed_on_to_polars(results: dict[str, Any]) -> None:
    assert results["outcome"].to_polars().equals(results["outcome"].spells)
    assert results["counts"].to_polars().height == results["readings"].to_polars()["subject_id"].n_unique() == 200
    assert results["estimated"].to_polars().equals(results["estimated"].estimates.frame)


def test_without_pandas_it_is_said_what_to_do(results: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tabular, "find_spec", lambda name: None)
    with pytest.raises(ImportError, match=r"needs pandas.*pip install pandas.*to_polars"):
        results["outcome"].to_pandas()


def test_pandas_gets_whole_numbers_and_nothing_as_they_are(results: dict[str, Any]) -> None:
    pandas = pytest.importorskip("pandas")
    frame = pl.DataFrame(
        {"n": [7, None], "x": [0.5, None], "yes": [True, None], "name": ["A", None], "on": [date(2020, 1, 31), None]}
    )
    table = Table("t", "", frame, (shows("n"),), results["outcome"].provenance)
    given = table.to_pandas()
    assert [str(one) for one in given.dtypes] == ["Int64", "Float64", "boolean", "string", "object"]
    assert given.iloc[0].to_list() == [7, 0.5, True, "A", date(2020, 1, 31)]
    assert given.iloc[1].isna().all()
    assert isinstance(results["outcome"].to_pandas(), pandas.DataFrame)
