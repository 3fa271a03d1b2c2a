"""The way to phase III as files: the page, its steps as CSV, and all of it as JSON."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from remission.exhibits.files.folder import as_json, write_folder
from remission.exhibits.files.pages import without_folders
from remission.trials.phase3.page import phase3_page, provenance_of, waterfall
from remission.trials.phase3.wording import answer, beyond_one, in_short

if TYPE_CHECKING:
    from remission.exhibits.figure import Figure
    from remission.exhibits.page import Page, Picture
    from remission.trials.phase3.steps import WhatRemains

JSON, STEPS = "phase3.json", "steps.csv"


def write_phase3(found: WhatRemains, folder: str | Path, *, command: str = "", note: str = "") -> Path:
    """Write `index.html`, `steps.csv` and `phase3.json`; the path of the page.

    `note` is what must be known of the cohort that the result came from.
    """

    def draw(picture: Callable[[Figure], Picture]) -> Page:
        return phase3_page(found, without_folders(command), picture, note)

    # From the table of the picture, so that file and picture cannot differ.
    beside = {STEPS: waterfall(found).table.csv(), JSON: phase3_json(found, command)}
    return write_folder(folder, draw, beside)


def phase3_json(found: WhatRemains, command: str = "") -> str:
    """What was asked, every step, shrinkages together, and the range of the sceptic's prior, in full precision."""
    asked, provenance = found.asked, provenance_of(found)
    about: dict[str, Any] = {
        "standing": provenance.kind,
        "warning": provenance.warning,
        "answer": answer(found),
        "cautions": [*in_short(found), *beyond_one(found)],
        "command": without_folders(command),
        "phase2": {"ratio": asked.found.ratio, "log_error": asked.found.error, "error_by": asked.found.by,
                   "of": asked.found.of},
        "trial": {"people": asked.size, "treated_share": asked.treated, "control_hazard_per_year": asked.rate,
                  "control_hazard_from": asked.rate_by, "years": asked.assumed.years,
                  "dropout_per_year": asked.assumed.dropout, "one_sided_alpha": asked.assumed.alpha},
        "prior": asked.prior_says,
        "steps": [vars(one) for one in found.steps],
        "together": [{"shrunk_by": list(names), "chance": chance, "ratio": ratio}
                     for names, chance, ratio in found.together],
        "sceptical": [dict(zip(("spread", "kept", "chance", "ratio"), one, strict=True)) for one in found.by_spread],
        "sources": [vars(one) for one in provenance.sources],
    }  # fmt: skip
    return as_json(about)
