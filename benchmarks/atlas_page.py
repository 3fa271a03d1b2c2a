"""How fast and how heavy the map's page is, in headless Chromium on this computer, under its content-security policy.

    python benchmarks/atlas_page.py [SITE]

SITE is a folder that `remission atlas export` wrote; without one a made-up site of 84 months is used. Each run has a
fresh browser with an empty cache; times are medians of five runs, from the start of the navigation. Needs Chromium.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import threading
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from made_up.headless_chromium import Tab, headless_chromium
from made_up.site import write_site
from remission.atlas.map.index import SERVED
from remission.exhibits.site.serve import site_server

RUNS = 5
LIVE = "document.body?.dataset.live"
WATCH = (
    "new MutationObserver((_, me) => { if (document.body?.dataset.live) { window.liveAt = performance.now(); "
    "me.disconnect(); } }).observe(document, {subtree: true, childList: true, attributes: true})"
)
PAINT = "performance.getEntriesByName('first-contentful-paint')[0].startTime"
STEP = (
    "new Promise(done => { const slider = document.getElementById('month'); slider.value = {at}; "
    "const start = performance.now(); const was = document.body.dataset.live; "
    "slider.dispatchEvent(new Event('input')); const look = () => document.body.dataset.live !== was "
    "? done(performance.now() - start) : setTimeout(look, 1); look(); })"
)


@dataclass(frozen=True)
class Run:
    """One visit with an empty cache; milliseconds, bytes as they came over the wire, and what went wrong."""

    paint: float
    live: float
    steps: tuple[float, ...]
    before: int
    all_bytes: int
    troubles: tuple[str, ...]
    hosts: frozenset[str]


def visit(address: str) -> Run:
    """Open the page in a fresh browser, wait until it is live, and move the slider six months back, one by one."""
    with headless_chromium() as tab:
        tab.ask("Page.addScriptToEvaluateOnNewDocument", source=WATCH)
        tab.open(address)
        tab.wait_for("window.liveAt")
        paint, live = tab.run(PAINT), tab.run("window.liveAt")
        sizes = received(tab)
        last = int(tab.run("document.getElementById('month').max"))
        steps = tuple(tab.run(STEP.replace("{at}", str(last - back))) for back in range(1, 7))
        page = sum(size for name, size in sizes.items() if name.endswith(("/", "index.html")) or "/atlas-" in name)
        hosts = frozenset(str(urlsplit(one).hostname) for one in tab.requests() if not one.startswith("data:"))
        parts = (f"{name.rpartition('/')[2] or 'page'} {size / 1000:.1f}" for name, size in sizes.items())
        print(f"  kB: {', '.join(parts)}")
        return Run(paint, live, steps, page, sum(sizes.values()), tuple(tab.troubles()), hosts)


def received(tab: Tab) -> dict[str, int]:
    """Bytes of each address so far, packed, headers included."""
    names = {one["requestId"]: one["request"]["url"] for one in tab.told("Network.requestWillBeSent")}
    done = tab.told("Network.loadingFinished")
    return {names[one["requestId"]]: int(one["encodedDataLength"]) for one in done if one["requestId"] in names}


def main() -> None:
    """Serve, visit, print."""
    with tempfile.TemporaryDirectory() as made:
        folder = Path(sys.argv[1]) if len(sys.argv) > 1 else write_site(Path(made) / "site", 84)
        with site_server(folder, 0, SERVED) as server:
            threading.Thread(target=server.serve_forever, daemon=True).start()
            runs = [visit(f"http://127.0.0.1:{server.server_address[1]}/") for _ in range(RUNS)]
            server.shutdown()
    middle = statistics.median
    print(f"first paint {middle(run.paint for run in runs):.0f} ms, live {middle(run.live for run in runs):.0f} ms")
    print(f"a step of the slider {middle(step for run in runs for step in run.steps):.0f} ms")
    print(f"before the bundle {runs[-1].before / 1000:.1f} kB, all {runs[-1].all_bytes / 1000:.1f} kB, packed")
    print(f"violations, errors and warnings {sum(len(run.troubles) for run in runs)}, hosts {sorted(runs[-1].hosts)}")


if __name__ == "__main__":
    main()
