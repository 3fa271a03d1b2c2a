"""Risk of bias: not judged is the default, what somebody judged says who and why, and each kind has its tool."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from made_up.studies import series
from remission.studies.bias import judged, tool_for, tools
from remission.studies.load import load_studies
from remission.studies.study import NOT_JUDGED, Judgement

DAY = date(2026, 11, 30)


def test_every_kind_of_study_but_pools_has_a_tool() -> None:
    library = load_studies()
    for study in library.every:
        assert (tool_for(study) is None) == (study.kind in ("pooled by others", "extension")), study.name
    assert {one.name: len(one.domains) for one in tools().values()} == {
        "case-series": 10, "rob-2": 5, "robins-i-2016": 7, "robins-i-2025": 6,
    }  # fmt: skip


def test_nothing_is_judged_until_somebody_does() -> None:
    cells = [cell for study in load_studies().every for cell in judged(study)]
    assert {cell.judgement for cell in cells} == {NOT_JUDGED}
    assert {cell.by for cell in cells} == {""}


def test_a_judgement_of_one_result_goes_before_one_of_the_whole_study() -> None:
    whole = Judgement("case-series", "complete", "no", "A. Reader", "people lost", DAY)
    of_deaths = replace(whole, judgement="yes", what="transplant-deaths", why="deaths of all are told")
    study = replace(series("a", 10), risk_of_bias=(of_deaths, whole))
    told = {
        what: next(one for one in judged(study, what) if one.domain.name == "complete")
        for what in ("neda", "transplant-deaths")
    }
    assert (told["neda"].judgement, told["transplant-deaths"].judgement) == ("no", "yes")
    assert told["transplant-deaths"].by == "A. Reader"


def test_the_tool_that_was_used_goes_before_the_one_of_the_kind() -> None:
    study = replace(series("a", 10), kind="comparison")
    assert tool_for(study) is tools()["robins-i-2025"]
    older = Judgement("robins-i-2016", "deviations", "low", "A. Reader", "none", DAY)
    assert tool_for(replace(study, risk_of_bias=(older,))) is tools()["robins-i-2016"]
