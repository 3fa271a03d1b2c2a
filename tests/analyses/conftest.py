"""A small invented atlas, built and exported once for all tests that look at it."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from remission.analyses.atlas_build import SAMPLE, TRUTH, Built, build_atlas
from remission.analyses.atlas_export import Export, export_atlas
from remission.analyses.atlas_views import AtlasViews, views_of
from remission.simulation.scmd import ScmdOptions, simulate_scmd

# Manchester with what became part of it, a hub, two in London, one in Bristol that merged in July 2026, and others.
TRUSTS = ("R0A", "RHQ", "RJ1", "RRV", "RA7", "RGT", "RTH", "RX1", "RWE", "RXF", "RDE", "RAL", "RJE", "RET")
FIRST, LAST = date(2024, 1, 1), date(2026, 9, 1)


@pytest.fixture(scope="session")
def atlas_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home folder that holds an invented sample of a few trusts, not built yet."""
    home = tmp_path_factory.mktemp("atlas")
    truth = simulate_scmd(home / SAMPLE, ScmdOptions(trusts=TRUSTS, first_month=FIRST, last_month=LAST))
    truth.cells.write_parquet(home / SAMPLE / TRUTH)
    return home


@pytest.fixture(scope="session")
def built(atlas_home: Path) -> Built:
    """The same, built."""
    return build_atlas(atlas_home)


@pytest.fixture(scope="session")
def views(built: Built) -> AtlasViews:
    """The views of it."""
    return views_of(built.atlas)


@pytest.fixture(scope="session")
def exported(built: Built, tmp_path_factory: pytest.TempPathFactory) -> Export:
    """The site of it."""
    return export_atlas(built.home, tmp_path_factory.mktemp("site"))
