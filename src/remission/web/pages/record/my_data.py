"""Everything that a person has told, for them: one click, one file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import HttpRequest, HttpResponse

from remission.exhibits.wording import day_words
from remission.web.acts.exporting import NothingToldError, export_own_data
from remission.web.identities.holds import is_held
from remission.web.routes import RecordRoute
from remission.web.shell import page_response

if TYPE_CHECKING:
    from remission.web.identities.models import Account
    from remission.web.roles import Acting

FILE = "/my/data/my-data.zip"
NOTHING = "You have told nothing yet, so there is no file. Once you have told one thing, you can take it with you."


def my_data(request: HttpRequest, acting: Acting) -> HttpResponse:
    """What is in the file, and the button."""
    return _page(request, acting.account)


def ready(request: HttpRequest, acting: Acting) -> HttpResponse:
    """After the password: the file comes by itself, and the page stays to say so."""
    answer = _page(request, acting.account, ready=True)
    if not is_held(acting.account):
        answer.headers["Refresh"] = f"0; url={FILE}"
    return answer


def download(request: HttpRequest, acting: Acting) -> HttpResponse:
    """The file; words where none is handed out now, or where nothing has been told."""
    if is_held(acting.account):
        return _page(request, acting.account, status=403)
    try:
        packed = export_own_data(acting)
    except NothingToldError:
        return _page(request, acting.account, status=404, notices=(NOTHING,))
    headers = {"Content-Disposition": f'attachment; filename="{packed.name}"'}
    return HttpResponse(packed.content, content_type="application/zip", headers=headers)


def _page(
    request: HttpRequest, account: Account, *, status: int = 200, notices: tuple[str, ...] = (), ready: bool = False
) -> HttpResponse:
    until = account.held_until
    held = day_words(until.date()) if until is not None and is_held(account) else ""
    return page_response(
        request, "my_data.html.jinja", title="My data", status=status, notices=notices, held=held, ready=ready,
        file=FILE,
    )  # fmt: skip


ROUTES = (
    RecordRoute("data/", "my_data", my_data, delegates=False),
    RecordRoute("data/file/", "my_data_ready", ready, delegates=False, fresh=True),
    RecordRoute("data/my-data.zip", "my_data_file", download, methods=("GET",), delegates=False, fresh=True),
)
