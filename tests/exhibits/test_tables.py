"""Tables are accessible, escaped, and say what their rows are."""

from __future__ import annotations

import io
import re
from dataclasses import replace

import polars as pl
import pytest

from remission.exhibits.tables import Shown, Table, shows
from remission.inputs.provenance import STANDING_WORDS, Provenance
from remission.inputs.spreadsheets import spreadsheet_csv
from remission.report.pictures.estimates_table import estimates_table
from remission.stats.estimates import Estimates

FRAME = pl.DataFrame({"who": ["<b>A</b>", "B"], "n": [1, None], "m": [2, 3]})


def table(kind: str = "reconstructed", **more: object) -> Table:
    provenance = Provenance("made-up", kind, "0" * 64)  # type: ignore[arg-type]  # a kind that is one
    columns = (shows("who", "Who"), shows("n", "N", group="Both"), shows("m", "M", group="Both"))
    return Table("some", "Some numbers.", FRAME, columns, provenance, **more)  # type: ignore[arg-type]


def test_it_has_a_caption_and_scoped_headers() -> None:
    html = table().html()
    assert "<caption>Some numbers." in html
    assert html.count('<th scope="col"') == 3
    assert html.count('<th scope="row">') == 2
    assert '<th scope="colgroup" colspan="2"' in html
    assert not re.findall(r"<th(?![^>]*scope=)[ >]", html)


def test_only_a_wide_table_is_a_stop_for_the_keyboard() -> None:
    wide = pl.DataFrame({"who": ["A" * 30], "n": ["B" * 30], "m": [1]})
    assert "tabindex" not in table().html()
    made = Table("w", "Wide.", wide, table().columns, table().provenance)
    assert 'tabindex="0" role="group" aria-label="Wide."' in made.html()


def test_what_is_in_it_is_escaped() -> None:
    assert "&lt;b&gt;A&lt;/b&gt;" in table().html()
    assert "<b>" not in table().html()


def test_a_null_is_a_dash_and_no_rows_are_said() -> None:
    assert "<td>–</td>" in table().html()
    assert "None." in Table("none", "None.", FRAME.clear(), (shows("who"),), table().provenance).html()


@pytest.mark.parametrize("kind", ["reconstructed", "simulated"])
def test_caption_csv_and_file_name_say_what_the_rows_are(kind: str) -> None:
    made = table(kind)
    assert STANDING_WORDS[kind].replace("'", "&#39;") in made.html()
    assert set(pl.read_csv(io.StringIO(made.csv()))["standing"]) == {kind}
    assert made.file_name == f"some.{kind}.csv"


def test_observed_rows_carry_no_warning() -> None:
    made = table("observed")
    assert 'class="standing"' not in made.html()
    assert made.file_name == "some.csv"
    assert set(pl.read_csv(io.StringIO(made.csv()))["standing"]) == {"observed"}


def test_the_csv_holds_the_raw_rows_where_readers_see_others() -> None:
    made = table(raw=pl.DataFrame({"value": [0.123456789]}))
    assert pl.read_csv(io.StringIO(made.csv()))["value"].to_list() == [0.123456789]


def test_a_column_shows_what_its_function_says() -> None:
    column = Shown("Sum", lambda row: str(row["n"] + row["m"]))
    assert column.text({"n": 1, "m": 2}) == "3"


def of_groups(count: int) -> Estimates:
    row = {"what": "x: event-free", "at_days": 365, "value": 0.5, "low": 0.25, "high": 0.75, "unit": "proportion"}
    known = {"at_risk": 4.0, "events": 2.0, "level": 0.9, "method": "made up"}
    return Estimates.of([{**row, **known, "group": f"g{place}"} for place in range(count)])


def test_two_groups_stand_beside_each_other_and_three_below() -> None:
    two, three = (estimates_table("e", "E", of_groups(count), table().provenance) for count in (2, 3))
    assert two.spans() == [("", 1), ("g0", 3), ("g1", 3)]
    assert [row[1].replace("\u00a0", " ") for row in two.rows()] == ["50.0 % (25.0 to 75.0)"]
    assert [row[1] for row in three.rows()] == ["g0", "g1", "g2"]
    assert two.csv().count("\n") == 3


def test_a_very_long_table_is_cut_on_the_page_and_whole_in_the_csv() -> None:
    long = Table("long", "Long.", pl.DataFrame({"n": range(1300)}), (shows("n"),), table().provenance)
    assert long.html().count("<tr>") == 301
    assert "1,000 more rows are in the CSV." in long.html()
    assert long.csv().count("\n") == 1301


FORMULAS = ["=1+1", "+A1", "-2+3", "@SUM(1)", "\t=1", "\r=1", " =1", "\uff1d1", '=HYPERLINK("x","y")']
# Numbers with their sign, dashes, and what only has such a sign inside.
TEXTS = ["-5", "+3.5", "-1e-5", "-", "\u20135", "1-2", "a=b", "NA"]


def test_no_name_of_a_column_in_a_csv_for_people_is_a_formula() -> None:
    frame = pl.DataFrame({"what": ["Persons"], "=1+1": ["7"], "'=1+1": ["8"], "-1": ["9"]})
    assert spreadsheet_csv(frame) == "what,'=1+1,'=1+1,-1\nPersons,7,8,9\n"
    assert spreadsheet_csv(pl.DataFrame({"a,b": [1]})) == '"a,b"\n1\n'
    assert spreadsheet_csv(pl.DataFrame({"a": []})) == "a\n"


def test_no_text_of_a_csv_for_people_is_a_formula_and_no_number_is_a_text() -> None:
    numbers = [-float(place) for place in range(len(FORMULAS) + len(TEXTS))]
    frame = pl.DataFrame({"who": FORMULAS + TEXTS, "n": numbers, "m": 1})
    read = pl.read_csv(io.StringIO(replace(table(), frame=frame).csv()))
    assert read["who"].to_list() == [f"'{text}" for text in FORMULAS] + TEXTS
    assert read["n"].to_list() == numbers


def test_the_name_of_a_cohort_is_a_text_like_any_other() -> None:
    made = replace(table(), provenance=Provenance("=cmd", "simulated", ""))
    assert set(pl.read_csv(io.StringIO(made.csv()))["cohort"]) == {"'=cmd"}


def test_a_stacked_table_names_every_cell_for_a_phone_and_one_that_fits_is_left_alone() -> None:
    wide = replace(table(), frame=pl.DataFrame({"arm": ["A"], "n": [12], "share": [0.5]}),
                   columns=(shows("arm", "A"), shows("n", "N" * 20, group="G"), shows("share", "S" * 20)))  # fmt: skip
    html = wide.html(stacked=True)
    assert f'data-of="G: {"N" * 20}"' in html
    assert html.count('role="cell"') == 2
    # Nothing is left to be moved sideways, so the keyboard need not stop there.
    assert "tabindex" not in html
    assert "tabindex" in wide.html()
    assert table().html(stacked=True) == table().html()


def test_short_cells_stay_in_one_line_only_where_all_fit_across() -> None:
    def of(columns: int, letters: int) -> Table:
        names = [f"c{at}" for at in range(columns)]
        frame = pl.DataFrame({name: ["x" * letters] for name in names})
        return replace(table(), frame=frame, columns=tuple(shows(name) for name in names))

    # 5 columns of 22 letters and 3 of air are 125; a sixth is too much, and cells of 60 may break at 30.
    assert of(5, 22).unbroken
    assert not of(6, 22).unbroken
    assert of(3, 60).unbroken
    assert 'class="long"' in of(3, 60).html(stacked=True)
