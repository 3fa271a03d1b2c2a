"""How soon "Who takes whom?" answers a change, in headless Chromium on this computer: from event to laid-out page.

    python benchmarks/eligibility_page.py

Facts are put in one by one and taken out again, in a fresh page each round. Of each change the median of the rounds
counts: on a shared computer any one of them may wait for others. Printed are the first change of a page, the median and
the slowest of all, and the ratio to one frame of 60 a second. Needs Chromium.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
from datetime import date
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from made_up.headless_chromium import headless_chromium
from remission.evidence.pages.eligibility import PATH, eligibility_files, eligibility_page
from remission.evidence.recipes.known import know
from remission.exhibits.page import Page
from remission.exhibits.site.shell import Site, files_of
from remission.inputs.writing import write_new_folder
from remission.site.shell import STYLE, render_site_page, site_style

ROUNDS, FRAME, PROMISED = 7, 1000 / 60, 50.0
DAY = date(2026, 11, 30)
# Every field gets a value, one after the other, and is emptied again in the same order.
CHANGES = """(() => {
  const fields = [...document.querySelectorAll('[data-fact]')];
  const value = (field) => field.tagName === 'SELECT' ? field.options[1].value : '1';
  const change = (field, to) => {
    const start = performance.now();
    field.value = to;
    field.dispatchEvent(new Event('input', { bubbles: true }));
    document.body.getBoundingClientRect();
    return performance.now() - start;
  };
  return [...fields.map((one) => change(one, value(one))), ...fields.map((one) => change(one, ''))];
})()"""
READY = "document.readyState === 'complete' && document.getElementById('who-tally')?.textContent"


def written(folder: Path) -> Path:
    """The page with its script and style."""

    def render(page: Page) -> str:
        return render_site_page(page, Site((), DAY))

    with write_new_folder(folder) as site:
        for name, content in [*files_of(eligibility_page(know(DAY)), render), *eligibility_files()]:
            path = site / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(str(content), encoding="utf-8")
        (site / STYLE).write_text(site_style(), encoding="utf-8")
    return folder / PATH


def main() -> None:
    """Write the page, change every fact, print."""
    rounds: list[list[float]] = []
    with tempfile.TemporaryDirectory() as made, headless_chromium() as tab:
        page = written(Path(made) / "site")
        for _ in range(ROUNDS):
            tab.open("about:blank")
            tab.open(page.as_uri(), width=390)
            tab.wait_for(READY)
            rounds.append(tab.run(CHANGES))
    changes = [statistics.median(times) for times in zip(*rounds, strict=True)]
    for name, value in (("first change", changes[0]), ("median of all", statistics.median(changes)),
                        ("slowest of all", max(changes))):  # fmt: skip
        held = "ok  " if value <= PROMISED else "OVER"
        print(f"{held} {name}: {value:.1f} ms (at most {PROMISED:g}), {value / FRAME:.2f} of a frame")
    print(f"     {len(changes)} changes, each against every set of rules; {ROUNDS} rounds")


if __name__ == "__main__":
    main()
