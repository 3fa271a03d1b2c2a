"""The app of identities."""

from __future__ import annotations

from django.apps import AppConfig


class Identities(AppConfig):
    """Its tables lie in the database of identities."""

    name = "remission.web.identities"
    label = "identities"
