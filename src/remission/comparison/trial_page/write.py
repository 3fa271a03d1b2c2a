"""A target trial as files: the page, its rows as CSV, and all of it as JSON."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from remission.comparison.beginning import begins
from remission.comparison.design.before_after import WARNING
from remission.comparison.design.estimate import Trial, estimate_trial
from remission.comparison.trial_page.page import trial_page
from remission.comparison.trial_page.target_items import where
from remission.comparison.trial_page.wording import answer, cautions, not_addressed, protocol
from remission.exhibits.files.folder import as_json, write_folder
from remission.exhibits.files.pages import without_folders

if TYPE_CHECKING:
    from remission.records.cohort import Cohort

JSON = "comparison.json"


@dataclass(frozen=True)
class TrialFiles:
    """What was written: the page, and what is on it."""

    page: Path
    found: Trial


def write_trial(cohort: Cohort, file: str | Path, folder: str | Path, *, command: str = "") -> TrialFiles:
    """Carry out a design and write `index.html`, `estimates.csv` and `comparison.json`.

    InputProblems as `estimate_trial` raises them.
    """
    found = estimate_trial(cohort, file)
    beside = {"estimates.csv": found.estimates.frame.write_csv(), JSON: trial_json(found, command)}
    return TrialFiles(write_folder(folder, partial(trial_page, found, command), beside), found)


def trial_json(found: Trial, command: str = "") -> str:
    """What was asked, who was in it, how alike they are, every estimate; numbers in full precision."""
    emulated, weighed = found.emulated, found.weighed
    value = found.e_value
    about: dict[str, Any] = {
        **begins(emulated.cohort, emulated.outcome),
        "question": emulated.design.question,
        "answer": answer(found),
        "cautions": list(cautions(found)),
        "not_addressed": not_addressed(found),
        "command": without_folders(command),
        "estimand": emulated.design.estimand,
        "protocol": [{"part": part, "trial": trial, "here": here} for part, trial, here in protocol(found)],
        "target_items": where(found),
        "persons": emulated.everybody,
        "flow": [
            {"step": step.name, "left": [{"persons": one.persons, "why": one.why} for one in step.left],
             "after": step.after} for step in emulated.flow
        ],
        "in_the_trial": {name: int((emulated.people["treated"] == treated).sum())
                         for name, treated in zip(emulated.names, (True, False), strict=True)},
        "weights": {
            "method": weighed.method, "effective": list(weighed.effective), "cut": weighed.cut,
            "cut_at": weighed.most, "unmatched": weighed.unmatched,
        },
        "different_people": found.people,
        "per_protocol": None if found.protocol is None else {"left": list(found.protocol.left),
                                                             "method": found.protocol.method},
        "draws_without_an_answer": found.draws.failed if found.draws else None,
        "balance": [{"column": before.name, "before": _known(before.difference), "after": _known(after.difference)}
                    for before, after in found.balances],
        "strata": [
            {"words": one.words, "people": one.people, "rows": one.rows, "first": one.first, "unlikely": one.unlikely}
            for one in found.strata
        ],
        "strata_of_one_strategy": [{"words": one.words, "people": one.people, "only": one.only}
                                   for one in found.strata if one.is_empty],
        "e_value": None if value is None else vars(value),
        "filled_in": _filled(found),
        "before_and_after": _selected(found),
        "negative_control": None if found.control is None else {
            "endpoint": found.control.outcome.name, "persons": found.control.people, "events": found.control.events,
            "differs": found.control.differs, "said": found.control.said,
        },
        "estimates": found.estimates.rows(),
    }  # fmt: skip
    return as_json(about)


def _selected(found: Trial) -> dict[str, Any] | None:
    """Relapses before and after entry, with the warning; None where no entry rule is given."""
    selected = found.emulated.selected
    if selected is None:
        return None
    return {
        "warning": WARNING, "rule": vars(selected.rule), "expected": vars(selected.expected) | {
            "fall": selected.expected.fall},
        "groups": [
            {"group": one.name, "persons": one.people, "before": _known(one.before), "after": _known(one.after),
             "by_selection": _known(selected.expected.part_of(one.before, one.after))}
            for one in selected.groups
        ],
    }  # fmt: skip


def _filled(found: Trial) -> dict[str, Any] | None:
    """How missing covariates were filled in, and what each answer is made of; None where they were not."""
    filled = found.emulated.filled
    if filled is None:
        return None
    made = [(one, one.pooled) for one in found.contrasts]
    return {
        "imputations": len(filled.sets), "seed": filled.seed, "persons": filled.people,
        "lacked": [{"column": name, "persons": number} for name, number in filled.lacked],
        "pooled": [
            {"what": one.what, "at_days": one.day, "within": _known(two.within), "between": _known(two.between),
             "df": _known(two.df), "share_missing": _known(two.share_missing)}
            for one, two in made if two is not None
        ],
    }  # fmt: skip


def _known(number: float) -> float | None:
    return number if math.isfinite(number) else None
