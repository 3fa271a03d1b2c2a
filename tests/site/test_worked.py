"""Pages of the evidence that lead on to a worked example, and the example itself."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from remission.exhibits.page import Page
from remission.inputs.writing import write_into
from remission.site.bundled import BEYOND, BUNDLED, write_bundled
from remission.site.doors import evidence_makings
from remission.site.known import know_site
from remission.studies.load import load_studies


def test_the_page_of_later_years_leads_to_the_example_and_says_what_it_is() -> None:
    known = know_site(load_studies(), date(2026, 11, 30))
    (making,) = evidence_makings(known, "beyond_five_years")
    page = making()
    assert isinstance(page, Page)
    (block,) = page.sections[-1].blocks
    assert any(f'href="../{BEYOND.path}"' in one and "SIMULATED" in one for one in block.sentences)


def test_the_example_is_simulated_leads_back_and_names_the_command_that_makes_it(tmp_path: Path) -> None:
    assert BEYOND in BUNDLED
    with write_into(tmp_path / "site") as result:
        write_bundled(BEYOND, result)
    text = (tmp_path / "site" / BEYOND.path).read_text(encoding="utf-8")
    assert "SIMULATED" in text
    assert '<a href="../../index.html">Remission</a>' in text
    assert "remission beyond hsct-500 --endpoint cdp-24w --to 15y" in text
