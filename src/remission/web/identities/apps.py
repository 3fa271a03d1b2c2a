"""The app of identities."""

from __future__ import annotations

from django.apps import AppConfig


class Identities(AppConfig):
    """Its tables lie in the database of identities."""

    name = "remission.web.identities"
    label = "identities"

    def ready(self) -> None:
        """Note from now on what happens to accounts."""
        from remission.web.identities.noted import connect  # noqa: PLC0415  # its models are there only now

        connect()
