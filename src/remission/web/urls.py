"""Every address that is served: the routes of `web/pages`, and the accounts' own. Django's admin is not among them."""

from __future__ import annotations

from django.urls import include, path

from remission.web.routes import routes

urlpatterns = [
    *(pattern for route in routes() for pattern in route.patterns()),
    path("account/", include("remission.web.identities.served")),
]
handler400 = "remission.web.refusals.bad_request"
handler403 = "remission.web.refusals.forbidden"
handler404 = "remission.web.refusals.not_found"
handler429 = "remission.web.refusals.too_often"
handler500 = "remission.web.refusals.failed"
