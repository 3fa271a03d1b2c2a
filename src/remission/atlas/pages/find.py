"""Where would I find a therapy: tables that need no script, and the data of the form that measures distances.

The page lists where something was issued. It does not say where one can be treated, and it advises nobody.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

import polars as pl
from markupsafe import Markup

from remission.atlas.page_shell import ROOM, trust_link
from remission.atlas.place_words import HOMECARE, NO_ADVICE, withdrawn_words
from remission.atlas.recipes.last_year import last_year_words, use_of, withdrawn_before
from remission.exhibits.page import Block, Fact, Page, Section
from remission.exhibits.site.shell import Files, Making, joined, marked_json, template_text
from remission.exhibits.tables import Row, Shown, Table, environment, shows
from remission.exhibits.wording import count
from remission.places.names import hospital_places, named_places
from remission.places.nearest import ELSEWHERE, districts_of

if TYPE_CHECKING:
    from remission.atlas.recipes.known import Known
    from remission.inputs.provenance import Provenance

PATH, TITLE, PLACE = "find.html", "Where would I find", 30
SCRIPT = "find.js"
DATA = "data/find.json"

NOT_LISTED = (
    "A trust that is not listed may use the medicine all the same: homecare, outsourced pharmacies and FP10 forms "
    "(taken to a chemist outside) do not show, and some trusts did not report. A trust that is listed issued it in the "
    "last 12 months, perhaps at another of its sites, perhaps to few people, and whom it treats is not known."
)


def pages(known: Known) -> Iterator[Making]:
    """The page, and what its form reads and runs."""
    views = known.views
    use, withdrawn = use_of(views), withdrawn_before(views.months[0])
    yield partial(find_page, use, last_year_words(views), known.provenance, known.facts, withdrawn)
    points = views.organisations.nodes.select("code", "latitude", "longitude")
    yield partial(find_files, use, points, districts_of(known.home), known.provenance)


def find_page(
    use: pl.DataFrame, window: str, provenance: Provenance, facts: Sequence[Fact] = (), withdrawn: Sequence[str] = ()
) -> Page:
    """The page from a frame of the columns `USE`; `window` names the months.

    `withdrawn` are therapies left out because they were withdrawn before the first month. The form on it is shown by
    find.js alone, which needs find.js and data/find.json beside the page.
    """
    therapies = use["therapy"].unique().sort().to_list()
    blocks = [_block(use, therapy, provenance) for therapy in therapies]
    return Page(
        path=PATH,
        title="Where would I find a therapy",
        subtitle=f"Trusts that issued it in {window}, by region",
        provenance=provenance,
        headlines=["For each therapy: the trusts that issued it in the last 12 months.", HOMECARE],
        in_short=[NOT_LISTED, *withdrawn_words(withdrawn), NO_ADVICE],
        sections=[Section("choose", "Therapies", [Block("", [_contents(therapies)])]),
                  Section("therapies", "By therapy and region", blocks)],
        facts=facts,
        data_folder="data",
        form=environment(ROOM).get_template("find_form.html.jinja").render(no_advice=NO_ADVICE),
        script=SCRIPT,
    )  # fmt: skip


def _block(use: pl.DataFrame, therapy: str, provenance: Provenance) -> Block:
    """One therapy with its table; where nobody is seen to issue it, a table would have nothing to show."""
    used = use.filter(pl.col("therapy") == therapy, pl.col("state") == "used").height
    return Block(therapy, [_used_words(use, therapy)], None, [find_table(use, therapy, provenance)] if used else [])


def _contents(therapies: Sequence[str]) -> str:
    # The anchors are those of the tables' captions, which name the therapy.
    return joined([Markup('<a href="#{}">{}</a>').format(_slug(one), one) for one in therapies])


def _slug(therapy: str) -> str:
    return therapy.replace(" ", "-")


def _used_words(use: pl.DataFrame, therapy: str) -> str:
    rows = use.filter(pl.col("therapy") == therapy)
    used, hidden, silent = (
        rows.filter(pl.col("state") == state).height for state in ("used", "not visible", "not reported")
    )
    said = [
        f"Issued by {count(used, 'trust')}" if used else "No trust is seen to issue it",
        *([f"not visible at {hidden}"] if hidden else []),
        *([f"nothing reported by {silent}"] if silent else []),
    ]
    words = f"{'; '.join(said)}."
    return Markup('<span id="{}">{}</span>').format(_slug(therapy), words)


_LINK = pl.Struct({"code": pl.String, "name": pl.String})


def find_table(use: pl.DataFrame, therapy: str, provenance: Provenance) -> Table:
    """The trusts that issued one therapy, by region; the CSV has every trust with its state."""
    rows = use.filter(pl.col("therapy") == therapy).sort("region", "name", nulls_last=True)
    regions = rows["region"].unique(maintain_order=True).to_list()
    schema: dict[str, Any] = {"region": pl.String, "used": pl.List(_LINK), "hidden": pl.Int64}
    made = [_region(rows, region) for region in regions]
    # A region without a trust to show is a row only where it has a name.
    known = [row for row in made if row["region"] or row["used"] or row["hidden"]]
    frame = pl.DataFrame(known, schema=schema)
    columns = (
        Shown("Region", lambda row: row["region"] or "no region known"),
        Shown("Trusts that issued it", _links, words=True),
        shows("hidden", "Not visible or not reported"),
    )
    caption = f"{therapy[:1].upper()}{therapy[1:]}: trusts that issued it in the last 12 months."
    return Table(f"find-{_slug(therapy)}", caption, frame, columns, provenance, "", rows)


def _region(rows: pl.DataFrame, region: str | None) -> dict[str, Any]:
    inside = rows.filter(pl.col("region").eq_missing(pl.lit(region, pl.String)))
    used = inside.filter(pl.col("state") == "used").select("code", "name").to_dicts()
    hidden = inside.filter(pl.col("state").is_in(["not visible", "not reported"])).height
    return {"region": region, "used": used, "hidden": hidden}


def _links(row: Row) -> str:
    if not row["used"]:
        return "none seen"
    return joined([trust_link("", one["code"], one["name"]) for one in row["used"]])


def find_files(use: pl.DataFrame, points: pl.DataFrame, districts: pl.DataFrame, provenance: Provenance) -> Files:
    """What the form reads, and its script."""
    return [(DATA, find_data(use, points, districts, provenance, ELSEWHERE)), (SCRIPT, find_script())]


def find_data(
    use: pl.DataFrame,
    points: pl.DataFrame,
    districts: pl.DataFrame,
    provenance: Provenance,
    elsewhere: Mapping[str, str] | None = None,
) -> str:
    """What form and box read (data/find.json): places and trusts with their points, and who issued which therapy.

    points: code, latitude, longitude of trusts (null: left out, and counted as without a point, therapy by therapy);
    districts: district, latitude, longitude, in degrees; elsewhere: the country of postcode areas that publish nothing.
    Coordinates keep three decimals, about 100 m.
    """
    named = use.select("code", "name").unique(maintain_order=True)
    known = points.drop_nulls(["latitude", "longitude"]).select("code", "latitude", "longitude")
    placed = named.join(known, on="code", maintain_order="left")
    numbers = {code: at for at, code in enumerate(placed["code"].to_list())}
    return marked_json(
        {
            "trusts": [[code, words, *_point(lat, lon)] for code, words, lat, lon in placed.iter_rows()],
            "names": [[one.name, one.latitude, one.longitude, one.how] for one in named_places()],
            "hospitals": [[one.name, one.latitude, one.longitude] for one in hospital_places()],
            "elsewhere": dict(elsewhere or {}),
            "districts": {one: _point(lat, lon) for one, lat, lon in
                          districts.select("district", "latitude", "longitude").iter_rows()},
            "therapies": {therapy: _states(use, therapy, numbers) for therapy in use["therapy"].unique().sort()},
        },
        provenance,
    )  # fmt: skip


def _point(latitude: float, longitude: float) -> list[float]:
    return [round(latitude, 3), round(longitude, 3)]


def _states(use: pl.DataFrame, therapy: str, numbers: dict[str, int]) -> dict[str, Any]:
    rows = use.filter(pl.col("therapy") == therapy)
    parts = {"used": ["used"], "unknown": ["not visible", "not reported"]}
    codes = {key: rows.filter(pl.col("state").is_in(states))["code"].to_list() for key, states in parts.items()}
    placed = {key: [numbers[code] for code in some if code in numbers] for key, some in codes.items()}
    return {**placed, "withoutPoint": sum(len(codes[key]) - len(placed[key]) for key in codes)}


def find_script() -> str:
    """The script of the form, to be written beside the page."""
    return template_text(ROOM, SCRIPT)
