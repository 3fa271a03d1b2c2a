"""What the accounts' library asks us: is sign-up open, where does one go next, and how are secrets sealed?"""

from __future__ import annotations

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from django.http import HttpRequest

from remission.web.instance import instance
from remission.web.observatory import is_open


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # the library has no types
    """Accounts."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Not before the host has said who they are and by what right they keep records."""
        return is_open(instance())


class FactorAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    """Second factors."""

    def encrypt(self, text: str) -> str:
        """Seal the secret of a factor."""
        return instance().keyring.hide(text)

    def decrypt(self, encrypted_text: str) -> str:
        """Open it again."""
        return instance().keyring.reveal(encrypted_text)
