"""The forms of second factors in our words."""

from __future__ import annotations

from typing import ClassVar

from allauth.mfa.base import forms as steps
from allauth.mfa.totp.forms import ActivateTOTPForm
from allauth.mfa.webauthn.forms import AddWebAuthnForm, EditWebAuthnForm

from remission.web.identities.forms import InOurWords

CODE = ("Code", "Six digits from your app, or one of your recovery codes.")
NAME = ("What you call it", "So that you can tell it from others: “my phone”.")


class SecondStep(InOurWords, steps.AuthenticateForm):  # type: ignore[misc]  # the library has no types
    """The code after the password."""

    words: ClassVar = {"code": CODE}


class CodeAgain(InOurWords, steps.ReauthenticateForm):  # type: ignore[misc]
    """The code, before something that matters."""

    words: ClassVar = {"code": CODE}


class AddApp(InOurWords, ActivateTOTPForm):  # type: ignore[misc]
    """The first code of a new app."""

    words: ClassVar = {"code": ("Code that the app shows", "Six digits. It changes every half minute.")}


class AddPasskey(InOurWords, AddWebAuthnForm):  # type: ignore[misc]
    """A name for a new passkey. Whether it can open the account by itself the device says, and nobody is asked."""

    words: ClassVar = {"name": NAME}
    without: ClassVar = ("passwordless",)


class NamePasskey(InOurWords, EditWebAuthnForm):  # type: ignore[misc]
    """Another name for it."""

    words: ClassVar = {"name": NAME}
