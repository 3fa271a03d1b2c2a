"""The report of a planned trial as files: the page, its tables as CSV, and all of it as JSON."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from remission.exhibits.files.folder import as_json, write_folder
from remission.exhibits.files.pages import without_folders
from remission.exhibits.page import Picture, tables_of
from remission.trials.design.report.cells import provenance_of
from remission.trials.design.report.page import design_page
from remission.trials.design.report.words import answer, limits

if TYPE_CHECKING:
    from remission.exhibits.figure import Figure
    from remission.exhibits.page import Link, Page
    from remission.trials.design.planned import Planned

JSON = "design.json"


def write_trial_design(planned: Planned, folder: str | Path, *, command: str = "", above: Sequence[Link] = ()) -> Path:
    """Write `index.html`, the tables, the picture and `design.json`; the path of the page."""

    def draw(picture: Callable[[Figure], Picture]) -> Page:
        return replace(design_page(planned, without_folders(command), picture), trail=above)

    return write_folder(folder, draw, {JSON: design_json(planned, command)})


def design_json(planned: Planned, command: str = "") -> str:
    """The answer, the limits, the design as it was read, and the rows of every table; numbers in full precision."""
    # Nothing is drawn for a program: it reads the rows behind the picture.
    page = design_page(planned, picture=lambda figure: Picture(figure, "", ""))
    about: dict[str, Any] = {
        "design": asdict(planned.design),
        "standing": provenance_of(planned).kind,
        "warning": provenance_of(planned).warning,
        "answer": answer(planned),
        "limits": limits(planned),
        "partial": planned.partial,
        "trials": {"asked": planned.wanted, "done": planned.done, "seed": planned.seed},
        "command": without_folders(command),
        "tables": {table.name: table.frame.to_dicts() for table in tables_of(page.sections)},
    }
    return as_json(about)
