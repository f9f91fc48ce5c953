"""Signing in and out, invitations, second factors and one's own password; included at /account/.

allauth's pages, but for those of which ours take the place: the e-mail (members are invited by an administrator, who knows
the address), showing again who one is (one page with all ways), and recovery codes (theirs writes on GET).
"""

from allauth.account.urls import urlpatterns as theirs
from allauth.mfa.base import views as mfa
from allauth.mfa.totp import views as totp
from allauth.mfa.webauthn import views as webauthn
from django.urls import path

from agencies.views import invitations, second_factors, step_up

OURS = {"account_email", "account_reauthenticate"}

urlpatterns = [
    *(one for one in theirs if one.name not in OURS),
    path("reauthenticate/", step_up.step_up, name="account_reauthenticate"),
    path("reauthenticate/done/", step_up.done, name="account_reauthenticated"),
    path("invitation/<str:token>/", invitations.accept, name="account_invitation"),
    path("2fa/", mfa.index, name="mfa_index"),
    path("2fa/authenticate/", mfa.authenticate, name="mfa_authenticate"),
    path("2fa/totp/activate/", totp.activate_totp, name="mfa_activate_totp"),
    path("2fa/totp/deactivate/", totp.deactivate_totp, name="mfa_deactivate_totp"),
    path("2fa/recovery-codes/", second_factors.recovery_codes, name="mfa_view_recovery_codes"),
    path("2fa/passkeys/", second_factors.passkeys, name="mfa_list_webauthn"),
    path("2fa/passkeys/add/", webauthn.add_webauthn, name="mfa_add_webauthn"),
    path("2fa/passkeys/sign-in/", webauthn.login_webauthn, name="mfa_login_webauthn"),
    path("2fa/passkeys/<int:pk>/name/", webauthn.edit_webauthn, name="mfa_edit_webauthn"),
    path("2fa/passkeys/<int:pk>/remove/", second_factors.remove_passkey, name="mfa_remove_webauthn"),
]
