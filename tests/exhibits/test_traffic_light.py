"""Traffic lights: a sign for every judgement, and nothing that nobody judged is ever green."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from made_up.synthesis import DOMAINS, LIGHTS, PUBLISHED
from remission.exhibits.synthesis.traffic_light import (
    NOT_JUDGED,
    SIGNS,
    Judged,
    TrafficLights,
    draw_traffic_lights,
    lights_words,
)
from remission.exhibits.theme import LIGHTS as INKS
from remission.exhibits.theme import SIZES, Width

JUDGEMENTS = st.dictionaries(st.sampled_from(DOMAINS), st.sampled_from(list(SIGNS)))
RESULTS = st.lists(st.builds(Judged, st.just("A study"), JUDGEMENTS, st.sampled_from(list(SIGNS))), max_size=5)


def circles(lights: TrafficLights, width: Width = "wide") -> list[dict[str, Any]]:
    return list(draw_traffic_lights(lights, PUBLISHED).specs[width]["datasets"]["circles"])


@given(RESULTS, st.sampled_from(list(SIZES)))
def test_there_is_a_light_for_every_domain_and_one_over_all(results: list[Judged], width: Width) -> None:
    made = circles(TrafficLights("l", "L", "T", DOMAINS, results), width)
    expected = [SIGNS[one][1] for result in results for one in (*map(result.of, DOMAINS), result.overall)]
    assert [light["fill"] for light in made] == [INKS[one].ground for one in expected]


def test_what_nobody_judged_is_an_empty_ring() -> None:
    (made,) = {light["fill"] for light in circles(TrafficLights("l", "L", "T", DOMAINS, [Judged("Alone")]))}
    assert made == INKS["none"].ground
    assert SIGNS[NOT_JUDGED] == ("", "none")


def test_signs_tell_lights_apart_without_colour() -> None:
    of_light: dict[str, set[str]] = {}
    for sign, light in SIGNS.values():
        of_light.setdefault(sign, set()).add(light)
    assert all(len(lights) == 1 for lights in of_light.values())


def test_the_table_says_who_judged_and_why() -> None:
    rows = draw_traffic_lights(LIGHTS, PUBLISHED).table.frame.to_dicts()
    assert [row["by"] for row in rows] == ["A. Reader", "A. Reader", "nobody yet"]
    assert rows[0]["why"] == "open label"
    assert rows[2]["domain 1"] == NOT_JUDGED


def test_the_sentence_counts_them() -> None:
    assert lights_words(LIGHTS) == "Of 3 results 1 some concerns, 1 critical and 1 not judged."


@pytest.mark.parametrize("width", list(SIZES))
def test_a_changed_judgement_changes_picture_and_table(width: Width) -> None:
    other = TrafficLights("lights", "Risk of bias", "RoB 2", DOMAINS, [Judged("MIST", {}, "low")])
    assert circles(LIGHTS, width) != circles(other, width)
    assert draw_traffic_lights(other, PUBLISHED).table.frame["overall"].to_list() == ["low"]
