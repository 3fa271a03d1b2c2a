"""One page has one baseline: which scores are used is decided once."""

from __future__ import annotations

from pathlib import Path

import pytest

from made_up.written_cohort import written
from remission.records.cohort import Cohort
from remission.report.edss_change import estimate_edss_change
from remission.report.population import derive_baseline

SUBJECTS = "subject_id,entered,last_day,end_reason,cut_day\nS1,yes,900,completed,1000\n"
VISITS = {
    "a score of the person's own": "S1,V1,-9,3.0,clinician\nS1,V2,0,5.0,self\nS1,V3,900,2.0,\n",
    "two of one day": "S1,V1,0,5.0,clinician\nS1,V2,0,3.0,\nS1,V3,900,2.0,\n",
    "rows out of order": "S1,V1,0,3.0,\nS1,V2,-40,6.0,clinician\nS1,V3,900,2.0,\n",
}


def cohort(folder: Path, visits: str) -> Cohort:
    return written(folder, subjects=SUBJECTS, visits="subject_id,row_id,day,edss,rater\n" + visits)


@pytest.mark.parametrize("what", list(VISITS))
def test_the_baseline_table_and_the_change_start_from_the_same_score(tmp_path: Path, what: str) -> None:
    made = cohort(tmp_path, VISITS[what])
    table = {row["what"]: row["All"] for row in derive_baseline(made).frame.to_dicts()}
    assert estimate_edss_change(made).changes["baseline"].to_list() == [3.0]
    assert table["Last EDSS up to day zero"] == "3.0 (3.0 to 3.0)"


def test_a_score_after_the_data_cut_is_used_by_nobody(tmp_path: Path) -> None:
    change = estimate_edss_change(cohort(tmp_path, "S1,V1,0,3.0,\nS1,V2,900,2.0,\nS1,V3,1001,7.0,\n"))
    assert change.changes["last"].to_list() == [2.0]


def test_what_nobody_recorded_can_begin_with_a_small_letter(tmp_path: Path) -> None:
    missing = derive_baseline(written(tmp_path, subjects=SUBJECTS)).not_recorded
    assert "Last EDSS up to day zero" in missing
    assert not [words for words in missing if words[:2].isupper()]
