"""Why a cell of coverage is what it is: in the twin's questions, each pinned by hand, and held against the engine."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from made_up import command_line
from remission.supply.coverage.month_arrays import months_between
from remission.supply.coverage.narration import SENTENCES, narrate, verdict_of
from remission.supply.coverage.reasons import REASONS, Supply
from remission.supply.coverage.rule import load_coverage_rule
from remission.supply.explain import CoverageAccounts
from remission.supply.reference.coverage import Answered, PlainStock, plain_steps
from remission.supply.views import AtlasViews

MONTHS = months_between(date(2022, 1, 1), date(2024, 12, 1))
RULE = load_coverage_rule()
FULL = {("A", "x", month): 1.0 for month in MONTHS[:12]}


def told(supply: Supply, month: date, issued: dict[tuple[str, str, date], float] = FULL, **about: object) -> list[str]:
    """What is said of a month of code A, which reports 900 rows in every month."""
    rows = {("A", each): 900 for each in MONTHS} | dict.fromkeys(about.pop("rows", {}), 100)  # type: ignore[call-overload]
    stock = PlainStock(issued, issued, rows, MONTHS, **about)  # type: ignore[arg-type]
    steps = plain_steps(stock, "A", supply, RULE, [month])[month]
    return [verdict_of(steps[-1].reason), *narrate(steps)]


def test_a_stop_at_the_full_level_is_told_with_its_level() -> None:
    # A patient-year a month is 12.0 a year; the last issue was in December 2022, five months of reports before May.
    assert told(Supply("x"), date(2023, 5, 1)) == [
        "not visible here: issues stopped at their full level: homecare or an outsourced pharmacy is suspected",
        "900 rows of any medicine were reported; fewer than 180, beside the usual 900, would be a partial submission.",
        "Nothing of it was issued.",
        "The last issue was in December 2022, 5 months of reports before, longer than supply lasts (3).",
        "Issues stood at their full level, 12.0 patient-years a year, when they stopped: nothing faded out.",
    ]


def test_what_lasts_and_what_was_issued_end_the_questions() -> None:
    assert told(Supply("x"), date(2022, 12, 1))[2:] == ["It was issued in this month: 1 units."]
    assert told(Supply("x"), date(2023, 2, 1))[-1] == (
        "The last issue was in December 2022, 2 months of reports before: supply lasts for up to 3."
    )


def test_months_without_a_report_are_told_as_such() -> None:
    month = date(2022, 6, 1)
    assert told(Supply("x"), month, rows=[("A", month)])[1] == (
        "100 rows of any medicine were reported; fewer than 180, beside the usual 900, are a partial submission."
    )
    assert "a part of the trust that should have reported was silent" in told(
        Supply("x"), month, lacking={("A", month)}
    )[1]  # fmt: skip


def test_homecare_and_hospitals_are_told_apart_where_nothing_was_ever_issued() -> None:
    home, hospital = (told(Supply("x", homecare=homecare), MONTHS[-1], {}) for homecare in ("yes", "no"))
    assert home[0] == "not visible here: never issued here: homecare supplies it as a rule"
    assert home[-1].startswith("Homecare companies supply it as a rule, which these data do not show")
    assert hospital[0] == "not used: never issued here, and hospitals supply it as a rule"
    assert hospital[-1] == "In 36 months of reports, January 2022 to December 2024, it was never issued here."


@pytest.mark.parametrize(
    ("low", "high", "words"),
    [(0, 0, "it treated nobody with it then"), (7, 7, "(7), so they"), (1, None, "(at least 1)"), (2, 4, "(2 to 4)")],
)
def test_an_answer_is_the_last_word_over_a_silence(low: int, high: int | None, words: str) -> None:
    answer = Answered("A", "x", date(2023, 5, 1), date(2023, 5, 1), low, high)
    said = told(Supply("x"), date(2023, 5, 1), answers=[answer])
    assert words in said[-1]
    assert "the trust answered" in said[0]
    # An interval that may be nobody says nothing, and an answer never denies an issue.
    unsure = told(Supply("x"), date(2023, 5, 1), answers=[answer._replace(low=0, high=4)])
    assert unsure == told(Supply("x"), date(2023, 5, 1))
    seen = told(Supply("x"), MONTHS[0], answers=[answer._replace(first=MONTHS[0])])
    assert seen[-1] == "It was issued in this month: 1 units."


def test_every_question_has_a_sentence_and_every_reason_a_verdict() -> None:
    asked = {step.asked for steps in _every_step() for step in steps}
    assert asked <= set(SENTENCES)
    assert all(verdict_of(reason) for reason in REASONS)


def _every_step() -> list[tuple[object, ...]]:
    found = []
    for homecare in ("yes", "no"):
        for issued in (FULL, {}, {("A", "x", MONTHS[20]): 1.0}):
            stock = PlainStock(issued, issued, {("A", each): 900 for each in MONTHS}, MONTHS)
            found += list(plain_steps(stock, "A", Supply("x", homecare=homecare), RULE).values())
    return found  # type: ignore[return-value]


def test_the_atlas_is_explained_as_the_engine_decided_it(views: AtlasViews) -> None:
    accounts = CoverageAccounts(views)
    cells = [(code, therapy, month) for code in views.everyone.codes[:6] for therapy in views.everyone.therapies
             for month in (views.months[0], views.months[20], views.months[-1])]  # fmt: skip
    assert [cell for cell in cells if accounts.of(*cell).differs] == []
    assert len({accounts.of(*cell).state for cell in cells}) >= 3


def test_an_engine_that_decides_otherwise_is_noticed(views: AtlasViews) -> None:
    everyone = replace(views.everyone, reasons=np.zeros_like(views.everyone.reasons))  # everything silent
    account = CoverageAccounts(replace(views, everyone=everyone)).of("R0A", "natalizumab", views.months[-1])
    assert account.differs == "the engine says 'silent', its plain twin 'issued'"
    (row,) = CoverageAccounts(replace(views, everyone=everyone)).newest("R0A", ["natalizumab"]).to_dicts()
    assert "Please report this: the engine says 'silent'" in row["asked"]


def test_the_command_answers_first_and_takes_any_case_brands_and_old_codes(built: object, atlas_home: Path) -> None:
    done = command_line.run("atlas", "explain", "rm2", "Tysabri", "2026-09", "--data", str(atlas_home))
    assert done.returncode == 0, done.stderr
    first, second, *rest = done.stdout.splitlines()
    assert first.startswith("SYNTHETIC")
    assert second.startswith("Manchester University NHS FT [R0A], natalizumab, September 2026: ")
    assert rest[-1] == "The fast engine decided the same."
    wrong = command_line.run("atlas", "explain", "XX", "foo", "2030-01", "--data", str(atlas_home))
    assert wrong.returncode == 2
    assert all(word in wrong.stderr for word in ("CODE: found XX", "MONTH: found 2030-01", "THERAPY: found foo"))
