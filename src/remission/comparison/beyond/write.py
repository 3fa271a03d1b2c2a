"""What lies beyond follow-up as files: the page, its rows as CSV, and all of it as JSON."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from remission.comparison.beginning import begins
from remission.comparison.beyond.extrapolate import Average, Beyond, extrapolate
from remission.comparison.beyond.free_so_far import estimate_free_so_far
from remission.comparison.beyond.page import answer, beyond_page
from remission.exhibits.files.folder import as_json, write_folder
from remission.exhibits.files.pages import without_folders

if TYPE_CHECKING:
    from remission.comparison.beyond.background import Background
    from remission.exhibits.figure import Figure
    from remission.exhibits.page import Link, Page, Picture
    from remission.outcomes.definitions.records import Endpoint
    from remission.records.cohort import Cohort

JSON = "beyond.json"


@dataclass(frozen=True)
class BeyondFiles:
    """What was written: the page, and what is on it."""

    page: Path
    found: Beyond


def write_beyond(
    cohort: Cohort,
    endpoint: Endpoint | str,
    folder: str | Path,
    to_years: float,
    *,
    at_years: Sequence[float],
    level: float | None = None,
    background: Background | None = None,
    average: Average = "none",
    command: str = "",
    above: Sequence[Link] = (),
) -> BeyondFiles:
    """Extrapolate and write `index.html`, `estimates.csv` and `beyond.json`; InputProblems as `extrapolate` raises.

    `above` are the pages above it, by their address from its folder.
    """
    found = extrapolate(
        cohort, endpoint, to_years, at_years=at_years, level=level, background=background, average=average
    )

    def draw(picture: Callable[[Figure], Picture]) -> Page:
        drawn = replace(found, asked=replace(found.asked, picture=picture))
        return replace(beyond_page(drawn, command), trail=above)

    beside = {"estimates.csv": found.estimates.frame.write_csv(), JSON: beyond_json(found, command)}
    return BeyondFiles(write_folder(folder, draw, beside), found)


def beyond_json(found: Beyond, command: str = "") -> str:
    """What was asked, every shape and year as a row, what was refused and why; numbers in full precision."""
    asked = found.asked
    about: dict[str, Any] = {
        **begins(asked.cohort, asked.outcome),
        "answer": answer(found),
        "command": without_folders(command),
        "seen_until_years": found.seen_until,
        "firm_until_years": found.firm_until,
        "sufficient_follow_up": {"method": found.sufficient.method, "p": _known(found.sufficient.p)},
        "assumptions": {one.title: one.assumes for one in found.shapes},
        "fits": {
            one.title: {
                "parameters": dict(zip(one.fit.shape.parameters, one.fit.at.tolist(), strict=True)),
                "errors": dict(zip(one.fit.shape.parameters, one.fit.errors.tolist(), strict=True)),
                "log_likelihood": one.fit.log_likelihood,
                "aic": one.fit.aic,
            }
            for one in found.shapes
            if one.fit
        },
        "refused": {one.title: one.why for one in found.refused},
        "estimates": found.estimates.rows(),
        "free_so_far": estimate_free_so_far(found.event_free).rows(),
    }
    return as_json(about)


def _known(p: float) -> float | None:
    return None if p != p else p
