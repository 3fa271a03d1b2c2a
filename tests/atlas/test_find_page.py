"""Where would I find: every trust in its state, links, and a form that measures distances in a browser."""

from __future__ import annotations

import json
import math
import re
import shutil
import subprocess
import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import polars as pl
import pytest

from made_up.atlas import DISTRICTS, NAMES, PUBLISHED, SITE, SYNTHETIC, TRUSTS, points, use
from made_up.headless_chromium import environment_of_readers
from remission.atlas.page_shell import ROOM, render_atlas_page
from remission.atlas.pages.find import find_data, find_page, find_script, find_table
from remission.exhibits.tables import environment
from remission.places.names import NamedPlace, named_places, places_called

BROWSER = shutil.which("chromium") or shutil.which("google-chrome")
ELSEWHERE = {"EH": "Scotland", "BT": "Northern Ireland"}
DATA = json.loads(find_data(use(), points(), DISTRICTS, SYNTHETIC, ELSEWHERE))


def test_a_table_lists_who_issued_it_and_counts_of_whom_nothing_is_known() -> None:
    frame = find_table(use(), "ocrelizumab", SYNTHETIC).frame
    rows = use().filter(pl.col("therapy") == "ocrelizumab")
    used = rows.filter(pl.col("state") == "used")["code"].to_list()
    assert sorted(one["code"] for row in frame["used"].to_list() for one in row) == sorted(used)
    assert frame["hidden"].sum() == rows.filter(pl.col("state").is_in(["not visible", "not reported"])).height


def test_the_csv_has_every_trust_with_its_state() -> None:
    table = find_table(use(), "ocrelizumab", SYNTHETIC)
    assert table.raw is not None
    assert set(table.raw["code"]) == set(TRUSTS)


def test_names_are_links_to_the_pages_of_trusts() -> None:
    made = render_atlas_page(find_page(use(), "2025", SYNTHETIC), SITE)
    code = use().filter(pl.col("state") == "used")["code"][0]
    assert f'<a href="trust/{code}.html">{NAMES[code]}</a>' in made


def test_the_data_of_the_form_name_used_and_unknown_trusts_and_leave_out_those_not_used() -> None:
    for therapy, states in DATA["therapies"].items():
        rows = use().filter(pl.col("therapy") == therapy, pl.col("code") != TRUSTS[-1])
        for key, wanted in (("used", ["used"]), ("unknown", ["not visible", "not reported"])):
            codes = [DATA["trusts"][at][0] for at in states[key]]
            assert codes == rows.filter(pl.col("state").is_in(wanted))["code"].to_list()


def test_a_trust_without_a_point_is_counted_and_not_placed() -> None:
    here = (pl.col("code") == TRUSTS[-1]) & (pl.col("therapy") == "cladribine")
    unused = use().with_columns(state=pl.when(here).then(pl.lit("not used")).otherwise("state"))
    made = json.loads(find_data(unused, points(), DISTRICTS, SYNTHETIC))
    numbers = {therapy: states["withoutPoint"] for therapy, states in made["therapies"].items()}
    assert numbers == {"cladribine": 0, "natalizumab": 1, "ocrelizumab": 1}
    assert TRUSTS[-1] not in [trust[0] for trust in DATA["trusts"]]


def test_of_a_therapy_that_no_trust_is_seen_to_issue_there_is_a_sentence_and_no_table() -> None:
    hidden = use().with_columns(
        state=pl.when(pl.col("therapy") == "cladribine").then(pl.lit("not visible")).otherwise("state")
    )
    made = find_page(hidden, "2025", SYNTHETIC)
    blocks = {block.title: block for block in made.sections[1].blocks}
    assert blocks["cladribine"].tables == []
    assert "No trust is seen to issue it; not visible at 60." in str(blocks["cladribine"].sentences[0])
    assert len(blocks["ocrelizumab"].tables) == 1


def test_what_was_withdrawn_before_is_left_out_and_said_once() -> None:
    made = render_atlas_page(find_page(use(), "2025", SYNTHETIC, (), ["daclizumab"]), SITE)
    assert made.count("daclizumab") == 1


def test_the_data_say_what_they_are() -> None:
    assert (DATA["standing"], DATA["warning"]) == ("synthetic", SYNTHETIC.warning)
    assert json.loads(find_data(use(), points(), DISTRICTS, PUBLISHED))["warning"] == ""


def test_the_script_writes_text_only_and_asks_nobody_else() -> None:
    assert not any(
        word in find_script()
        for word in ("innerHTML", "eval", "document.write", "http:", "https:", "localStorage", "hash =", "replaceState")
    )
    # What was typed stands in no address: it is the state of a stop on the way back, and nothing else.
    assert re.findall(r"history\.push\w+\(.*?\)", find_script()) == ['history.pushState(asked, "")']


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name that is overridden
        """Say nothing."""


@pytest.fixture
def site(tmp_path: Path) -> Iterator[str]:
    (tmp_path / "data").mkdir()
    (tmp_path / "find.html").write_text(render_atlas_page(find_page(use(), "2025", SYNTHETIC), SITE), "utf-8")
    (tmp_path / "find.js").write_text(find_script(), "utf-8")
    (tmp_path / "data" / "find.json").write_text(json.dumps(DATA), "utf-8")
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=str(tmp_path)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def browsed(address: str, profile: Path) -> tuple[str, str]:
    """The page after its script has run, and what the browser complained of."""
    command = [str(BROWSER), "--headless", "--no-sandbox", "--disable-gpu", f"--user-data-dir={profile}",
               "--enable-logging=stderr", "--virtual-time-budget=5000", "--dump-dom", address]  # fmt: skip
    environment = environment_of_readers()
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60, env=environment)
    return done.stdout, "\n".join(line for line in done.stderr.splitlines() if "CONSOLE" in line)


def kilometres(one: list[float], other: list[float]) -> float:
    """The haversine distance, written a second time."""
    lat, lon, other_lat, other_lon = (math.radians(angle) for angle in (*one, *other))
    chord = math.sin((other_lat - lat) / 2) ** 2
    chord += math.cos(lat) * math.cos(other_lat) * math.sin((other_lon - lon) / 2) ** 2
    return 2 * 6371.0088 * math.asin(math.sqrt(chord))


@pytest.mark.skipif(BROWSER is None, reason="no browser on this machine")
def test_a_browser_lists_the_nearest_trusts_under_the_policy(site: str, tmp_path: Path) -> None:
    made, complaints = browsed(f"{site}/find.html#therapy=ocrelizumab&district=e1%206an", tmp_path / "profile")
    assert "Content Security Policy" not in complaints
    assert 'data-find="ready"' in made
    rows = made.partition('id="near-rows"')[2].partition("</tbody>")[0].split("<tr>")[1:]
    shown = [row.partition('href="trust/')[2].partition(".html")[0] for row in rows]
    issued = [code for code, row in zip(shown, rows, strict=True) if "issued in the last 12 months" in row]
    far = {trust[0]: kilometres(DATA["districts"]["E1"], trust[2:]) for trust in DATA["trusts"]}
    used = [DATA["trusts"][at][0] for at in DATA["therapies"]["ocrelizumab"]["used"]]
    assert issued == sorted(used, key=far.__getitem__)[:10]
    assert shown == sorted(shown, key=far.__getitem__)
    assert SYNTHETIC.warning.split("'")[0] in made.partition('id="near-caption"')[2]


@pytest.mark.skipif(BROWSER is None, reason="no browser on this machine")
@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("EH1", "Scotland publishes no such data."),
        ("bt1 5gs", "Northern Ireland publishes no such data."),
        ("TR21", "No hospital is known near “TR21”. Try a neighbouring district."),
        (
            "hello",
            "“hello” is no place that is known here. Try a larger place near it, or the first half of a postcode, such "
            "as E1 or LS9.",
        ),
        ("Newcastle", "2 places are called so. Say which: Newcastle-under-Lyme, Newcastle upon Tyne."),
    ],
)
def test_a_browser_says_why_a_district_has_no_list_and_guesses_no_other(
    site: str, tmp_path: Path, asked: str, said: str
) -> None:
    address = f"{site}/find.html#therapy=ocrelizumab&district={asked.replace(' ', '%20')}"
    made, _ = browsed(address, tmp_path / "profile")
    assert f'<p id="near-said" role="status">{said}</p>' in made


@pytest.mark.skipif(BROWSER is None, reason="no browser on this machine")
def test_the_box_on_page_one_answers_for_a_place_by_name(site: str, tmp_path: Path) -> None:
    here = next([lat, lon] for name, lat, lon, _ in DATA["names"] if name == "East End")
    far = sorted(range(len(DATA["trusts"])), key=lambda at: kilometres(here, DATA["trusts"][at][2:]))[:3]
    # Of the three nearest one therapy is seen at one and hidden at another, one hidden at one, and one not used at all.
    therapies = {
        "cladribine": {"used": [far[0]], "unknown": [far[1]]},
        "natalizumab": {"used": [], "unknown": [far[2]]},
        "ocrelizumab": {"used": [], "unknown": []},
    }
    (tmp_path / "data" / "find.json").write_text(json.dumps(DATA | {"therapies": therapies}), "utf-8")
    box = environment(ROOM).get_template("place_box.html.jinja").render()
    (tmp_path / "box.html").write_text(f'<!doctype html><body>{box}<script src="find.js"></script>', "utf-8")
    made, _ = browsed(f"{site}/box.html#near=east%20end", tmp_path / "profile")
    said = made.partition('<div id="place-said" role="status">')[2].partition("</div>")[0]
    assert re.findall(r'href="trust/(\w+)\.html"', said) == [DATA["trusts"][at][0] for at in far]
    # None that is seen is no zero.
    assert re.findall(r"issued (\d+) MS (therap\w+)", said) == [("1", "therapy")]
    assert said.count("is seen to issue none") == 2
    assert "Cannot be seen at any of them: natalizumab. Homecare" in said
    assert f'href="trust/{DATA["trusts"][far[0]][0]}.html#foi"' in said
    assert "from the middle of Tower Hamlets, Newham and Hackney, which East End is taken for here" in said
    assert SYNTHETIC.warning.split("'")[0] in said


@pytest.mark.parametrize("asked", ["St. Helens", "Guy's and St Thomas'", "Ynys Môn", "the Wirral", "E1 1AA", "Hull"])
def test_names_reach_the_browser_as_they_are_found_on_the_command_line(asked: str) -> None:
    listed = [NamedPlace(*place) for place in DATA["names"]]
    assert places_called(asked, listed) == places_called(asked, named_places())
