"""Estimates that are held small are the same estimates."""

from __future__ import annotations

import pickle

from hypothesis import given
from hypothesis import strategies as st

from remission.stats.estimates import Estimates
from remission.stats.packed import PackedEstimates

ROWS = st.lists(
    st.fixed_dictionaries(
        {},
        optional={
            "what": st.none() | st.text(max_size=3),
            "method": st.none() | st.sampled_from(["Kaplan-Meier", "Greenwood on the scale of log(-log)"]),
            "value": st.none() | st.floats(allow_nan=False),
            "n": st.none() | st.integers(0, 9),
        },
    ),
    max_size=12,
)


@given(ROWS)
def test_what_was_packed_is_whole_again_here_and_in_another_process(rows: list[dict[str, object]]) -> None:
    made = Estimates.of(rows)
    packed = PackedEstimates.of(made)
    assert packed.whole().frame.equals(made.frame)
    assert packed.whole().frame.schema == made.frame.schema
    assert pickle.loads(pickle.dumps(packed)).whole().frame.equals(made.frame)


def test_a_text_is_held_once_however_many_rows_have_it() -> None:
    few, many = (Estimates.of([{"method": "m" * 1000}] * rows) for rows in (10, 10_000))
    texts = [PackedEstimates.of(one).frame["method"] for one in (few, many)]
    assert texts[1].estimated_size() < texts[0].estimated_size() + 10_000 * 4
    # Nor does the list of texts grow when they are whole: what is added is a place for each row.
    assert len(pickle.dumps(PackedEstimates.of(many))) < len(pickle.dumps(many)) / 5
