"""A page with its pictures and tables, and what lies beside it for programs, written in one go."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from remission.exhibits.files.pages import PAGE, write_page
from remission.exhibits.page import render_report

if TYPE_CHECKING:
    from remission.exhibits.figure import Figure
    from remission.exhibits.page import Page, Picture


def write_folder(
    folder: str | Path, draw: Callable[[Callable[[Figure], Picture]], Page], beside: Mapping[str, str] | None = None
) -> Path:
    """Write `index.html` with its pictures and tables, and files beside it by name; where the page lies.

    `draw` makes the page with what makes its figures ready. The folder is replaced as a whole when all is made.
    """
    with write_page(Path(folder)) as files:
        page = draw(files.figures.write)
        # Only now is it known whether pictures could be drawn at all.
        page = replace(page, notices=(*page.notices, *files.figures.notices))
        for name, text in (beside or {}).items():
            files.add(name, text.encode())
        files.write(render_report(page), page.sections)
    return Path(folder) / PAGE


def as_json(about: Mapping[str, Any]) -> str:
    """The text of a JSON file; ValueError for NaN, which is no JSON: what is not known is None, and null there.

    >>> as_json({"value": None})
    '{\\n  "value": null\\n}\\n'
    """
    return json.dumps(about, indent=2, ensure_ascii=False, allow_nan=False) + "\n"
