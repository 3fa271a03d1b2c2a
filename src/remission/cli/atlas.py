"""`remission atlas`: fetch open data, build the atlas, write it as a website, look something up, ask by FOI."""

from __future__ import annotations

import shlex
import sys
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from remission.atlas.source_folders import source_names, stock_names
from remission.terminal import BAD_INPUT, TWIN_DIFFERS, day_of, progress_bar, say_problems

if TYPE_CHECKING:
    from remission.supply.build import Built
    from remission.supply.views import Codes

PLACE = 60
NAME = "atlas"
app = typer.Typer(
    no_args_is_help=True,
    rich_markup_mode=None,
    help="Which hospital issues which MS medicine, since when, from open data. Example: remission atlas export out/map",
)
foi = typer.Typer(
    no_args_is_help=True,
    rich_markup_mode=None,
    help="What open data cannot show: letters, their register, and the answers. Example: remission atlas foi status",
)
app.add_typer(foi, name="foi")

Home = Annotated[Path, typer.Option("--data", metavar="DIR", help="Where fetched files and the built atlas lie.")]
Code = Annotated[str, typer.Argument(metavar="CODE", help="The code of a trust or board, such as R0A.")]
Day = Annotated[str, typer.Option("--on", metavar="YYYY-MM-DD", help="The day it happened [today].")]
HOME = Path("atlas-data")
SOURCES = f"{', '.join(source_names())} [{', '.join(stock_names())}]."


@app.command()
def fetch(
    sources: Annotated[list[str] | None, typer.Argument(metavar="[SOURCE]...", help=SOURCES)] = None,
    home: Home = HOME,
    since: Annotated[str, typer.Option(metavar="YYYY-MM", help="The first month.")] = "2019-01",
    until: Annotated[str | None, typer.Option(metavar="YYYY-MM", help="The last month [the newest].")] = None,
    base_url: Annotated[str, typer.Option(metavar="ADDRESS", help="Another server that holds the same.")] = "",
) -> None:
    """Download what is new; go on where a download was cut off; keep every version with its date and hash.

    Example: remission atlas fetch scmd --since 2024-01
    """
    from remission.atlas.recipes.fetch import fetch_sources, month_of
    from remission.inputs.fetching import Asking

    asking = Asking(date.today(), base_url, month_of(since), month_of(until))
    with progress_bar("Files") as advance:
        fetched = fetch_sources(sources or [], home, asking, lambda _, done, of: advance(done, of))
    print(f"{fetched.new} new files, {fetched.known} known already, in {home}. Then: remission atlas build")
    say_problems(fetched.problems)
    if fetched.problems:
        raise typer.Exit(BAD_INPUT)


@app.command()
def add(
    files: Annotated[list[Path], typer.Argument(metavar="FILE...", help="Months or extracts: .csv, .zip or .gz.")],
    home: Home = HOME,
    invented: Annotated[bool, typer.Option("--invented", help="The rows are made up, and every page says so.")] = False,
) -> None:
    """Take in files of hospital medicines that you have already: a published month, or an extract of many months.

    Months are told by the rows. Any separator and encoding will do, and columns of row numbers are left.

    Example: remission atlas add scmd_final_202505.csv
    """
    from remission.atlas.words import added_lines
    from remission.supply.sources.scmd import SOURCE
    from remission.supply.stock.added import add_files

    added = add_files(home, files, SOURCE, date.today(), "synthetic" if invented else "published")
    print("\n".join(added_lines(added, home)))
    problems = [problem for one in added for problem in one.problems]
    say_problems(problems)
    if any(problem.severity == "error" for problem in problems):
        raise typer.Exit(BAD_INPUT)


@app.command()
def build(home: Home = HOME) -> None:
    """Read every fetched month, match names to therapies, and say what was matched, nearly matched and left out.

    Before anything was fetched a synthetic sample is built, and everything made from it says so. Names that the library
    cannot tell are counted by your own products.csv in the folder of the data (docs/atlas.md).

    Example: remission atlas build
    """
    from remission.supply.build import build_atlas

    _say_built(build_atlas(home))


def _say_built(built: Built) -> None:
    from remission.atlas.words import built_lines, confusion_lines
    from remission.supply.build import load_truth
    from remission.supply.views import views_of

    print("\n".join(built_lines(built)))
    truth = load_truth(built.home, built.atlas)
    if truth is not None:
        print("\n".join(["", *confusion_lines(views_of(built.atlas).everyone, truth), ""]))
    warning = built.atlas.provenance.warning
    print(f"Built in {built.home}. {warning}".rstrip())


@app.command()
def export(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Where the site is written.")],
    home: Home = HOME,
    codes: Annotated[
        Literal["as-now", "as-reported"], typer.Option(help="Trusts as they are today, or codes as in the files.")
    ] = "as-now",
    on: Annotated[str, typer.Option(metavar="YYYY-MM-DD", help="The day that every page says [today].")] = "",
) -> None:
    """The atlas as a static website: the map, a page for every trust, tables as CSV and Parquet, pictures.

    Example: remission atlas export out/atlas
    """
    from remission.atlas.recipes.export import export_atlas

    day = day_of(on)
    print("Every measure is estimated first, then every page is drawn: two minutes or so in all.", file=sys.stderr)
    with progress_bar("Pages") as advance:
        codes_are: Codes = "as now" if codes == "as-now" else "as reported"
        written = export_atlas(home, folder, on=day, codes_are=codes_are, progress=advance)
    print(f"{written.pages} pages: {written.index}. {written.warning}".rstrip())
    print(f"Live, with its slider: remission atlas open {shlex.quote(str(folder))}")


@app.command("open")
def open_site(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="What `atlas export` wrote.")] = Path("out/atlas"),
    port: Annotated[int, typer.Option(min=0, max=65535, help="The port on this computer; 0 for any.")] = 8800,
    browser: Annotated[bool, typer.Option(help="Open the browser.")] = True,
) -> None:
    """Serve the exported site to this computer only, until stopped with Ctrl-C.

    Example: remission atlas open out/atlas
    """
    from remission.atlas.map.index import SERVED
    from remission.exhibits.site.serve import serve_site

    serve_site(folder, port, SERVED, browser=browser, say=print)


@app.command()
def find(
    therapy: Annotated[str, typer.Argument(metavar="THERAPY", help="A therapy by its name in the library.")],
    near: Annotated[
        str,
        typer.Option(
            metavar="PLACE", help="A postcode district (E1), a name (East End, a hospital) or LATITUDE,LONGITUDE."
        ),
    ],
    home: Home = HOME,
    most: Annotated[int, typer.Option("-n", min=1, help="How many trusts.")] = 5,
) -> None:
    """The nearest trusts that issued a therapy in the last 12 months, and those where it would not be visible.

    Example: remission atlas find ocrelizumab --near E1
    Example: remission atlas find Tysabri --near "East End"
    """
    from remission.atlas.find import find_nearest, found_lines

    print("\n".join(found_lines(find_nearest(home, therapy, near, most))))


@app.command()
def explain(
    code: Code,
    therapy: Annotated[str, typer.Argument(metavar="THERAPY", help="A therapy or a brand, such as Tysabri.")],
    month: Annotated[str | None, typer.Argument(metavar="[MONTH]", help="A month YYYY-MM [the newest].")] = None,
    home: Home = HOME,
) -> None:
    """Why a therapy can be seen at a trust in a month, or not, question by question.

    Exit code 3 when the fast engine and its plain twin differ.

    Example: remission atlas explain R0A natalizumab 2025-03
    """
    from remission.atlas.recipes.fetch import month_of
    from remission.atlas.why import explain_cell, why_lines

    why = explain_cell(home, code, therapy, month_of(month, "MONTH"))
    print("\n".join(why_lines(why)))
    if why.account.differs:
        print(f"The engine and its plain twin differ; please report this: {why.account.differs}")
        raise typer.Exit(TWIN_DIFFERS)
    print("The fast engine decided the same.")


@foi.command()
def letters(
    codes: Annotated[list[str] | None, typer.Argument(metavar="[CODE]...", help="Whom to ask [every trust].")] = None,
    home: Home = HOME,
    on: Day = "",
) -> None:
    """Write a request letter for each trust or board, under the Act of its nation.

    Example: remission atlas foi letters RJ1 R1H
    """
    from remission.foi.kit import write_letters

    written = write_letters(home, codes or [], day_of(on))
    print(f"{len(written)} letters in {home / 'foi' / 'letters'}. After sending one: remission atlas foi sent CODE")


@foi.command()
def sent(code: Code, home: Home = HOME, on: Day = "") -> None:
    """Enter into the register that a request was sent.

    Example: remission atlas foi sent RJ1 --on 2026-11-02
    """
    from remission.foi.kit import record_sent

    print(record_sent(home, code, day_of(on)))


@foi.command()
def answered(
    code: Code,
    outcome: Annotated[str, typer.Option(metavar="WORDS", help="given, given in part, refused or not held.")],
    section: Annotated[
        list[str] | None, typer.Option(metavar="NUMBER", help="The section it was refused under; may be repeated.")
    ] = None,
    home: Home = HOME,
    on: Day = "",
    sent: Annotated[
        str, typer.Option("--sent", metavar="YYYY-MM-DD", help="Which request [the one without an answer].")
    ] = "",
) -> None:
    """Enter into the register what was answered: given, given in part, refused or not held.

    Example: remission atlas foi answered RJ1 --outcome refused --section 12 --on 2026-11-20
    """
    from remission.foi.kit import record_answered
    from remission.foi.register.answered import Answer

    answer = Answer(outcome, day_of(on), tuple(section or ()))
    print(record_answered(home, code, answer, day_of(sent, "--sent") if sent else None))


@foi.command()
def status(home: Home = HOME, on: Day = "") -> None:
    """Every request with its state: sent, due, overdue, answered, refused, not held.

    Example: remission atlas foi status
    """
    from remission.foi.kit import status_lines

    print("\n".join(status_lines(home, day_of(on))))


@foi.command("import")
def import_answer(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The answer as it came: .csv or .xlsx.")],
    code: Annotated[str, typer.Option(metavar="CODE", help="Who answered.")],
    home: Home = HOME,
    on: Day = "",
) -> None:
    """Read an answer: suppressed counts become intervals, brands therapies; what cannot be read is named.

    Example: remission atlas foi import answer.xlsx --code RTK
    """
    from remission.foi.kit import import_answer as read_answer

    imported = read_answer(home, file, code, day_of(on))
    say_problems(imported.problems)
    print(f"{imported.counts} counts read, {imported.explained} cells explained, in {imported.kept}.")
    if any(problem.severity == "error" for problem in imported.problems):
        sys.exit(BAD_INPUT)
