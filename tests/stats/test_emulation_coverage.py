"""The table of coverage of weighted clones: complete, where it should lie, and what the script measures."""

from __future__ import annotations

from emulation_coverage import EVER, RATIOS, SAMPLES, SIZES, differences, measure, stored


def test_limits_of_clones_hold_the_truth_and_ever_treated_does_not() -> None:
    rows = stored()
    assert len(rows) == 3 * len(SIZES) * len(RATIOS)
    for row in rows:
        assert int(row["samples"]) == SAMPLES
        if row["method"] == EVER:
            assert float(row["typical"]) <= 0.7 * float(row["truth"])
            assert float(row["coverage"]) < 0.1
        else:
            assert 0.93 <= float(row["coverage"]) <= 0.98
            assert abs(float(row["typical"]) / float(row["truth"]) - 1) < 0.02


def test_the_script_measures_what_is_stored_and_notices_another_answer() -> None:
    found = list(measure(samples=12, sizes=(300,), ratios=(1.0,)))
    known = stored()
    assert differences(found, known) == []
    assert len(differences(found, [{**row, "coverage": "0.3", "typical": "0.5"} for row in known])) >= 3
