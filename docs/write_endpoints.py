"""Writes docs/endpoints.md from the files of the library: `python docs/write_endpoints.py`."""

from __future__ import annotations

from pathlib import Path

from remission.outcomes.definitions.reading import endpoint_names, load_endpoint
from remission.report.definitions.library import library_page

if __name__ == "__main__":
    page = library_page([load_endpoint(name) for name in endpoint_names()])
    (Path(__file__).parent / "endpoints.md").write_text(page, encoding="utf-8")
