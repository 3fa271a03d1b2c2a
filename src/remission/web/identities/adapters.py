"""What the accounts' library asks us: is sign-up open, where does one go next, and how are secrets sealed?"""

from __future__ import annotations

from contextlib import suppress
from smtplib import SMTPException
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.mfa.adapter import DefaultMFAAdapter
from django.http import HttpRequest

from remission.web.identities.factors import has_factor, lacks_factor
from remission.web.identities.models import Account
from remission.web.instance import instance
from remission.web.observatory import is_open
from remission.web.refusals import no_letter
from remission.web.roles import acting_for_self, is_delegate


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # the library has no types
    """Accounts."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "email_password_mismatch": "Address and password do not belong together. Try again, or ask for a new password.",
        "too_many_login_attempts": "There were too many tries. Please wait an hour, or ask for a new password.",
        "incorrect_password": "That is not your password. Please try again.",
        "enter_current_password": "That is not your password now. Please try again.",
        "email_taken": "This address can not be used. Please give another one.",
        "rate_limited": "That was too often. Please wait a few minutes.",
        "unverified_primary_email": "Open the link in our letter first.",
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Not before the host has said who they are and by what right they keep records."""
        return is_open(instance())

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        """Where somebody begins: at the factor that they must have, else at what their role is for."""
        return first_page(request.user)

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Send a letter; where no server takes it, a page says so."""
        try:
            super().send_mail(template_prefix, email, context)
        except (SMTPException, OSError):
            raise ImmediateHttpResponse(no_letter(self.request)) from None

    def send_notification_mail(self, *named: Any, **more: Any) -> None:
        """Tell of a change that is done: it stays done where the letter can not go out."""
        with suppress(ImmediateHttpResponse):
            super().send_notification_mail(*named, **more)

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        """Tries are counted for an address, whatever the observatory was called by when it was asked."""
        return str(credentials.get("email", "")).strip().casefold()

    def get_user_search_fields(self) -> list[str]:
        """Nobody is searched for."""
        return []


class FactorAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    """Second factors."""

    error_messages = DefaultMFAAdapter.error_messages | {
        "incorrect_code": "This was not taken. Codes change every half minute: wait for the next one and try again.",
        "unverified_email": "Open the link in our letter first. Then you can add this.",
    }

    def encrypt(self, text: str) -> str:
        """Seal the secret of a factor."""
        return instance().keyring.hide(text)

    def decrypt(self, encrypted_text: str) -> str:
        """Open it again."""
        return instance().keyring.reveal(encrypted_text)

    def is_mfa_enabled(self, user: Any, types: Any = None) -> bool:
        """Has it a factor? Codes that were made before the first factor are none."""
        if types is None:
            return isinstance(user, Account) and has_factor(user)
        return bool(super().is_mfa_enabled(user, types=types))

    def generate_authenticator_name(self, user: Any, type: Any) -> str:  # noqa: A002  # the library names it
        """What a passkey is called until somebody calls it otherwise."""
        return "My passkey"

    def get_totp_issuer(self) -> str:
        """What stands above the code in the app: no illness, for it is seen over a shoulder."""
        return "Observatory"


def first_page(account: Any) -> str:
    """The address at which an account begins."""
    if lacks_factor(account):
        return "/account/2fa/"
    if account.duty:
        return "/host/" if account.duty == "host" else "/audit/"
    return "/for/" if acting_for_self(account) is None and is_delegate(account) else "/my/"
