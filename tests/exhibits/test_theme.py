"""One file says how everything looks: no other names a colour or a size of letters, and what it says is followed."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import altair
import pytest

import remission
from remission.atlas.map.index import index_style
from remission.atlas.page_shell import atlas_style
from remission.exhibits.theme import BLUE, INK, LIGHTS, LINES, PAPER, WHITE, css_variables

PACKAGE = Path(remission.__file__).parent
# What somebody touches who changes a colour: CONTRIBUTING says how many.
TOUCHED = ("src/remission/exhibits/theme.py",)
THEME = PACKAGE / "exhibits" / "theme.py"
KINDS = (".py", ".css", ".js", ".jinja", ".html", ".svg")

# The schema of Vega-Lite lists the names that browsers know.
NAMES = "|".join(altair.load_schema()["definitions"]["ColorName"]["enum"])
DIGITS = re.compile(r"(?<![\w&/])#(?:[0-9a-f]{8}|[0-9a-f]{6}|[0-9a-f]{3,4})(?![\w-])", re.IGNORECASE)
FUNCTION = re.compile(r"\b(?:rgba?|hsla?|hwb|oklab|oklch|color-mix)\(", re.IGNORECASE)
QUOTED = re.compile(rf"""(["'])(?:{NAMES})\1""", re.IGNORECASE)
DECLARED = re.compile(rf"[-a-z]+\s*:(?:[^;{{}}]*[\s,(])?(?:{NAMES})(?=\s*[;,)}}!\s])", re.IGNORECASE)
_SIZES = (r"font-size\s*:\s*[.\d]", r"\bfont\s*:\s*[^;]*?[.\d]+(?:rem|em|px|pt)", r"""fontSize["']?\s*[:=]\s*[.\d]""")
LETTERS = re.compile("|".join(_SIZES), re.IGNORECASE)


def literals(text: str, kind: str) -> Iterator[tuple[int, str]]:
    """Line and words of every literal of a colour or a size of letters; names of variables are none."""
    patterns = (DIGITS, FUNCTION, LETTERS, DECLARED if kind == ".css" else QUOTED)
    bare = re.sub(r"var\(--[-\w]+\)", "var()", text)
    for pattern in patterns:
        for found in pattern.finditer(bare):
            yield bare.count("\n", 0, found.start()) + 1, found[0]


def sources(package: Path) -> list[Path]:
    return sorted(path for path in package.rglob("*") if path.suffix in KINDS)


def test_no_other_file_names_a_colour_or_a_size_of_letters() -> None:
    found = [
        f"{path.relative_to(PACKAGE)}:{line}: {words}"
        for path in sources(PACKAGE)
        if path != THEME
        for line, words in literals(path.read_text(encoding="utf-8"), path.suffix)
    ]
    assert found == [], "colours and sizes of letters stand in exhibits/theme.py alone; take them from there"


@pytest.mark.parametrize(
    ("planted", "kind"),
    [
        ('EDGE = "#9aa7b8"', ".py"),
        ('mark = {"color": "#FFF"}', ".py"),
        ('mark = {"stroke": "white"}', ".py"),
        ("""'<path fill="steelblue"/>'""", ".py"),
        ('mark = {"fontSize": 11}', ".py"),
        ("a { color: #0b5cad; }", ".css"),
        ("a { color: #0b5cad80; }", ".css"),
        ("a { box-shadow: 0 1px rgb(0 0 0 / .2); }", ".css"),
        ("a { color: hsl(210 80% 40%); }", ".css"),
        ("a { border: 1px solid black; }", ".css"),
        ("a { color: red }", ".css"),
        ("a { font-size: .9rem; }", ".css"),
        ("a { font: bold 12px/1.2 serif; }", ".css"),
        ('ink.fillStyle = "#fff";', ".js"),
        ("ink.fillStyle = 'white';", ".js"),
        ('<p style="color: #333">', ".jinja"),
    ],
)
def test_a_planted_literal_is_found_with_its_line(planted: str, kind: str) -> None:
    assert [line for line, _ in literals(f"\n{planted}\n", kind)] == [2]


@pytest.mark.parametrize(
    ("innocent", "kind"),
    [
        ("a { color: var(--blue); font: inherit; font-size: var(--size-small); white-space: normal; }", ".css"),
        ("a { font: var(--size-text)/1.55 var(--font); }", ".css"),
        ('<a href="#main">&#8217;</a>', ".jinja"),
        ('mark = {"fontSize": size.words - 1, "fill": "url(#p-dots)", "color": INK}', ".py"),
    ],
)
def test_what_is_taken_from_the_theme_is_no_literal(innocent: str, kind: str) -> None:
    assert list(literals(innocent, kind)) == []


def test_the_theme_itself_is_full_of_them() -> None:
    """The control: a grep that finds nothing here would find nothing anywhere."""
    assert len(list(literals(THEME.read_text(encoding="utf-8"), ".py"))) > 60
    assert THEME in sources(PACKAGE)


def test_every_variable_that_is_taken_is_written_and_every_written_one_is_taken() -> None:
    places = [path for path in sources(PACKAGE) if path.suffix in (".css", ".js")]
    taken = {name for path in places for name in re.findall(r"(--[a-z][-\w]*)\b[\")]", path.read_text("utf-8"))}
    assert taken == set(re.findall(r"(--[-\w]+):", css_variables()))


@pytest.mark.parametrize("style", [index_style(), atlas_style()])
def test_variables_stand_before_the_style_sheets_of_the_site(style: str) -> None:
    assert style.startswith(css_variables().strip())
    assert style.count(":root") == 1


def test_inks_of_words_are_read_on_white() -> None:
    """At least 4.5 to 1, as WCAG 2.2 asks of text."""
    assert all(contrast(line.ink) >= 4.5 for line in LINES)
    assert contrast(INK) > 12
    assert contrast(WHITE) == 1


def test_signs_are_read_on_their_lights_and_lights_darken_with_the_risk() -> None:
    grounds = [contrast(LIGHTS[name].ground) for name in ("low", "middle", "high", "highest")]
    assert grounds == sorted(grounds)
    for light in LIGHTS.values():
        ground = 1.0 if light.ground == PAPER else contrast(light.ground)
        between = sorted([contrast(light.sign), ground])
        assert between[1] / between[0] >= 4.5
        # The ring is seen on the page.
        assert contrast(light.ink) >= 3


def contrast(ink: str) -> float:
    parts = [int(ink[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 1.05 / (0.2126 * red + 0.7152 * green + 0.0722 * blue + 0.05)


LOOK = """
from remission.atlas.page_shell import atlas_style
from remission.exhibits.bars import Bar, draw_bars
from remission.exhibits.rendering import render_svg
from remission.inputs.provenance import Provenance
from remission.report.pictures.flow import FlowStep, draw_flow

print(draw_flow([FlowStep("Entered", 2, ("one", "two"))], Provenance("a", "simulated", "0")).svg())
print(render_svg(draw_bars([Bar("a", 1, "1")])["wide"], name="b", title="", description=""))
print(atlas_style())
"""


def looks(source: Path) -> str:
    """A picture of the report, bars and the style sheets as the package in this folder makes them."""
    line = [sys.executable, "-B", "-c", LOOK]
    environment = {**os.environ, "PYTHONPATH": str(source)}
    return subprocess.run(line, env=environment, capture_output=True, text=True, check=True).stdout


def test_a_colour_is_changed_in_one_line_of_one_file_and_pictures_and_pages_follow(tmp_path: Path) -> None:
    shutil.copytree(PACKAGE, tmp_path / "remission", ignore=shutil.ignore_patterns("__pycache__"))
    theme, other = tmp_path / Path(TOUCHED[0]).relative_to("src"), {INK: "#20262e", BLUE: "#0c5dae"}
    said = theme.read_text(encoding="utf-8")
    for old, new in other.items():
        assert said.count(old) == 1
        said = said.replace(old, new)
    theme.write_text(said, encoding="utf-8")
    before, after = looks(PACKAGE.parent), looks(tmp_path)
    for old, new in other.items():
        assert before.count(old) > 1
        assert old not in after
        before = before.replace(old, new)
    assert after == before
