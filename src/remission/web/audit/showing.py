"""Rows of a chain as an auditor sees them: page by page, and as a table to take away."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from remission.exhibits.tables import OF_THE_LIBRARY, Shown, Table, shows
from remission.inputs.spreadsheets import spreadsheet_csv
from remission.web.audit.chain import CHAINS, Chain, note, noting

if TYPE_CHECKING:
    from collections.abc import Sequence

    from remission.web.audit.rows import AuditRow
    from remission.web.identities.models import Account

ON_A_PAGE = 100
COLUMNS = ("row", "at", "act", "actor", "person", "detail", "mac")


def page_of(chain: Chain, before: int | None = None) -> list[AuditRow]:
    """The newest rows of a chain, or those before a row: by number and not by place, so that no new row moves them."""
    using, model = CHAINS[chain]
    rows = model._default_manager.using(using).order_by("-row")
    return list((rows if before is None else rows.filter(row__lt=before))[:ON_A_PAGE])


def table_of(chain: Chain, rows: Sequence[AuditRow]) -> Table:
    """Rows as a table of a page, without what proves them."""
    columns = (
        shows("row", "Row"),
        Shown("When (UTC)", lambda row: row["at"][:19].replace("T", " "), words=True),
        shows("act", "Act", words=True),
        shows("actor", "By", words=True),
        Shown("On whose record", lambda row: row["person"] or "–", words=True),
        Shown("What", lambda row: row["detail"] or "–", words=True),
    )
    cells = [{name: getattr(row, name) for name in COLUMNS[:-1]} for row in rows]
    types = {name: pl.Int64 if name == "row" else pl.String for name in COLUMNS[:-1]}
    frame = pl.DataFrame(cells, schema=types)
    return Table(f"audit-{chain}", f"Acts on {chain}.", frame, columns, OF_THE_LIBRARY)


def export_chain(chain: Chain, account: Account) -> str:
    """Every row of a chain as CSV; noted in that chain before it is handed out."""
    using, model = CHAINS[chain]
    rows = list(model._default_manager.using(using).order_by("row").values_list(*COLUMNS))
    with noting(chain):
        note(chain, "exported", actor=account.actor, detail=f"audit of {chain}: {len(rows)} rows")
    texts = [[str(cell) for cell in row] for row in rows]
    return spreadsheet_csv(pl.DataFrame(texts, schema=dict.fromkeys(COLUMNS, pl.String), orient="row"))
