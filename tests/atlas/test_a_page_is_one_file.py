"""A page of the atlas is one file: dropped in, it is in the site and every navigation; taken away, it is not."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from types import SimpleNamespace

import pytest

import remission.atlas.pages
from made_up.atlas import SITE
from made_up.site import index
from remission.atlas.map.index import IndexShown, render_index
from remission.atlas.page_files import page_files
from remission.atlas.recipes.export import write_site
from remission.atlas.recipes.known import Known
from remission.engines.serial import SerialEngine
from remission.exhibits.site.page_files import PageFile, check_places, navigation_of
from remission.exhibits.site.shell import Site
from remission.foi.answers.ledger import read_answers
from remission.supply.build import Built
from remission.supply.views import AtlasViews

# What somebody touches who adds a page: CONTRIBUTING says how many.
TOUCHED = ("src/remission/atlas/pages/NAME.py", "tests/atlas/test_NAME.py")
NAME = "dropped_in"
PAGE = '''"""How many trusts are in the atlas."""

from functools import partial

from remission.exhibits.page import Page

PATH, TITLE, PLACE = "trusts.html", "How many trusts", 15


def pages(known):
    yield partial(trusts_page, len(known.pages), known.provenance)


def trusts_page(trusts, provenance):
    said = [f"There are {trusts} trusts."]
    return Page(path=PATH, title=TITLE, subtitle="", provenance=provenance, headlines=said)
'''
# Pages that need no estimate: the whole site is exported elsewhere.
QUICK = ("about", "foi", "therapies", NAME)
LINK = '<a href="trusts.html">How many trusts</a>'


@pytest.fixture
def dropped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The file of the page in the walked folder, as far as this test can see."""
    folder = tmp_path / "pages"
    folder.mkdir()
    (folder / f"{NAME}.py").write_text(PAGE, encoding="utf-8")
    monkeypatch.setattr(remission.atlas.pages, "__path__", [*remission.atlas.pages.__path__, str(folder)])
    yield folder / f"{NAME}.py"
    sys.modules.pop(f"remission.atlas.pages.{NAME}", None)


@cache
def shown() -> IndexShown:
    return index(3)


def export(built: Built, views: AtlasViews, folder: Path) -> int:
    """Write the quick ones of all pages that there are now."""
    kinds = page_files()
    known = Known(built.home, views, read_answers(built.home), (), Site(navigation_of(kinds), SITE.day))
    quick = {name: kinds[name] for name in QUICK if name in kinds}
    return write_site(folder, known, quick, SerialEngine())


def test_a_file_that_is_dropped_in_is_a_page_of_the_site_and_in_every_navigation(
    dropped: Path, tmp_path: Path, built: Built, views: AtlasViews
) -> None:
    site = tmp_path / "site"
    assert export(built, views, site) == len(QUICK)
    assert f"There are {len(views.monthly.codes)} trusts." in (site / "trusts.html").read_text("utf-8")
    pages = [path for path in site.rglob("*.html") if path.name != "trusts.html"]
    assert len(pages) == len(QUICK) - 1
    for page in pages:
        assert LINK in page.read_text("utf-8")
    first = render_index(shown(), Site(navigation_of(page_files()), SITE.day))
    assert first.index(">Map</a>") < first.index(LINK) < first.index(">Deserts and oases</a>")
    dropped.unlink()
    assert export(built, views, site) == len(QUICK) - 1
    assert not (site / "trusts.html").exists()
    for page in pages:
        assert "How many trusts" not in page.read_text("utf-8")


def test_every_page_says_on_which_day_the_site_was_made(tmp_path: Path, built: Built, views: AtlasViews) -> None:
    export(built, views, tmp_path / "site")
    pages = [*(path.read_text("utf-8") for path in (tmp_path / "site").rglob("*.html")), render_index(shown(), SITE)]
    assert all("This site was made on 2 November 2026." in page for page in pages)


def test_the_folder_holds_pages_only_and_each_says_where_it_lies() -> None:
    found = page_files()
    assert {path.stem for path in Path(remission.atlas.pages.__path__[0]).glob("*.py")} - {"__init__"} == set(found)
    for name, page in found.items():
        assert isinstance(page.PATH, str), name
        assert isinstance(page.TITLE, str), name
        assert page.PLACE is None or isinstance(page.PLACE, int), name
        assert callable(page.pages), name


def test_pages_know_nothing_of_each_other_so_that_any_can_be_taken_away() -> None:
    for path in Path(remission.atlas.pages.__path__[0]).glob("*.py"):
        tree = ast.parse(path.read_text("utf-8"))
        imported = [one.module or "" for one in ast.walk(tree) if isinstance(one, ast.ImportFrom)]
        assert [one for one in imported if one.startswith("remission.atlas.pages")] == [], path.name


@pytest.mark.parametrize(("path", "place"), [("about.html", None), ("other.html", 80)])
def test_two_pages_at_one_address_or_place_are_refused(path: str, place: int | None) -> None:
    other: PageFile = SimpleNamespace(PATH=path, TITLE="Other", PLACE=place, pages=lambda known: iter(()))
    with pytest.raises(ValueError, match="one PATH or one PLACE: about, other"):
        check_places({"about": page_files()["about"], "other": other})
