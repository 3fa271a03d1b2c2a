"""Every public statistic against the answers of R stored in `validation/answers`; R itself is not needed.

A failure of a comparison means that a number we print differs from R's beyond rounding. A failure of a hash means
that the stored answers belong to another script or input: `python validation/run.py --write` asks R again.
"""

from __future__ import annotations

import hashlib
import math
import runpy
from itertools import product
from pathlib import Path
from typing import Any

import pytest

from remission.stats.intervals import INTERVALS

VALIDATION = Path(__file__).parents[2] / "validation"
OURS = runpy.run_path(str(VALIDATION / "ours.py"))
SCRIPTS = sorted(OURS["OURS"])
# 17 digits are stored and both sides add in another order; a wrong formula shows in the third digit.
TOLERANCE = 1e-9


def stale(record: dict[str, Any]) -> list[str]:
    """The scripts and inputs whose bytes are no longer those that the answers were made from."""
    hashes = record["scripts"] | record["inputs"]
    return [path for path, old in hashes.items() if hashlib.sha256((VALIDATION / path).read_bytes()).hexdigest() != old]


@pytest.mark.parametrize("script", SCRIPTS)
def test_our_answers_are_those_of_r(script: str) -> None:
    far = {key: apart for key, apart in OURS["differences"](script) if apart > TOLERANCE}
    assert not far


@pytest.mark.parametrize("script", SCRIPTS)
def test_the_stored_answers_belong_to_these_scripts_and_inputs(script: str) -> None:
    record = OURS["stored"](script)
    assert stale(record) == []
    folder = VALIDATION / "inputs" / script.split("/")[0]
    assert set(record["inputs"]) == {str(path.relative_to(VALIDATION)) for path in folder.glob("*.csv")}
    assert record["r"].startswith("R version")


def test_a_changed_script_would_be_noticed() -> None:
    record = OURS["stored"](SCRIPTS[0])
    changed = next(iter(record["scripts"]))
    record["scripts"][changed] = hashlib.sha256(b"another script").hexdigest()
    assert stale(record) == [changed]


def test_every_r_script_has_answers_and_is_compared() -> None:
    on_disk = {str(path.relative_to(VALIDATION).with_suffix("")) for path in VALIDATION.glob("*/*.R")}
    assert on_disk == set(SCRIPTS)
    assert {path.stem for path in (VALIDATION / "answers").glob("*.json")} == {name.split("/")[1] for name in SCRIPTS}


def test_every_interval_and_level_is_asked_of_every_data_set() -> None:
    keys = OURS["stored"]("survival/kaplan_meier")["answers"]
    data_sets = {path.stem for path in (VALIDATION / "inputs" / "survival").glob("*.csv")}
    questions = ("low", "high", "quantile|0.5", "follow-up")
    wanted = {"|".join(parts) for parts in product(data_sets, questions, INTERVALS, ("0.9", "0.95"))}
    assert len(data_sets) >= 12
    assert wanted <= set(keys)


def test_every_interval_and_level_is_asked_of_every_clustered_data_set() -> None:
    keys = OURS["stored"]("clustered/jackknife")["answers"]
    data_sets = {path.stem for path in (VALIDATION / "inputs" / "clustered").glob("*.csv")}
    wanted = {"|".join(parts) for parts in product(data_sets, ("low", "high", "median"), INTERVALS, ("0.9", "0.95"))}
    assert len(data_sets) >= 7
    assert wanted <= set(keys)


def test_greenwood_in_place_of_the_jackknife_would_be_noticed() -> None:
    answers = OURS["stored"]("clustered/jackknife")["answers"]
    curve = OURS["clustered_curve"]("centres")
    greenwood = (curve.survival * curve.greenwood**0.5).tolist()
    assert OURS["difference"](greenwood, answers["centres|standard error"]) > TOLERANCE


def test_a_wrong_interval_would_be_noticed() -> None:
    answers = OURS["stored"]("survival/kaplan_meier")["answers"]
    theirs = [math.nan if value is None else value for value in answers["trial_of_24|low|log-log|0.95"]]
    ours = OURS["OURS"]["survival/kaplan_meier"]
    assert OURS["difference"](ours("trial_of_24", "low", "log-log", "0.95"), theirs) < TOLERANCE
    assert OURS["difference"](ours("trial_of_24", "low", "logit", "0.95"), theirs) > TOLERANCE


@pytest.mark.parametrize(
    ("ours", "theirs"), [([1.0], [1.0, 2.0]), ([math.nan], [1.0]), ([1.0], [math.nan]), ([math.inf], [1.0])]
)
def test_a_missing_answer_is_infinitely_far(ours: list[float], theirs: list[float]) -> None:
    assert OURS["difference"](ours, theirs) == math.inf


def test_the_differences_on_purpose_are_the_two_in_the_readme() -> None:
    answers = OURS["stored"]("survival/kaplan_meier")["answers"]
    as_floats = {key: [math.nan if value is None else float(value) for value in answers[key]] for key in answers}
    other = {key for key, theirs in as_floats.items() if OURS["difference"](OURS["on_purpose"](key, theirs), theirs)}
    no_event_yet = {key for key in other if "|at day|" in key and answers[key][-1] == 0}
    assert other - no_event_yet == {"whole_weights|follow-up|log|0.95"}
    assert answers["whole_weights|follow-up|log|0.95"] == [44, 32, 58]
