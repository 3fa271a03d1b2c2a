"""What tests of several rooms share. Heavy imports stay in the fixtures: most tests need none of them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from remission.atlas.recipes.export import Export
    from remission.supply.build import Built
    from remission.supply.views import AtlasViews

# Manchester with what became part of it, two in London, one in Bristol that merged in July 2026, and others.
TRUSTS = ("R0A", "RHQ", "RJ1", "RRV", "RA7", "RGT", "RTH", "RX1", "RWE", "RXF", "RDE", "RAL", "RJE", "RET")
FIRST, LAST = date(2024, 1, 1), date(2026, 9, 1)


@pytest.fixture(scope="session")
def scheduler() -> Iterator[str]:
    """A scheduler and two worker processes on this machine, where dask.distributed is installed."""
    distributed = pytest.importorskip("distributed", reason="the extra 'cluster' is not installed")
    with distributed.LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as cluster:
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

    return export_atlas(built.home, tmp_path_factory.mktemp("site"))
