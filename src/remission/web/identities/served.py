"""The addresses under `account/` that the accounts' library answers: those named here, and no other of its own.

What it offers besides (codes by letter or telephone, several addresses, accounts of other firms) is served to nobody.
"""

from __future__ import annotations

from allauth.account import views as account
from allauth.mfa.base import views as factors
from allauth.mfa.recovery_codes import views as codes
from allauth.mfa.totp import views as app
from allauth.mfa.webauthn import views as passkeys
from django.urls import URLPattern, path, re_path

from remission.web.identities.codes_first import codes_first
from remission.web.identities.evenly import evenly

KEY = r"^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$"

urlpatterns: list[URLPattern] = [
    path("login/", account.login, name="account_login"),
    path("logout/", account.logout, name="account_logout"),
    path("inactive/", account.account_inactive, name="account_inactive"),
    path("signup/", evenly(account.signup), name="account_signup"),
    path("reauthenticate/", account.reauthenticate, name="account_reauthenticate"),
    path("email/", account.email, name="account_email"),
    path("confirm-email/", account.email_verification_sent, name="account_email_verification_sent"),
    re_path(r"^confirm-email/(?P<key>[-:\w]+)/$", account.confirm_email, name="account_confirm_email"),
    path("password/change/", account.password_change, name="account_change_password"),
    path("password/reset/", evenly(account.password_reset), name="account_reset_password"),
    path("password/reset/done/", account.password_reset_done, name="account_reset_password_done"),
    path(
        "password/reset/key/done/",
        account.password_reset_from_key_done,
        name="account_reset_password_from_key_done",
    ),
    re_path(KEY, account.password_reset_from_key, name="account_reset_password_from_key"),
    path("2fa/", factors.index, name="mfa_index"),
    path("2fa/authenticate/", factors.authenticate, name="mfa_authenticate"),
    path("2fa/reauthenticate/", factors.reauthenticate, name="mfa_reauthenticate"),
    path("2fa/totp/activate/", codes_first(app.activate_totp), name="mfa_activate_totp"),
    path("2fa/totp/deactivate/", app.deactivate_totp, name="mfa_deactivate_totp"),
    path("2fa/recovery-codes/generate/", codes.generate_recovery_codes, name="mfa_generate_recovery_codes"),
    path("2fa/recovery-codes/download/", codes.download_recovery_codes, name="mfa_download_recovery_codes"),
    path("2fa/webauthn/", passkeys.list_webauthn, name="mfa_list_webauthn"),
    path("2fa/webauthn/add/", codes_first(passkeys.add_webauthn), name="mfa_add_webauthn"),
    path("2fa/webauthn/login/", passkeys.login_webauthn, name="mfa_login_webauthn"),
    path("2fa/webauthn/reauthenticate/", passkeys.reauthenticate_webauthn, name="mfa_reauthenticate_webauthn"),
    path("2fa/webauthn/keys/<int:pk>/remove/", passkeys.remove_webauthn, name="mfa_remove_webauthn"),
    path("2fa/webauthn/keys/<int:pk>/edit/", passkeys.edit_webauthn, name="mfa_edit_webauthn"),
]
