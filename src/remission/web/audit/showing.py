"""Rows of a chain as an auditor sees them: page by page, and as a table to take away."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from remission.inputs.spreadsheets import spreadsheet_csv
from remission.web.audit.chain import CHAINS, Chain, note, noting

if TYPE_CHECKING:
    from remission.web.audit.rows import AuditRow
    from remission.web.identities.models import Account

ON_A_PAGE = 100
COLUMNS = ("row", "at", "act", "actor", "person", "detail", "mac")


def page_of(chain: Chain, before: int | None = None) -> list[AuditRow]:
    """The newest rows of a chain, or those before a row: by number and not by place, so that no new row moves them."""
    using, model = CHAINS[chain]
    rows = model._default_manager.using(using).order_by("-row")
    return list((rows if before is None else rows.filter(row__lt=before))[:ON_A_PAGE])


def export_chain(chain: Chain, account: Account) -> str:
    """Every row of a chain as CSV; noted in that chain before it is handed out."""
    using, model = CHAINS[chain]
    rows = list(model._default_manager.using(using).order_by("row").values_list(*COLUMNS))
    with noting(chain):
        note(chain, "exported", actor=account.actor, detail=f"audit of {chain}: {len(rows)} rows")
    texts = [[str(cell) for cell in row] for row in rows]
    return spreadsheet_csv(pl.DataFrame(texts, schema=dict.fromkeys(COLUMNS, pl.String), orient="row"))
