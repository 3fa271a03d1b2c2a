"""The auditor's pages: what was done, when, by random names; whether each chain is whole; and no record."""

from __future__ import annotations

from typing import cast, get_args

from django.http import Http404, HttpRequest, HttpResponse

from remission.web.audit.chain import CHAINS, Chain
from remission.web.audit.showing import ON_A_PAGE, export_chain, page_of, table_of
from remission.web.audit.verify import verify
from remission.web.routes import Route
from remission.web.shell import page_response


def audit(request: HttpRequest) -> HttpResponse:
    """Both chains."""
    return page_response(request, "audit.html.jinja", title="Audit", chains=list(CHAINS), verdicts=())


def verified(request: HttpRequest) -> HttpResponse:
    """Both chains gone through from the first row to the last."""
    return page_response(
        request, "audit.html.jinja", title="Audit", chains=list(CHAINS), verdicts=[verify(chain) for chain in CHAINS]
    )


def rows(request: HttpRequest, chain: str) -> HttpResponse:
    """Rows of one chain, the newest first, or those before a row."""
    before = request.GET.get("before", "")
    found = page_of(_chain(chain), int(before) if before.isascii() and before.isdigit() else None)
    older = found[-1].row if len(found) == ON_A_PAGE and found[-1].row > 1 else 0
    return page_response(
        request,
        "audit_rows.html.jinja",
        title=f"Audit of {chain}",
        chain=chain,
        table=table_of(_chain(chain), found),
        rows=found,
        older=older,
        newest=not before,
    )


def download(request: HttpRequest, chain: str) -> HttpResponse:
    """Every row of one chain as CSV."""
    content = export_chain(_chain(chain), request.user)  # type: ignore[arg-type]  # guarded: it is an account
    headers = {"Content-Disposition": f'attachment; filename="audit-{chain}.csv"'}
    return HttpResponse(content, content_type="text/csv; charset=utf-8", headers=headers)


def _chain(name: str) -> Chain:
    if name not in get_args(Chain):
        raise Http404
    return cast(Chain, name)


ROUTES = (
    Route("audit/", "audit", audit, ("auditor",)),
    Route("audit/verified/", "audit_verified", verified, ("auditor",)),
    Route("audit/<str:chain>/", "audit_rows", rows, ("auditor",)),
    Route("audit/<str:chain>.csv", "audit_csv", download, ("auditor",), methods=("GET",), fresh=True),
)
