"""One export of the bundled library, shared by the tests of the room: written once, without processes."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from remission.engines.serial import SerialEngine
from remission.site.export import export_site
from remission.studies.load import load_studies

DAY = date(2026, 11, 30)


@pytest.fixture(scope="session")
def whole_site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the exported site."""
    folder = tmp_path_factory.mktemp("whole") / "site"
    export_site(load_studies(), folder, on=DAY, engine=SerialEngine())
    return folder
