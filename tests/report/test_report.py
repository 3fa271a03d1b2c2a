"""The report: complete, self-contained, marked, and not drawn twice."""

from __future__ import annotations

import html
import json
import re
from functools import cache
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path
from tempfile import mkdtemp

import polars as pl
import pytest

from made_up.small_report_cohort import tiny
from remission.exhibits.figure import Figure
from remission.exhibits.files.figures import DIGESTS, FigureFolder
from remission.exhibits.tables import Table, shows
from remission.inputs.provenance import STANDING_WORDS, Provenance
from remission.inputs.writing import write_into
from remission.outcomes.definitions.reading import load_endpoint
from remission.outcomes.load import load_cohort
from remission.report.definitions.words import unverified_values
from remission.report.sentences import rests_on
from remission.report.write import write_report

COMMAND = "remission report halt-ms --endpoint halt-ms-efs -o DIR"
ALLOWED_HOSTS = {"http://www.w3.org/2000/svg", "http://www.w3.org/1999/xlink"}
VOID = {"meta", "br", "img", "link", "input", "hr"}


@cache
def halt_ms() -> Path:
    return write_report(load_cohort("halt-ms"), "halt-ms-efs", mkdtemp(), command=COMMAND)


@cache
def two_arm() -> Path:
    return write_report(load_cohort("two-arm"), "neda-3", mkdtemp(), group_by="arm")


@cache
def text_of(path: Path) -> str:
    """The words of the page as a reader sees them, spaces made plain."""
    words = re.sub(r"<style>.*?</style>", "", path.read_text(encoding="utf-8"), flags=re.S)
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", " ", words)).replace("\u00a0", " "))


class Tags(HTMLParser):
    """The tags of a page; an unclosed or crossed one is an error."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.seen: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


@cache
def tags_of(path: Path) -> list[tuple[str, dict[str, str | None]]]:
    parser = Tags()
    parser.feed(path.read_text(encoding="utf-8"))
    assert parser.open == []
    return parser.seen


@pytest.mark.parametrize("page", [halt_ms, two_arm])
def test_the_page_needs_nothing_else(page: type[Path]) -> None:
    path = page()
    assert set(re.findall(r"https?://[^\"'\s<)]+", path.read_text(encoding="utf-8"))) <= ALLOWED_HOSTS
    tags = tags_of(path)
    # An icon of nothing, or a browser would ask the host for one.
    icon = ("link", {"rel": "icon", "href": "data:,"})
    assert [one for one in tags if one[0] in ("script", "link", "iframe", "img")] == [icon]
    assert all(str(about.get("href", "#")).startswith("#") for tag, about in tags if tag != "link")


@pytest.mark.parametrize("page", [halt_ms, two_arm])
def test_ids_are_unique_and_every_link_leads_somewhere(page: type[Path]) -> None:
    tags = tags_of(page())
    ids = [about["id"] for _, about in tags if "id" in about]
    assert len(ids) == len(set(ids))
    targets = {f"#{one}" for one in ids}
    assert {about["href"] for tag, about in tags if tag == "a"} <= targets


@pytest.mark.parametrize("page", [halt_ms, two_arm])
def test_headings_do_not_skip_a_level(page: type[Path]) -> None:
    levels = [int(tag[1]) for tag, _ in tags_of(page()) if re.fullmatch("h[1-6]", tag)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))


def test_it_has_a_table_for_every_picture_and_a_caption_on_every_table() -> None:
    page = two_arm().read_text(encoding="utf-8")
    figures = re.findall(r'<svg [^>]*role="img"', page)
    names = {path.name.split(".")[0] for path in (two_arm().parent / "figures").glob("*.png")}
    assert len(figures) == 2 * len(names)
    assert page.count("<table") == page.count("<caption>")
    assert page.count("<details><summary>Table of this picture") + 2 == len(names)


def test_the_headline_and_every_component() -> None:
    words = text_of(halt_ms())
    for sentence in (
        "Event-free survival at 5 years: 69.2 % (90 % interval 50.2 to 82.1; 15 still at risk).",
        "Progression-free survival at 5 years: 91.3 % (90 % interval 74.7 to 97.2;",
        "Relapse-free survival at 5 years: 86.9 % (90 % interval 69.5 to 94.7;",
        "MRI-activity-free survival at 5 years: 86.3 % (90 % interval 68.1 to 94.5;",
        "Of 24 persons followed, 7 had an event (the first was a relapse in 3, progression in 2 and MRI activity in 2)",
        "Overall survival at 5 years: none of 24 had died by then (",
    ):
        assert sentence in words


def test_the_flow_the_follow_up_and_the_change_in_edss() -> None:
    words = text_of(halt_ms())
    for sentence in (
        "Evaluated: 25",
        "Entered: 24",
        "median 62 months (range 12 to 72), in 24 persons who entered",
        "by reverse Kaplan-Meier: 62 months",
        "Median change in EDSS −0.5 (quartiles −1.5 to 0.0), in 21 of 21 persons who completed follow-up",
        "with continuity correction, 4 zeros dropped, ties at average ranks: p = 0.001",
        "Not collected: this cohort lists no adverse events. That is not the same as none.",
    ):
        assert sentence in words


def test_every_unverified_value_stands_beside_the_headline() -> None:
    unverified = rests_on(unverified_values(load_endpoint("halt-ms-efs")))
    box = text_of(halt_ms()).split("Adverse events")[0]
    assert len(unverified) >= 3
    assert all(value.replace("\u00a0", " ") in box for value in unverified)


def test_provenance_digest_version_and_command_are_named() -> None:
    words = text_of(halt_ms())
    cohort = load_cohort("halt-ms")
    assert cohort.digest in words
    assert COMMAND in words
    assert "remission 0." in words
    assert all(source.citation in words for source in cohort.manifest.sources)


def test_groups_are_compared_beside_the_planted_truth() -> None:
    words = text_of(two_arm())
    assert "Log-rank test of 2 groups" in words
    assert "On average HSCT had" in words
    assert "The planted truth beside the estimates" in words
    assert "The planted truth" not in text_of(halt_ms())


@pytest.mark.parametrize(("page", "kind"), [(halt_ms, "reconstructed"), (two_arm, "simulated")])
def test_every_file_says_what_it_was_made_from(page: type[Path], kind: str) -> None:
    folder, warning = page().parent, STANDING_WORDS[kind]
    tables = list((folder / "tables").iterdir())
    assert tables
    for table in tables:
        assert table.name.endswith(f".{kind}.csv")
        assert set(pl.read_csv(table)["standing"]) <= {kind}
    for figure in (folder / "figures").glob("*.svg"):
        assert warning in html.unescape(figure.read_text(encoding="utf-8"))
    assert warning in text_of(page()).split("In short")[0]


@pytest.mark.parametrize("page", [halt_ms, two_arm])
def test_people_are_persons(page: type[Path]) -> None:
    assert not re.search(r"\b(patients?|participants?)\b", text_of(page()), re.I)


def test_every_picture_is_there_as_svg_and_png() -> None:
    figures = halt_ms().parent / "figures"
    names = {path.stem for path in figures.glob("*.png")}
    assert {"flow", "curve-halt-ms-efs", "curve-halt-ms-mri", "timelines", "edss-change", "edss-trajectories"} <= names
    assert all((figures / f"{name}.svg").is_file() for name in names)


def figure(title: str = "Dots", kind: str = "simulated") -> Figure:
    provenance = Provenance("made-up", kind, "0" * 64)  # type: ignore[arg-type]  # a kind that is one
    table = Table("dots", "Dots.", pl.DataFrame({"x": [1]}), (shows("x"),), provenance)
    spec = {"data": {"values": [{"x": 1}]}, "mark": "point", "encoding": {"x": {"field": "x", "type": "quantitative"}}}
    return Figure("dots", title, "", "Dots.", {"wide": spec, "narrow": spec}, table, provenance)


def drawn(folder: Path, what: Figure) -> set[str]:
    with write_into(folder, listed=False) as result:
        figures = FigureFolder(result, "")
        figures.write(what)
        figures.save_digests()
    return set(figures.drawn)


ALL = {"dots.svg", "dots.narrow.svg", "dots.png"}


def test_a_picture_that_has_not_changed_is_not_drawn_again(tmp_path: Path) -> None:
    assert drawn(tmp_path, figure()) == ALL
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    assert drawn(tmp_path, figure()) == set()
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before


@pytest.mark.parametrize("changed", [figure("Other dots"), figure(kind="reconstructed")])
def test_a_picture_that_has_changed_is_drawn_again(tmp_path: Path, changed: Figure) -> None:
    drawn(tmp_path, figure())
    assert drawn(tmp_path, changed) == ALL


@pytest.mark.parametrize("name", sorted(ALL))
def test_a_file_that_was_tampered_with_is_drawn_again(tmp_path: Path, name: str) -> None:
    drawn(tmp_path, figure())
    right = (tmp_path / name).read_bytes()
    (tmp_path / name).write_bytes(right + b" ")
    assert drawn(tmp_path, figure()) == {name}
    assert (tmp_path / name).read_bytes() == right


def test_a_missing_file_or_an_unreadable_record_is_no_obstacle(tmp_path: Path) -> None:
    drawn(tmp_path, figure())
    (tmp_path / "dots.png").unlink()
    assert drawn(tmp_path, figure()) == {"dots.png"}
    (tmp_path / DIGESTS).write_text("{")
    assert drawn(tmp_path, figure()) == ALL


def test_another_renderer_draws_again(tmp_path: Path) -> None:
    drawn(tmp_path, figure())
    record = json.loads((tmp_path / DIGESTS).read_text())
    record["dots.svg"]["source"] = "drawn by an older one"
    (tmp_path / DIGESTS).write_text(json.dumps(record))
    assert drawn(tmp_path, figure()) == {"dots.svg"}


CORNERS = {
    "no event": ("S1,a,yes,900,completed,\nS2,b,yes,800,lost,\n", ""),
    "one person": ("S1,a,yes,900,completed,\n", "S1,R1,300\n"),
    "nobody followed": ("S1,a,yes,0,lost,\nS2,b,yes,0,lost,\n", ""),
    "nobody entered": ("S1,a,no,,,\n", ""),
    "short follow-up": ("S1,a,yes,90,completed,\nS2,b,yes,80,lost,\n", "S1,R1,30\n"),
    "a group without a name": ("S1,,yes,900,completed,\nS2,b,yes,800,lost,\n", "S1,R1,300\n"),
    "a death": ("S1,a,yes,400,died,400\nS2,b,yes,800,lost,\n", ""),
}


@pytest.mark.parametrize("group_by", [None, "arm"])
@pytest.mark.parametrize("corner", list(CORNERS))
def test_corners_make_a_page_that_says_what_cannot_be_said(tmp_path: Path, corner: str, group_by: str | None) -> None:
    subjects, relapses = CORNERS[corner]
    visits = "".join(f"{row[:2]},V{row[:2]}{day},{day},2.0\n" for row in subjects.split() for day in (0, 50))
    cohort = tiny(tmp_path / "cohort", subjects, visits=visits, relapses=relapses)
    page = write_report(cohort, "relapse-free", tmp_path / "out", group_by=group_by)
    tags_of(page)
    assert "100.0 %" not in text_of(page)
    assert re.findall(r"\b(?:nan|NaN|None(?!\.)|null|inf)\b", text_of(page)) == []
    if not relapses:
        assert "not estimable" in text_of(page)


def test_without_visits_it_says_so(tmp_path: Path) -> None:
    cohort = tiny(tmp_path / "cohort", "S1,a,yes,900,died,900\n")
    words = text_of(write_report(cohort, "death", tmp_path / "out"))
    assert "Not collected: this cohort lists no visits." in words
