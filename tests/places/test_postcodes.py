"""The middle of a postcode district is that of its live postcodes, whatever form the directory comes in."""

from __future__ import annotations

import io
import zipfile
from datetime import date
from pathlib import Path

import pytest

from made_up.open_data_server import Site, serving
from remission.inputs.download import Patience
from remission.inputs.fetching import Asking
from remission.inputs.problems import InputProblems
from remission.places.sources import postcodes

TODAY = date(2026, 11, 20)
TABLE = b"""pcd,pcds,doterm,oslaua,lat,long
E1 1AA,E1 1AA,,E09000030,51.50,-0.06
E1 1AB,E1 1AB,,E09000030,51.52,-0.08
E1 1AC,E1 1AC,199612,E09000030,60.00,5.00
E1 1AD,E1 1AD,,E09000030,99.999999,0.000000
EH1 1AA,EH1 1AA,,S12000036,55.95,-3.19
"""
WANTED = [("E1", 51.51, -0.07), ("EH1", 55.95, -3.19)]


def _take_in(home: Path, content: bytes, name: str = "ONSPD_AUG_2026_UK.csv") -> None:
    file = home / name
    file.write_bytes(content)
    postcodes.take_in(home, file, TODAY)


def _zipped() -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("Documents/names.csv", "code,name\n")
        archive.writestr("Data/ONSPD_AUG_2026_UK.csv", TABLE)
    return stream.getvalue()


@pytest.mark.parametrize("content", [TABLE, TABLE.replace(b"pcds", b"PCDS"), _zipped()], ids=["csv", "capitals", "zip"])
def test_centres_leave_out_ended_postcodes_and_those_without_a_place(tmp_path: Path, content: bytes) -> None:
    _take_in(tmp_path, content)
    found = postcodes.tidy(tmp_path)
    assert found.columns == ["district", "latitude", "longitude", "source"]
    assert found.select("district", "latitude", "longitude").rows() == WANTED


def test_it_is_fetched_from_the_address_that_is_given(tmp_path: Path) -> None:
    with serving(Site(files={"/onspd.csv": TABLE})) as site:
        asking = Asking(TODAY, base_url=f"{site.address}/onspd.csv", patience=Patience(5.0, 1, 0.0))
        assert len(postcodes.fetch(tmp_path, asking, lambda _: None).new) == 1
        assert postcodes.fetch(tmp_path, asking, lambda _: None).unchanged == 1
        missing = Asking(TODAY, base_url=f"{site.address}/gone.csv", patience=Patience(5.0, 1, 0.0))
        assert len(postcodes.fetch(tmp_path, missing, lambda _: None).problems) == 1
    assert postcodes.tidy(tmp_path).height == 2


def test_without_an_address_it_says_how_to_get_one(tmp_path: Path) -> None:
    (problem,) = postcodes.fetch(tmp_path, Asking(TODAY), lambda _: None).problems
    assert problem.severity == "warning"
    assert "Open Geography Portal" in problem.next_step


def test_a_table_without_places_is_refused_by_its_columns(tmp_path: Path) -> None:
    _take_in(tmp_path, b"pcds,doterm\nE1 1AA,\n")
    with pytest.raises(InputProblems) as refused:
        postcodes.tidy(tmp_path)
    assert "no column lat, long" in refused.value.report()


def test_an_empty_home_gives_an_empty_table(tmp_path: Path) -> None:
    assert postcodes.tidy(tmp_path).height == 0
