"""What became of every change: five persons followed by hand, each change counted once."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from made_up.five_changes import SCORES, kinds_of
from remission.outcomes.definitions.reading import load_endpoint
from remission.outcomes.event_kinds import COUNTED, LET_GO, LOST, OPEN, SEEN, WITHOUT


def test_every_change_is_counted_with_what_became_of_it(tmp_path: Path) -> None:
    # S1 rises and stays: PIRA. S2 rises beside a relapse: confirmed, and lets go. S3 and S4 rise at one visit only,
    # and only S4, whose visits end then, may still be confirmed. S5 does not rise.
    _, kinds = kinds_of(tmp_path, load_endpoint("pira-mueller-2023"))
    assert kinds.rows() == [(COUNTED, "PIRA", 1, 1), (LET_GO, "RAW", 1, 1), (SEEN, None, 2, 2), (OPEN, None, 1, 1)]


def test_a_progression_that_asks_for_no_relation_counts_both(tmp_path: Path) -> None:
    _, kinds = kinds_of(tmp_path, load_endpoint("cdp-12w"))
    assert kinds.rows() == [(COUNTED, None, 2, 2), (SEEN, None, 2, 2), (OPEN, None, 1, 1)]


def test_an_unconfirmed_event_is_counted_once(tmp_path: Path) -> None:
    endpoint = load_endpoint("cdp-12w")
    counts = replace(endpoint, record=replace(endpoint.record, unconfirmed_at_end="event"))
    _, kinds = kinds_of(tmp_path, counts)
    # S4 is an event now: not seen without one, and nobody waits.
    assert kinds.rows() == [(COUNTED, None, 2, 2), (WITHOUT, None, 1, 1), (SEEN, None, 1, 1)]


def test_a_confirmed_change_that_is_lost_again_is_no_event(tmp_path: Path) -> None:
    endpoint = load_endpoint("cdp-12w")
    confirmation = replace(endpoint.record.confirmation, sustained_days=500)
    held = replace(endpoint, record=replace(endpoint.record, confirmation=confirmation))
    # S3 rises at 200, is confirmed at 400, and falls back at 600: 400 days, and 500 were asked.
    scores = (*SCORES[:2], (2, 3.5, 3.5, 2, 2), *SCORES[3:])
    _, kinds = kinds_of(tmp_path, held, scores)
    assert (LOST, None, 1, 1) in kinds.rows()
    assert COUNTED in kinds["kind"].to_list()
