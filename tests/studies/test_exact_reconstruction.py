"""The table of what the exact search gives: complete, and better than the approximation in every row."""

from __future__ import annotations

from exact_reconstruction import SETTINGS, TRIALS, measure, stored


def test_the_true_numbers_are_held_and_nothing_is_farther_off_than_the_approximation() -> None:
    rows = stored()
    assert [(int(row["people"]), row["table"] == "yes") for row in rows] == list(SETTINGS)
    for row in rows:
        assert int(row["trials"]) == TRIALS
        assert float(row["held"]) >= 0.95
        assert float(row["variance_exact"]) < float(row["variance_guyot"])
        assert float(row["ratio_exact"]) < float(row["ratio_guyot"])


def test_the_script_measures_one_trial() -> None:
    (row,) = measure(trials=1, settings=[(24, True)])
    assert row["one"] + row["several"] + row["none"] + row["stopped"] == 1
