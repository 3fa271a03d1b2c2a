"""Writes the pages of this folder that are made from files of the library: `make docs`.

A page is a build product that is committed, so that it can be read without building; a test compares each with what
would be written now.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from remission.library.catalogue import LIBRARY
from remission.outcomes.definitions.reading import endpoint_names, load_endpoint
from remission.report.definitions.library import library_page
from remission.report.definitions.worlds import worlds_page
from remission.simulation.course.page import virtual_cohorts_page
from remission.studies.criteria.documents import eligibility_page

HERE = Path(__file__).parent
PAGES: Mapping[str, Callable[[], str]] = {
    "eligibility.md": eligibility_page,
    "endpoints.md": lambda: library_page([load_endpoint(name) for name in endpoint_names()]),
    "rules.md": lambda: (LIBRARY / "documents/rules.md").read_text(encoding="utf-8"),
    "virtual-cohorts.md": virtual_cohorts_page,
    "worlds.md": worlds_page,
}


def main() -> None:
    """Write every page."""
    for name, page in PAGES.items():
        (HERE / name).write_text(page(), encoding="utf-8")
        print(f"docs/{name}")


if __name__ == "__main__":
    main()
