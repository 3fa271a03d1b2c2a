"""The EDSS from functional-system scores: against a plain twin, on the whole input space, and with scores missing."""

from __future__ import annotations

import csv
import hashlib
import itertools
import json
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from made_up.worlds import person, small
from remission.inputs.problems import InputProblems
from remission.library.catalogue import LIBRARY
from remission.outcomes.edss import (
    HIGHEST_SCORES,
    MISSING,
    SCORES,
    SYSTEMS,
    derive_edss_disagreements,
    derive_edss_from_fs,
    derive_half_points,
    edss_variants,
    load_edss_rules,
    load_edss_steps,
    load_edss_walking,
)
from remission.records.cohort import NotCollected

VALIDATION = Path(__file__).parents[2] / "validation" / "edss"
VARIANTS = ("converted", "as-recorded", "kurtzke-1983")
GRID = {0, *range(2, 21)}
calmly = settings(derandomize=True, database=None, deadline=None, max_examples=100)
a_score = st.tuples(*(st.integers(0, highest) for highest in HIGHEST_SCORES))
maybe_scores = st.tuples(*(st.integers(MISSING, highest) for highest in HIGHEST_SCORES))


def half_points(*people: tuple[int, ...], variant: str = "converted") -> list[int]:
    found = derive_half_points(
        [np.array(score, np.int8) for score in zip(*people, strict=True)], load_edss_rules(variant)
    )
    assert found.computed.all()
    return [int(one) for one in found.low]


def fs(variant: str = "converted", ambulation: int = 0, **grades: int) -> float:
    scores = (*(grades.get(system, 0) for system in SYSTEMS), ambulation)
    return half_points(scores, variant=variant)[0] / 2


# The plain twin: a list of decisions on exact counts, as the steps are published, and no table of the library.
def twin_by_systems(grades: list[int]) -> float:
    ones, twos, threes, fours = (grades.count(grade) for grade in (1, 2, 3, 4))
    if max(grades) >= 5 or fours >= 2 or threes >= 6 or (fours == 1 and threes >= 3):
        return 5.0
    if fours == 1:
        return 4.5 if threes or twos else 4.0
    if threes == 5:
        return 4.5
    if threes >= 3 or (threes == 2 and twos) or (threes == 1 and twos >= 3) or (not threes and twos >= 6):
        return 4.0
    if threes == 2 or (threes == 1 and twos) or twos == 5:
        return 3.5
    if threes == 1 or twos >= 3:
        return 3.0
    if twos:
        return 2.0 if twos == 1 else 2.5
    return {0: 0.0, 1: 1.0}.get(ones, 1.5)


def twin(scores: tuple[int, ...], variant: str) -> float:
    visual, brainstem, pyramidal, cerebellar, sensory, bowel_bladder, cerebral, ambulation = scores
    if variant == "converted":
        visual = {2: 2, 3: 2, 4: 3, 5: 3, 6: 4}.get(visual, visual)
        bowel_bladder = {4: 3, 5: 4, 6: 5}.get(bowel_bladder, bowel_bladder)
    if variant == "kurtzke-1983" and cerebral == 1:
        cerebral = 0
    systems = twin_by_systems([visual, brainstem, pyramidal, cerebellar, sensory, bowel_bladder, cerebral])
    if variant == "kurtzke-1983":
        systems = min(systems, 4.5)
    if ambulation <= 3:
        return max(systems, {0: 0.0, 1: 2.0, 2: 4.5, 3: 5.0}[ambulation])
    if ambulation <= 9:
        return {4: 5.5, 5: 6.0, 6: 6.0, 7: 6.0, 8: 6.5, 9: 6.5}[ambulation]
    return 7.0 + (ambulation - 10) / 2


@pytest.mark.parametrize("variant", VARIANTS)
@calmly
@given(people=st.lists(a_score, min_size=20, max_size=20))
def test_the_table_agrees_with_the_plain_twin(variant: str, people: list[tuple[int, ...]]) -> None:
    assert half_points(*people, variant=variant) == [2 * twin(scores, variant) for scores in people]


@pytest.mark.parametrize("variant", VARIANTS)
def test_every_pattern_of_grades_agrees_with_the_plain_twin(variant: str) -> None:
    # Without limits of walking, only how many systems are at which grade matters: every such pattern up to grade 5.
    patterns = [
        (*grades, walk) for grades in itertools.combinations_with_replacement(range(6), 7) for walk in (0, 1, 2)
    ]
    assert len(patterns) == 3 * 792
    assert half_points(*patterns, variant=variant) == [2 * twin(scores, variant) for scores in patterns]


@pytest.mark.parametrize("variant", VARIANTS)
def test_the_whole_input_space_answers_as_it_did_against_the_public_calculators(variant: str) -> None:
    stored = json.loads((VALIDATION / "answers.json").read_text(encoding="utf-8"))
    grid = np.indices([highest + 1 for highest in HIGHEST_SCORES], dtype=np.int8).reshape(len(SCORES), -1)
    found = derive_half_points(list(grid), load_edss_rules(variant))
    assert found.computed.all()
    assert found.low.size == stored["combinations"] == 8_816_472
    assert set(np.unique(found.low).tolist()) == GRID
    assert hashlib.sha256(found.low.astype(np.uint8).tobytes()).hexdigest() == stored["ours"][variant]
    if variant == "converted":
        assert stored["ours"][variant] == stored["theirs"]["adobrasinovic"]
        assert stored["differences"]["converted against adobrasinovic"] == []


@pytest.mark.parametrize("variant", VARIANTS)
def test_a_worse_score_never_lowers_the_edss(variant: str) -> None:
    grid = np.indices([highest + 1 for highest in HIGHEST_SCORES], dtype=np.int8)
    found = derive_half_points([axis.ravel() for axis in grid], load_edss_rules(variant)).low.reshape(grid.shape[1:])
    for axis in range(found.ndim):
        assert (np.diff(found, axis=axis) >= 0).all(), SCORES[axis]


@pytest.mark.parametrize(
    ("variant", "recorded", "counts_as"),
    [("converted", range(7), [0, 1, 2, 2, 3, 3, 4]), ("as-recorded", range(7), range(7))],
)
def test_what_the_visual_grade_counts_as(variant: str, recorded: range, counts_as: list[int]) -> None:
    alone = {0: 0.0, 1: 1.0, 2: 2.0, 3: 3.0, 4: 4.0, 5: 5.0, 6: 5.0}
    assert [fs(variant, visual=grade) for grade in recorded] == [alone[grade] for grade in counts_as]


def test_what_the_bowel_and_bladder_grade_counts_as() -> None:
    assert [fs(bowel_bladder=grade) for grade in range(7)] == [0.0, 1.0, 2.0, 3.0, 3.0, 4.0, 5.0]


def test_a_cerebral_grade_1_counts_in_the_later_reading_and_not_in_the_first() -> None:
    assert (fs(cerebral=1), fs("kurtzke-1983", cerebral=1)) == (1.0, 0.0)
    assert (fs(cerebral=1, sensory=1), fs("kurtzke-1983", cerebral=1, sensory=1)) == (1.5, 1.0)
    assert fs("kurtzke-1983", cerebral=2) == 2.0


def test_as_first_published_only_walking_leads_past_4_5() -> None:
    assert (fs(pyramidal=5), fs("kurtzke-1983", pyramidal=5)) == (5.0, 4.5)
    assert fs("kurtzke-1983", pyramidal=5, ambulation=3) == 5.0


@pytest.mark.parametrize(
    ("ambulation", "edss"),
    [(0, 0.0), (1, 2.0), (2, 4.5), (3, 5.0), (4, 5.5), (5, 6.0), (6, 6.0), (7, 6.0), (8, 6.5), (9, 6.5), (10, 7.0),
     (11, 7.5), (12, 8.0), (13, 8.5), (14, 9.0), (15, 9.5), (16, 10.0)],
)  # fmt: skip
def test_the_least_edss_of_each_ambulation_score(ambulation: int, edss: float) -> None:
    assert fs(ambulation=ambulation) == edss
    assert fs(ambulation=ambulation, sensory=6) == max(edss, 5.0)


def test_every_value_of_the_library_has_a_source_with_a_status() -> None:
    sources = [step.source for step in load_edss_steps()] + [one.source for one in load_edss_walking()]
    sources += [source for name in VARIANTS for _, source in load_edss_rules(name).sources]
    assert len(sources) > 40
    assert {source.status for source in sources} <= {"verified", "secondary", "derived", "unverified"}
    assert all(source.citation and source.locus for source in sources)
    with (LIBRARY / "edss" / "ambulation.csv").open(encoding="utf-8", newline="") as opened:
        assert [int(row["ambulation"]) for row in csv.DictReader(opened)] == list(range(17))


def visits(*people: tuple[int | None, ...]) -> pl.DataFrame:
    columns = dict(zip(SCORES, zip(*people, strict=True), strict=True))
    return pl.DataFrame(columns, schema=dict.fromkeys(SCORES, pl.Int32))


def test_a_missing_score_that_matters_is_named() -> None:
    whole, one, two = (0, 0, 3, 2, 0, 0, 1, 0), (0, 0, 3, 2, None, 0, 1, 0), (0, 0, 3, 2, None, 0, 1, None)
    found = derive_edss_from_fs(visits(whole, one, two, (None,) * 8))
    assert found["edss_from_fs"].to_list() == [3.5, None, None, None]
    assert found["edss_from_fs_missing"].to_list() == [
        None, "fs_sensory", "fs_sensory, ambulation", ", ".join(SCORES),
    ]  # fmt: skip


def test_a_missing_score_that_cannot_matter_does_no_harm() -> None:
    walks_150_m = (None, None, None, None, None, None, None, 4)
    paraplegic = (None, 0, 5, 0, 0, 0, 0, 0)
    found = derive_edss_from_fs(visits(walks_150_m, paraplegic))
    assert found["edss_from_fs"].to_list() == [5.5, 5.0]
    assert found["edss_from_fs_missing"].to_list() == [None, None]


@pytest.mark.parametrize("variant", VARIANTS)
@calmly
@given(scores=maybe_scores)
def test_the_bounds_of_missing_scores_are_what_filling_them_in_gives(variant: str, scores: tuple[int, ...]) -> None:
    ranges = [range(top + 1) if one == MISSING else [one] for one, top in zip(scores, HIGHEST_SCORES, strict=True)]
    filled = [[choice.start if isinstance(choice, range) else choice[0] for choice in ranges]]
    filled += [[choice[-1] for choice in ranges]]
    found = derive_half_points([np.array([one], np.int8) for one in scores], load_edss_rules(variant))
    possible = [2 * twin(tuple(each), variant) for each in filled]
    assert (found.low[0], found.high[0]) == tuple(possible)
    rng = np.random.default_rng(sum(scores) + 8)
    for _ in range(20):
        drawn = tuple(int(rng.choice(list(choice))) for choice in ranges)
        assert found.low[0] <= 2 * twin(drawn, variant) <= found.high[0]


def test_a_column_that_is_not_there_is_missing_on_every_row() -> None:
    frame = visits((0, 0, 3, 2, 0, 0, 1, 0)).drop("fs_visual")
    assert derive_edss_from_fs(frame)["edss_from_fs_missing"].to_list() == ["fs_visual"]


@pytest.mark.parametrize(
    ("score", "values", "row", "more"),
    [("fs_cerebral", [5, 6, 7], 2, 1), ("ambulation", [-1, 16, None], 1, 0), ("fs_visual", [0.0, 2.5, 1.0], 2, 0)],
)
def test_a_score_out_of_range_is_refused_with_its_row(score: str, values: list[Any], row: int, more: int) -> None:
    frame = visits(*[(0,) * 8] * 3).with_columns(pl.Series(score, values))
    with pytest.raises(InputProblems) as raised:
        derive_edss_from_fs(frame)
    (problem,) = raised.value.problems
    assert (problem.row, problem.column, problem.more) == (row, score, more)


def cohort_with(recorded: list[float], *people: tuple[int | None, ...]) -> Any:
    cohort = small(person(" ".join(f"{day}:{edss}" for day, edss in enumerate(recorded))))
    table = cohort.tables["visits"].with_columns(visits(*people).get_columns())
    object.__setattr__(cohort, "tables", {**cohort.tables, "visits": table})
    return cohort


def test_disagreements_name_the_row_both_scores_and_the_reason() -> None:
    cohort = cohort_with(
        [3.5, 3.0, 6.5, 3.0, 4.0, 2.0],
        (0, 0, 3, 2, 0, 0, 1, 0),  # as recorded
        (0, 0, 3, 2, 0, 0, 1, 0),
        (0, 0, 3, 2, 0, 0, 1, 6),
        (3, 0, 0, 0, 0, 0, 0, 0),  # the recorded score is without conversion
        (0, 0, 3, 2, None, 0, 1, 0),  # cannot be computed
        (0, 0, 1, 0, 0, 0, 0, 1),  # as recorded
    )
    found = derive_edss_disagreements(cohort)
    assert found.columns == ["row_id", "recorded", "computed", "why"]
    assert found.rows() == [
        ("v1", 3.0, 3.5, "the functional systems give 3.5 (2 at grade 2 or more, of them 1 at grade 3 or more)"),
        ("v2", 6.5, 6.0, "ambulation score 6 (50 m or more with help on one side) gives 6.0"),
        (
            "v3", 3.0, 2.0,
            "the functional systems give 2.0 (1 at grade 2 or more)"
            "; the recorded score is that of the variant as-recorded, kurtzke-1983",
        ),
    ]  # fmt: skip
    assert derive_edss_disagreements(cohort, "as-recorded")["row_id"].to_list() == ["v1", "v2"]


def test_without_visits_or_scores_there_is_nothing_to_disagree() -> None:
    cohort = small(person("0:2 90:3"))
    assert derive_edss_disagreements(cohort).height == 0
    object.__setattr__(cohort, "tables", {name: one for name, one in cohort.tables.items() if name != "visits"})
    with pytest.raises(NotCollected):
        derive_edss_disagreements(cohort)


GOOD = (LIBRARY / "edss" / "converted.toml").read_text(encoding="utf-8")


def test_the_variants_are_found_by_walking() -> None:
    assert edss_variants() == tuple(sorted(VARIANTS))
    assert load_edss_rules().name == "converted"


def test_a_variant_of_ones_own_is_read_from_a_file(tmp_path: Path) -> None:
    path = tmp_path / "ours.toml"
    path.write_text(GOOD.replace("cerebral = [0, 1, 2,", "cerebral = [0, 0, 2,"), encoding="utf-8")
    assert derive_edss_from_fs(visits((0, 0, 0, 0, 0, 0, 1, 0)), path)["edss_from_fs"].to_list() == [0.0]
    assert derive_edss_from_fs(visits((0, 0, 0, 0, 0, 0, 1, 0)))["edss_from_fs"].to_list() == [1.0]


@pytest.mark.parametrize(
    ("old", "new", "key"),
    [
        ("visual = [0, 1, 2, 2, 3, 3, 4]", "visual = [0, 1, 2, 2, 3, 2, 4]", "counts_as.visual"),
        ("visual = [0, 1, 2, 2, 3, 3, 4]", "visual = [0, 1, 2, 2, 3, 3]", "counts_as.visual"),
        ("visual = [0, 1, 2, 2, 3, 3, 4]", "visual = [0, 1, 2, 2, 3, 3, 7]", "counts_as.visual"),
        ("visual = [0, 1, 2, 2, 3, 3, 4]", "eyes = [0, 1, 2, 2, 3, 3, 4]", "counts_as.eyes"),
        ("visual = [0, 1, 2, 2, 3, 3, 4]", "visual = 3", "counts_as.visual"),
        ("[counts_as]\nvisual", "[[counts_as]]\nvisual", "counts_as"),
        ("highest_from_systems = 5.0", "highest_from_systems = 4.7", "highest_from_systems"),
        ("highest_from_systems = 5.0", "highest_from_systems = [5]", "highest_from_systems"),
        ("highest_from_systems = 5.0", "ceiling = 5.0", "ceiling"),
        ('status = "secondary"\n', "", "sources[1].status"),
        ("title =", "title", None),
    ],
)
def test_what_is_wrong_in_a_variant_is_named(old: str, new: str, key: str | None, tmp_path: Path) -> None:
    path = tmp_path / "ours.toml"
    assert old in GOOD
    path.write_text(GOOD.replace(old, new), encoding="utf-8")
    with pytest.raises(InputProblems) as raised:
        load_edss_rules(path)
    assert key in {problem.column for problem in raised.value.problems}


def test_an_unknown_variant_names_those_there_are() -> None:
    with pytest.raises(InputProblems) as raised:
        load_edss_rules("convertd")
    assert "Did you mean converted?" in raised.value.report()
    with pytest.raises(InputProblems):
        load_edss_rules("nowhere.toml")
