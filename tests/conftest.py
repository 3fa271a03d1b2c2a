"""What tests of several rooms share. Heavy imports stay in the fixtures: most tests need none of them."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator
from datetime import date
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, settings
from xdist.scheduler import LoadScopeScheduling

if TYPE_CHECKING:
    from xdist.remote import Producer
    from xdist.workermanage import WorkerController

    from remission.atlas.recipes.export import Export
    from remission.supply.build import Built
    from remission.supply.views import AtlasViews

# Before Polars is imported: workers are as many as cores, and waking threads for ten rows takes longer than the rows.
if "PYTEST_XDIST_WORKER" in os.environ:
    os.environ.setdefault("POLARS_MAX_THREADS", "1")

# Before anything is drawn: a font of the machine is opened anew for every letter that is measured, which is more than
# half of drawing. Those that the renderer brings are in memory and as wide: tests/exhibits/test_fonts.py holds that.
os.environ["FONTCONFIG_FILE"] = str(Path(__file__).parent / "made_up" / "no_fonts.conf")

# One profile for every property test: the same cases on every run, and no verdict by the clock, so that a loaded
# machine fails nothing. `make fuzz` takes other cases each time.
settings.register_profile(
    "steady",
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
settings.register_profile("wild", settings.get_profile("steady"), derandomize=False)
settings.load_profile(os.environ.get("REMISSION_PROFILE", "steady"))

# Fixtures that take seconds to make and are shared: the files that use one run on one worker, which makes it once.
DEAR = {"atlas": ("atlas_home", "built", "views", "exported"), "cluster": ("scheduler",), "site": ("whole_site",)}

# What takes longest begins first: begun last, it would leave the other workers waiting for it.
LONGEST = (
    "site",
    "atlas",
    "tests/stats/test_against_r.py",
    "tests/web/test_others_objects.py",
    "tests/web/test_in_browser.py",
    "tests/web/test_lives.py",
    "tests/web/test_serving_ends.py",
    "tests/web/test_commands_of_hosts.py",
    "tests/multiverse/test_multiverse.py",
    "tests/stats/test_cox.py",
    "tests/evidence/test_a_number_changes_its_page.py",
    "tests/outcomes/test_engine_agrees_with_twin.py",
    "tests/evidence/test_pages.py",
    "tests/report/test_report.py",
    "tests/web/test_hostile_texts.py",
    "tests/web/test_killed.py",
    "cluster",
)

# Manchester with what became part of it, two in London, one in Bristol that merged in July 2026, and others.
TRUSTS = ("R0A", "RHQ", "RJ1", "RRV", "RA7", "RGT", "RTH", "RX1", "RWE", "RXF", "RDE", "RAL", "RJE", "RET")
FIRST, LAST = date(2024, 1, 1), date(2026, 9, 1)
EXPORTED = date(2026, 11, 2)


def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> LoadScopeScheduling:
    """Where tests run side by side, those of a file stay together: some count what the others of it reached."""

    class Together(LoadScopeScheduling):
        def _split_scope(self, nodeid: str) -> str:
            return _together(nodeid.partition("::")[0])

        def _assign_work_unit(self, node: WorkerController) -> None:
            if first := next((name for name in LONGEST if name in self.workqueue), None):
                self.workqueue.move_to_end(first, last=False)
            super()._assign_work_unit(node)

    return Together(config, log)


@cache
def _together(file: str) -> str:
    """What runs on one worker: a file, or all files that use a dear fixture.

    xdist's own groups are lost with a pytest that works node ids out anew each time.
    """
    text = (Path(__file__).parents[1] / file).read_text(encoding="utf-8")
    asked = "|".join(re.findall(r"^def \w+\(([^)]*)\)", text, re.MULTILINE))
    for name, fixtures in DEAR.items():
        if any(re.search(rf"\b{fixture}:", asked) for fixture in fixtures):
            return name
    return file


@pytest.fixture(scope="session", autouse=True)
def pictures_drawn_once(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Workers side by side draw no picture twice; a worker alone keeps its own in memory anyway."""
    if "PYTEST_XDIST_WORKER" not in os.environ:
        yield
        return
    import vl_convert

    from made_up.drawn_once import once

    folder = tmp_path_factory.getbasetemp().parent / "pictures"
    folder.mkdir(exist_ok=True)
    with pytest.MonkeyPatch.context() as patched:
        for name in ("vegalite_to_svg", "svg_to_png"):
            patched.setattr(vl_convert, name, once(getattr(vl_convert, name), folder))
        yield


@pytest.fixture
def drawn_anew(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """Forgets what was drawn when it is called; no other worker's pictures are taken before either."""
    import vl_convert

    from remission.exhibits import rendering

    draw = vl_convert.vegalite_to_svg
    monkeypatch.setattr(vl_convert, "vegalite_to_svg", getattr(draw, "__wrapped__", draw))
    rendering.drawn.cache_clear()
    return rendering.drawn.cache_clear


@pytest.fixture(scope="session")
def scheduler() -> Iterator[str]:
    """A scheduler and two worker processes on this machine, where dask.distributed is installed."""
    distributed = pytest.importorskip("distributed", reason="the extra 'cluster' is not installed")
    with distributed.LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=":0") as cluster:
        yield cluster.scheduler_address


@pytest.fixture(scope="session")
def atlas_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home folder that holds an invented sample of a few trusts, not built yet."""
    from remission.simulation.stock.write import ScmdOptions, simulate_scmd
    from remission.supply.build import SAMPLE, TRUTH

    home = tmp_path_factory.mktemp("atlas")
    truth = simulate_scmd(home / SAMPLE, ScmdOptions(trusts=TRUSTS, first_month=FIRST, last_month=LAST))
    truth.cells.write_parquet(home / SAMPLE / TRUTH)
    return home


@pytest.fixture(scope="session")
def built(atlas_home: Path) -> Built:
    """The same, built."""
    from remission.supply.build import build_atlas

    return build_atlas(atlas_home)


@pytest.fixture(scope="session")
def views(built: Built) -> AtlasViews:
    """The views of it."""
    from remission.supply.views import views_of

    return views_of(built.atlas)


@pytest.fixture(scope="session")
def exported(built: Built, tmp_path_factory: pytest.TempPathFactory) -> Export:
    """The site of it."""
    from remission.atlas.recipes.export import export_atlas

    return export_atlas(built.home, tmp_path_factory.mktemp("site"), on=EXPORTED)
