"""Every pin of `validation/` against the stored answers of R, found by walking; R itself is not needed.

A failure of a comparison means that a number we print differs from R's beyond rounding. A failure of a hash means that
the stored answers belong to another script or input: `python validation/run.py --write NAME` asks R again.
"""

from __future__ import annotations

import math
from functools import cache
from itertools import product
from pathlib import Path

import pytest

from make_inputs import write_inputs
from pins import Compared, check_layout, compare, difference, find_pins, stale
from readme import README, row_of
from remission.stats.intervals import INTERVALS
from remission.stats.pooling.mixed import pool_binomial_normal
from remission.stats.survival.kaplan_meier import kaplan_meier
from remission.stats.variance_shares import variance_shares

PINS = {pin.name: pin for pin in find_pins()}
LEVELS = ("0.9", "0.95")
# As many as were ever stored: an answer that goes would otherwise go unnoticed.
LEAST_ANSWERS = 14486


@cache
def compared(name: str) -> Compared:
    return compare(PINS[name])


@pytest.mark.parametrize("name", PINS)
def test_our_answers_are_those_of_r(name: str) -> None:
    assert compared(name).problems == []


@pytest.mark.parametrize("name", PINS)
def test_the_stored_answers_belong_to_these_scripts_and_inputs(name: str) -> None:
    assert stale(PINS[name]) == []
    assert PINS[name].stored["r"].startswith("R version")


def test_nothing_lies_beside_the_pins_that_nobody_compares() -> None:
    assert check_layout() == []


def test_no_answer_was_lost() -> None:
    assert sum(len(pin.theirs) for pin in PINS.values()) >= LEAST_ANSWERS


def test_the_table_of_the_readme_is_written_from_the_pins() -> None:
    text = README.read_text(encoding="utf-8")
    missing = [name for name, pin in PINS.items() if f"\n{row_of(pin)} " not in text]
    assert missing == [], "python validation/run.py --write mends the table"
    assert text.count("\n| `") == len(PINS) + 4  # and the four files of a pin


def test_the_makers_make_the_stored_inputs_again(tmp_path: Path) -> None:
    validation = README.parent
    made = write_inputs(tmp_path)
    assert len(made) >= 60
    assert [path for path in made if (tmp_path / path).read_bytes() != (validation / path).read_bytes()] == []


# What must have been asked: a pin that asks little agrees easily.


def test_every_interval_and_level_is_asked_of_every_data_set() -> None:
    pin = PINS["kaplan_meier"]
    questions = ("low", "high", "quantile|0.5", "follow-up")
    wanted = {"|".join(parts) for parts in product(pin.inputs, questions, INTERVALS, LEVELS)}
    assert len(pin.inputs) >= 12
    assert wanted <= set(pin.theirs)


def test_every_interval_and_level_is_asked_of_every_clustered_data_set() -> None:
    pin = PINS["clustered_survival"]
    wanted = {"|".join(parts) for parts in product(pin.inputs, ("low", "high", "median"), INTERVALS, LEVELS)}
    assert len(pin.inputs) >= 7
    assert wanted <= set(pin.theirs)


def test_every_method_of_a_rate_is_asked_of_every_data_set() -> None:
    pin = PINS["rates"]
    questions = ("exact", "robust", "negative binomial", "ratio")
    wanted = {"|".join(parts) for parts in product(pin.inputs, questions, LEVELS)}
    assert len(pin.inputs) == 6
    assert {key for key in wanted - set(pin.theirs) if not key.startswith("no_event|")} == set()


def test_every_kind_of_trouble_with_months_is_asked() -> None:
    amounts = {name: table["numerator"] for name, table in PINS["monthly_ratios"].inputs.items()}
    assert not any(map(math.isnan, amounts["year"]))
    assert sum(map(math.isnan, amounts["gaps"])) > 5
    assert (amounts["returns"] < 0).any()
    phi = PINS["funnel"].theirs
    assert phi["funnel|chance|phi"][0] < 1.5 < phi["funnel|spread|phi"][0]
    assert phi["funnel|outliers|winsorised phi"][0] < phi["funnel|outliers|phi"][0]


def test_every_table_that_is_stored_is_asked_about() -> None:
    used = {(pin.inputs_folder, part) for pin in PINS.values() for key in pin.theirs for part in key.split("|")}
    tables = {(pin.inputs_folder, name) for pin in PINS.values() for name in pin.inputs if name != "counts"}
    # Keys that count rows instead of naming a table are answered from those that the script goes through.
    scripts: dict[Path, str] = {}
    for pin in PINS.values():  # some share their tables
        asked = (pin.folder / "ask.R").read_text(encoding="utf-8")
        scripts[pin.inputs_folder] = scripts.get(pin.inputs_folder, "") + asked
    assert {(folder, name) for folder, name in tables - used if f"tables${name}" not in scripts[folder]} == set()


def test_what_is_otherwise_on_purpose_is_what_the_readme_gives_reasons_for() -> None:
    otherwise = {(name, key): theirs for name in PINS for key, theirs in PINS[name].theirs.items()}
    kept = {one for one in otherwise if one[1] in compared(one[0]).on_purpose}
    no_event_yet = {one for one in kept if "|at day|" in one[1] and otherwise[one][-1] == 0}
    steps = {("run_charts", f"step|{series}") for series in ("still", "few", "ties")}
    day_58 = ("kaplan_meier", "whole_weights|follow-up|log|0.95")
    tops = {("pooling", "errors|31|ML"), ("pooling_seven_points", "sets|84|poisson")}
    little_spent = ("group_sequential", "57|upper")
    assert kept - no_event_yet == {day_58, little_spent} | steps | tops
    assert otherwise[day_58] == [44, 32, 58]


def test_sets_of_studies_with_zeros_and_without_are_asked_in_every_way() -> None:
    sets = PINS["pooling"].inputs["sets"]
    with_zeros = set(sets["set"][sets["events"] == 0].tolist())
    assert len(set(sets["set"].tolist())) == 200
    assert 80 < len(with_zeros) < 120
    effects = ("REML", "ML", "PM", "DL", "tau squared", "prediction", "hartung-knapp")
    counts = {"pooling_mixed": ("binomial",), "pooling_seven_points": ("binomial", "poisson")}
    asked = {"pooling": effects, **counts, "pooling_beta_binomial": ("fit",)}
    for name, questions in asked.items():
        assert {f"sets|{at}|{question}" for at in range(1, 201) for question in questions} <= set(PINS[name].theirs)


# Formulas that are nearly right.


def test_greenwood_in_place_of_the_jackknife_would_be_noticed() -> None:
    d = PINS["clustered_survival"].inputs["centres"]
    curve = kaplan_meier(d["exit"], d["event"] == 1)
    greenwood = (curve.survival * curve.greenwood**0.5).tolist()
    assert difference(greenwood, PINS["clustered_survival"].theirs["centres|standard error"]) > 1e-3


def test_a_wrong_interval_would_be_noticed() -> None:
    pin = PINS["kaplan_meier"]
    theirs = pin.theirs["trial_of_24|low|log-log|0.95"]
    assert difference(pin.ours(pin.inputs, "trial_of_24", "low", "log-log", "0.95"), theirs) < 1e-11
    assert difference(pin.ours(pin.inputs, "trial_of_24", "low", "logit", "0.95"), theirs) > 1e-3


def test_the_mean_of_monthly_ratios_would_be_noticed() -> None:
    d = PINS["monthly_ratios"].inputs["year"]
    ratios = (d["numerator"] / d["denominator"])[d["group"] == 1]
    assert abs(float(ratios.mean()) - PINS["monthly_ratios"].theirs["ratio|year|1|all|ratio"][0]) > 1e-3


def test_a_normal_quantile_for_a_prediction_would_be_noticed() -> None:
    theirs = PINS["pooling"].theirs
    low, high = theirs["bcg|all|prediction"][2:4]
    (tau2, middle, *_), (error, *_) = theirs["bcg|all|REML"], theirs["bcg|all|hartung-knapp"]
    half = 1.959964 * (tau2 + error**2) ** 0.5
    assert low < middle - half - 0.1 < middle + half + 0.1 < high


def test_half_an_event_added_inside_a_model_of_counts_would_be_noticed() -> None:
    d, theirs = PINS["pooling"].inputs["mortality"], PINS["pooling_mixed"].theirs["mortality|all|binomial"]
    zeros = d["events"] == 0
    # Twice of everything, since half an event is refused.
    added = pool_binomial_normal(2 * d["events"] + zeros, 2 * (d["total"] + zeros))
    assert abs((added.effect or 0) - theirs[0]) > 0.5


def test_entering_factors_in_one_order_only_would_be_noticed() -> None:
    d = PINS["variance_shares"].inputs["gaps_3"]
    alone = variance_shares(d["value"], d["f1"][:, None]).factors[0]
    assert abs(alone - PINS["variance_shares"].theirs["gaps_3"][0]) > 1e-6
