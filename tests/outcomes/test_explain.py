"""The account of one person: from the twin, checked against the engine, and loud when they differ."""

from __future__ import annotations

from dataclasses import replace

import polars as pl
import pytest
from typer.testing import CliRunner

from remission import cli
from remission.outcomes import explain as recipe
from remission.outcomes.definitions.reading import load_endpoint
from remission.outcomes.definitions.records import Endpoint
from remission.outcomes.evaluation import evaluate
from remission.outcomes.load import load_cohort
from remission.outcomes.outcome import Outcome
from remission.records.cohort import Cohort

ASKED = ["explain", "halt-ms", "R05", "--endpoint", "halt-ms-efs"]


@pytest.fixture
def other_engine(monkeypatch: pytest.MonkeyPatch) -> None:
    """An engine that is a day late for the relapse part."""

    def late(cohort: Cohort, endpoint: Endpoint | str) -> Outcome:
        outcome = evaluate(cohort, endpoint)
        parts = [
            replace(part, spells=part.spells.with_columns(pl.col("exit_day") + 1)) if "relapse" in part.name else part
            for part in outcome.parts
        ]
        return replace(outcome, parts=tuple(parts))

    monkeypatch.setattr(recipe, "evaluate", late)


DEFINITIONS = (
    "halt-ms-efs", "halt-ms-efs-3y", "neda-3", "cdp-24w", "neda-3-rebaselined", "relapse-30d", "improvement-lost",
    "pira-kappos-2020", "edss-6", "next-therapy", "msprog-pira",
)  # fmt: skip


@pytest.mark.parametrize("endpoint", DEFINITIONS)
def test_engine_and_twin_agree_on_everybody_in_the_bundled_trial(endpoint: str) -> None:
    cohort, definition = load_cohort("two-arm"), load_endpoint(endpoint)
    for subject in cohort.subjects["subject_id"].head(25):
        assert recipe.explain(cohort, subject, definition).differences == ()


@pytest.mark.usefixtures("other_engine")
def test_a_difference_is_named_and_exits_3() -> None:
    account = recipe.explain(load_cohort("halt-ms"), "R05", load_endpoint("halt-ms-efs"))
    assert account.differences == ("halt-ms-relapse.exit_day: twin 822, engine 823",)
    result = CliRunner().invoke(cli.command_line(), ASKED)
    assert result.exit_code == 3
    assert "differ" in result.output


def test_agreement_exits_0() -> None:
    assert CliRunner().invoke(cli.command_line(), ASKED).exit_code == 0


def test_somebody_who_did_not_enter_has_no_day_zero() -> None:
    account = recipe.explain(load_cohort("halt-ms"), "R25", load_endpoint("halt-ms-efs"))
    assert account.lines == ("Evaluated and did not enter (reason not recorded): no day zero.",)


def test_windows_are_told_and_compared(monkeypatch: pytest.MonkeyPatch) -> None:
    cohort, endpoint = load_cohort("two-arm"), load_endpoint("neda-3-rebaselined")
    told = [recipe.explain(cohort, subject, endpoint).lines[-1] for subject in cohort.subjects["subject_id"].head(30)]
    for status in ("free of it", "not free: ", "not assessable ("):
        assert any(f": {status}" in line for line in told), status
    read = recipe.evaluate_readings

    def other(cohort: Cohort, endpoint: Endpoint) -> object:
        found = read(cohort, endpoint)
        return replace(found, readings=found.readings.with_columns(status=pl.lit("yes")))

    monkeypatch.setattr(recipe, "evaluate_readings", other)
    accounts = [recipe.explain(cohort, subject, endpoint) for subject in cohort.subjects["subject_id"].head(30)]
    assert any("engine yes" in difference for account in accounts for difference in account.differences)
