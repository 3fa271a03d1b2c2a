"""The report in a browser: no table is cut on a screen or a phone, and on paper it takes about half the room."""

from __future__ import annotations

from pathlib import Path

import pytest

from made_up.headless_chromium import CHROMIUM, headless_chromium
from made_up.small_report_cohort import tiny
from remission.report.write import write_report

CUT = """[...document.querySelectorAll('.scroll')]
    .filter(one => one.offsetHeight && one.scrollWidth > one.clientWidth + 1).length"""
READY = "document.readyState === 'complete' && document.querySelector('footer')"
PLAIN = "document.body.className = ''"


@pytest.mark.skipif(CHROMIUM is None, reason="chromium is not installed")
def test_no_table_is_cut_and_paper_is_halved(tmp_path: Path) -> None:
    people = "".join(
        f"S{n},{arm},yes,1200,completed,\n" for n, arm in enumerate(["Best available therapy", "HSCT"] * 3)
    )
    relapses = "S0,R1,100\nS1,R2,200\nS2,R3,300\n"
    events = "".join(f"S{n},A{n},20,Infections and infestations,{1 + n % 4}\n" for n in range(6))
    visits = "".join(f"S{n},V{n}{day},{day},2.0\n" for n in range(6) for day in (0, 400))
    cohort = tiny(tmp_path / "c", people, relapses=relapses, adverse_events=events, visits=visits, scans="")
    page = write_report(cohort, "neda-3", tmp_path / "out", group_by="arm")
    with headless_chromium() as tab:
        found = {}
        for width in (1200, 390):
            tab.open(page.as_uri(), width=width)
            tab.wait_for(READY)
            # Those that are folded away too: whoever opens one must not find it cut.
            tab.run("document.querySelectorAll('details').forEach(one => { one.open = true })")
            found[width] = tab.run(CUT)
        assert found == {1200: 0, 390: 0}
        # The control: without the rules of a report many are.
        tab.run(PLAIN)
        assert tab.run(CUT) > 3
        tab.open(page.as_uri(), width=700)
        tab.wait_for(READY)
        tab.ask("Emulation.setEmulatedMedia", media="print")
        short = tab.run("document.body.scrollHeight")
        tab.run(PLAIN)
        # Heights instead of pages, which take seconds to print: 15 pages of HALT-MS became 7.
        assert short < 0.62 * tab.run("document.body.scrollHeight")
