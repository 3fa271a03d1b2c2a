"""Why somebody did not enter is free text and may name a person: the page shows counts, and only harmless words."""

from __future__ import annotations

from pathlib import Path

import pytest

from made_up.written_cohort import written
from remission.outcomes.evaluation import evaluate
from remission.report.pictures.flow import draw_flow
from remission.report.population import derive_flow

WORDS = "declined"


def reasons(folder: Path, *texts: str) -> tuple[str, ...]:
    rows = "".join(f"N{place},no,,{text}\n" for place, text in enumerate(texts))
    subjects = "subject_id,entered,last_day,not_entered_reason\nS1,yes,900,\n" + rows
    cohort = written(folder, subjects=subjects)
    steps = derive_flow(cohort, evaluate(cohort, "death"))
    drawn = draw_flow(steps, cohort.provenance)
    details = next(step.details for step in steps if step.label == "Did not enter")
    assert "; ".join(details) in drawn.table.csv()
    return details


def test_reasons_are_counted(tmp_path: Path) -> None:
    assert reasons(tmp_path, "own wish", "", "too old") == ("2 with a reason recorded", "1 without a reason recorded")


def test_what_three_persons_share_is_shown(tmp_path: Path) -> None:
    found = reasons(tmp_path, *[WORDS] * 3, "moved to Anna", "")
    assert found == ("4 with a reason recorded, of them 3: declined", "1 without a reason recorded")


@pytest.mark.parametrize(
    "text",
    ["Anna Smith moved away", "born 1.2.1970 and so too old", "x" * 41],
)
def test_what_may_name_a_person_is_not_shown(tmp_path: Path, text: str) -> None:
    once = 1 if text.startswith("Anna") else 5
    assert reasons(tmp_path, *[text] * once) == (f"{once} with a reason recorded",)
