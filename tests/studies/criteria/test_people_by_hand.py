"""People made up by hand, each judged on paper from what was read of a rule set before the program was asked."""

from __future__ import annotations

import pytest

from remission.studies.criteria.check import judge
from remission.studies.criteria.facts import Answer, vocabulary
from remission.studies.criteria.load import chosen_rule_sets

Person = dict[str, Answer]

STRONG: Person = {"course": "RRMS", "edss": 5.5, "high_efficacy_failed": 1}
SHEFFIELD: Person = {"course": "RRMS", "age": 56, "edss": 6.5, "high_efficacy_failed": 1, "new_t2_12_months": 1,
                     "relapses_on_treatment_12_months": 2, "months_on_treatment": 6}  # fmt: skip
LONDON: Person = {"course": "RRMS", "age": 65, "edss": 6, "walks_20_metres": True, "enhancing_lesions": 1,
                  "natalizumab_or_alemtuzumab_failed": True, "years_since_diagnosis": 15}  # fmt: skip
NO_LESION: Person = {"enhancing_lesions": 0, "new_t2_12_months": 0}
HALT: Person = {"course": "RRMS", "age": 60, "edss": 3, "relapses_on_treatment_12_months": 2, "new_t2_12_months": 1,
                "years_since_diagnosis": 14.5}  # fmt: skip
CANADA: Person = {"age": 50, "edss": 6, "worse_18_months": True, "treatments_failed": 1}
ASTIMS: Person = {"course": "RRMS", "age": 18, "edss": 3.5, "relapses_12_months": 2, "enhancing_lesions": 1,
                  "worse_12_months": True}  # fmt: skip
MIST: Person = {"age": 55, "edss": 2, "relapses_on_treatment_12_months": 2, "enhancing_lesions": 1,
                "treatment_at_activity": "injection", "months_treated_before_activity": 6}  # fmt: skip
RAM: Person = {"course": "RRMS", "age": 50, "edss": 5.5, "relapses_on_treatment_12_months": 1, "enhancing_lesions": 1,
               "treatment_at_activity": "tablet", "months_treated_before_activity": 3}  # fmt: skip
COAST: Person = {"course": "RRMS", "age": 18, "edss": 6, "years_since_first_symptom": 9.5, "had_natalizumab": False,
                 "months_treated_before_activity": 6}  # fmt: skip
MEXICO: Person = {"course": "PPMS", "age": 90, "edss": 7, "months_since_scan": 2, "can_transfer": True}

JUDGED: list[tuple[str, Person, str]] = [
    ("ectrims-ebmt-2025", STRONG | {"age": 70}, "met"),
    ("ectrims-ebmt-2025", STRONG | {"edss": 6}, "unknown"),
    ("ectrims-ebmt-2025", STRONG | {"course": "SPMS", "relapses_12_months": 1, **NO_LESION}, "not met"),
    ("ectrims-ebmt-2025", STRONG | {"course": "SPMS", "relapses_36_months": 0, "enhancing_lesions": 1}, "not met"),
    ("ectrims-ebmt-2025", STRONG | {"course": "PPMS", "relapses_12_months": 0, "relapses_36_months": 1,
                                    "new_t2_12_months": 1}, "unknown"),
    ("ebmt-2020", {"age": 70, "high_efficacy_failed": 1, "relapses_12_months": 2}, "met"),
    ("ebmt-2020", {"high_efficacy_failed": 1, "relapses_12_months": 1, **NO_LESION}, "not met"),
    ("ebmt-2020", {"high_efficacy_failed": 1, "relapses_12_months": 0, **NO_LESION, "new_t2_12_months": 1}, "unknown"),
    ("uk-nhs-london-sheffield", SHEFFIELD, "met"),
    ("uk-nhs-london-sheffield", SHEFFIELD | {"age": 57}, "not met"),
    ("uk-nhs-london-sheffield", SHEFFIELD | {"months_on_treatment": 5}, "not met"),
    ("uk-nhs-london-sheffield", SHEFFIELD | {"course": "SPMS", "months_on_treatment": 5}, "met"),
    ("uk-nhs-london-sheffield", SHEFFIELD | NO_LESION, "not met"),
    ("london-2016", LONDON, "met"),
    ("london-2016", LONDON | {"edss": 6.5}, "not met"),
    ("london-2016", LONDON | {"years_since_diagnosis": 15.5}, "not met"),
    ("london-2016", LONDON | {"natalizumab_or_alemtuzumab_failed": False, "high_efficacy_failed": 2}, "not met"),
    ("london-2016", LONDON | {"course": "PPMS", "oligoclonal_bands": True, **NO_LESION}, "unknown"),
    ("london-2016", LONDON | {"course": "PPMS", "oligoclonal_bands": False}, "not met"),
    ("london-2016", LONDON | {"course": "SPMS", **NO_LESION, "new_t2_12_months": 1}, "unknown"),
    ("london-2016", LONDON | {"course": "SPMS", **NO_LESION, "new_t2_12_months": 2}, "met"),
    ("halt-ms", HALT, "met"),
    ("halt-ms", HALT | {"years_since_diagnosis": 15}, "not met"),
    ("halt-ms", HALT | {"course": "SPMS"}, "met"),
    ("halt-ms", {**{name: HALT[name] for name in ("age", "edss")}, "course": "SPMS", "relapses_12_months": 0,
                 "relapses_18_months": 2}, "not met"),
    ("halt-ms", HALT | {"course": "PPMS"}, "not met"),
    ("ms-bmt-canada", CANADA, "met"),
    ("ms-bmt-canada", CANADA | {"worse_18_months": False, "relapses_12_months": 1, "relapses_36_months": 2}, "not met"),
    ("ms-bmt-canada", CANADA | {"worse_18_months": False, "relapses_12_months": 1, "relapses_36_months": 3}, "met"),
    ("ms-bmt-canada", CANADA | {"treatments_failed": 0}, "not met"),
    ("astims", ASTIMS, "met"),
    ("astims", ASTIMS | {"enhancing_lesions": 0}, "not met"),
    ("astims", ASTIMS | {"worse_12_months": False}, "unknown"),
    ("astims", ASTIMS | {"course": "SPMS", "enhancing_lesions": 0}, "unknown"),
    ("astims", ASTIMS | {"course": "PPMS"}, "not met"),
    ("mist", MIST, "met"),
    ("mist", MIST | {"treatment_at_activity": "tablet"}, "unknown"),
    ("mist", MIST | {"relapses_on_treatment_12_months": 1}, "not met"),
    ("mist", MIST | NO_LESION, "not met"),
    ("beat-ms", {"age": 55, "edss": 6, "relapses_36_months": 2, "treatment_at_activity": "tablet",
                 "months_treated_before_activity": 1}, "unknown"),
    ("beat-ms", {"edss": 6.5}, "not met"),
    ("ram-ms", RAM, "met"),
    ("ram-ms", RAM | {"relapses_on_treatment_12_months": 0, **NO_LESION, "new_t2_12_months": 3}, "unknown"),
    ("ram-ms", RAM | {**NO_LESION, "new_t2_12_months": 2}, "not met"),
    ("starms", {"age": 16, "relapses_on_treatment_12_months": 1}, "met"),
    ("starms", {"age": 30, "months_on_treatment": 0, "relapses_12_months": 2, "enhancing_lesions": 1,
                "relapses_on_treatment_12_months": 0, "treatment_at_activity": "none"}, "unknown"),
    ("starms", {"age": 30, "months_on_treatment": 0, "relapses_12_months": 2, "relapses_on_treatment_12_months": 0,
                **NO_LESION}, "not met"),
    ("starms", {"age": 56}, "not met"),
    ("coast", COAST | {"relapses_12_months": 2, **NO_LESION}, "met"),
    ("coast", COAST | {"relapses_12_months": 1, **NO_LESION, "new_t2_12_months": 2}, "met"),
    ("coast", COAST | {"relapses_12_months": 0, **NO_LESION, "new_t2_12_months": 6}, "met"),
    ("coast", COAST | {"relapses_12_months": 0, **NO_LESION, "new_t2_12_months": 5}, "unknown"),
    ("coast", COAST | {"relapses_12_months": 1, **NO_LESION, "new_t2_12_months": 1}, "not met"),
    ("coast", COAST | {"relapses_12_months": 0, **NO_LESION, "enhancing_lesions": 1}, "unknown"),
    ("coast", COAST | {"relapses_12_months": 2, "years_since_first_symptom": 10}, "not met"),
    ("nhs-england-b04", {"treatments_failed": 0}, "unknown"),
    ("shtg-scotland-2019", {"course": "SPMS"}, "not met"),
    ("shtg-scotland-2019", {"course": "RRMS", "relapses_12_months": 0, **NO_LESION}, "not met"),
    ("nmss-2021", {"age": 50}, "not met"),
    ("nmss-2021", {"age": 49, "years_since_first_symptom": 12, "years_since_diagnosis": 8,
                   "high_efficacy_failed": 1}, "unknown"),
    ("nmss-2021", {"age": 49, "years_since_first_symptom": 9.5, "high_efficacy_failed": 1}, "met"),
    ("norway-2015", {"relapses_on_treatment_12_months": 1}, "not met"),
    ("norway-2015", {"relapses_on_treatment_12_months": 2}, "unknown"),
    ("hsct-mexico", MEXICO, "met"),
    ("hsct-mexico", MEXICO | {"months_since_scan": 3}, "not met"),
    ("hsct-mexico", MEXICO | {"edss": 8}, "unknown"),
    ("hsct-mexico", MEXICO | {"edss": 8.5}, "not met"),
    ("pirogov-moscow", {"course": "PPMS"}, "unknown"),
    ("israel-clinics", {"course": "RRMS"}, "unknown"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "person", "value"), JUDGED)
def test_what_was_judged_on_paper_is_what_the_program_says(name: str, person: Person, value: str) -> None:
    assert judge(*chosen_rule_sets(name), person).value == value


def test_ram_ms_asks_for_lesions_on_a_drug_as_for_relapses_on_one() -> None:
    person: Person = {"relapses_on_treatment_12_months": 1, "enhancing_lesions": 1, "treatment_at_activity": "none"}
    assert (
        "Did the new lesions come while I was on a drug for MS?"
        in judge(*chosen_rule_sets("ram-ms"), person).still_open
    )


def test_who_got_worse_within_12_months_got_worse_within_18_by_the_same_measure() -> None:
    """A worse walk is no higher EDSS: a yes to the first question must mean a yes to the second."""
    shorter, longer = (vocabulary().by_name[name] for name in ("worse_12_months", "worse_18_months"))
    assert shorter.never_more_than == longer.name
    assert shorter.asks.replace("12", "18") == longer.asks
    assert shorter.says.replace("12", "18") == longer.says
    # More than at a day is another thing than once within the time: who rose and fell was worse, and is not more now.
    assert "than" not in shorter.says
