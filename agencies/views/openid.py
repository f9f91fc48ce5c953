"""How allauth signs somebody in at an agency's provider, where we ask for more than it does.

More: the ID token's signature is always checked, a nonce ties it to this browser's sign-in, the issuer of the answer must
be the provider's (RFC 9207), and only who `single_sign_on.admit` lets in gets in. Less: no account is made, nothing the
provider says is kept but its number for the person, and no page of allauth's is reachable.
"""

import time
from typing import Any, NoReturn

import requests
from allauth.account.adapter import get_adapter as accounts
from allauth.account.internal.flows.login import record_authentication
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialApp, SocialLogin, SocialToken
from allauth.socialaccount.providers.base.constants import AuthError, AuthProcess
from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView
from allauth.socialaccount.providers.openid_connect.provider import OpenIDConnectProvider
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.crypto import get_random_string

from agencies import discovering, first_sign_on, id_tokens, idling, single_sign_on
from agencies.models import Member, SingleSignOn
from agencies.sign_on_refusals import SignOnRefused

KIND = OpenIDConnectProvider.id


class AgencyOpenID(OpenIDConnectOAuth2Adapter):
    """One sign-in: from the provider's description to what it proved."""

    nonce = ""
    again_since: float | None = None

    @property
    def openid_config(self) -> dict[str, Any]:
        if not hasattr(self, "_openid_config"):
            self._openid_config = dict(discovering.discover(self.get_provider().app.settings["server_url"]))
        return self._openid_config

    @property
    def basic_auth(self) -> bool:
        # RFC 8414: a provider that does not say how the secret is to be sent takes it as HTTP Basic
        return "client_secret_post" not in self.openid_config.get("token_endpoint_auth_methods_supported", [])

    def get_callback_url(self, request: HttpRequest, app: SocialApp) -> str:
        return request.build_absolute_uri(reverse("single_sign_on_return", args=[app.provider_id]))

    def get_access_token_data(self, request: HttpRequest, app: SocialApp, client: Any, **kwargs: Any) -> dict[str, Any]:
        try:
            given = super().get_access_token_data(request, app, client, **kwargs)
        except (KeyError, ValueError, TypeError) as error:
            if isinstance(error, requests.RequestException):
                raise
            raise SignOnRefused("exchange") from None
        return given if isinstance(given, dict) else {}

    def parse_token(self, data: dict[str, Any]) -> SocialToken:
        return SocialToken(token=str(data["access_token"]))

    def complete_login(self, request: HttpRequest, app: SocialApp, token: SocialToken, **kwargs: Any) -> SocialLogin:
        config = self.openid_config
        claims = id_tokens.verified(
            str(kwargs["response"].get("id_token", "")),
            keys=discovering.fetch(config["jwks_uri"]),
            issuer=config["issuer"],
            client_id=app.client_id,
            nonce=self.nonce,
        )
        if self.again_since is not None:
            id_tokens.require_shown_since(claims, self.again_since)
        login = self.get_provider().sociallogin_from_response(request, claims)
        login.proved = id_tokens.proved({**self._asked_for(claims, token), **claims})
        return login

    def _asked_for(self, claims: id_tokens.Claims, token: SocialToken) -> dict[str, Any]:
        """E-mail and whether it is verified, from where a provider tells them that leaves them out of its tokens."""
        if "email" in claims or not discovering.is_safe(self.openid_config.get("userinfo_endpoint")):
            return {}
        said = self._fetch_user_info(token.token)
        if not isinstance(said, dict) or said.get("sub") != claims["sub"]:
            raise SignOnRefused("malformed")
        return {name: said.get(name) for name in ("email", "email_verified", "xms_edov")}


class AgencyProvider(OpenIDConnectProvider):
    """An agency's provider as allauth knows one. Of what it says, only its number for the person is kept."""

    oauth2_adapter_class = AgencyOpenID

    def get_default_scope(self) -> list[str]:
        return ["openid", "email"]

    def extract_extra_data(self, data: id_tokens.Claims) -> dict[str, Any]:
        return {"sub": data["sub"]}

    def extract_common_fields(self, data: id_tokens.Claims) -> dict[str, Any]:
        return {}

    def extract_email_addresses(self, data: id_tokens.Claims) -> list[Any]:
        return []


class SocialAccounts(DefaultSocialAccountAdapter):
    """What allauth asks: which providers there are, and whether somebody may come in."""

    def list_apps(self, request: HttpRequest, provider: str | None = None, client_id: str | None = None) -> list[SocialApp]:
        rows = SingleSignOn.objects.filter(is_active=True)
        if provider not in {None, KIND}:
            rows = rows.filter(key=provider)
        if client_id is not None:
            rows = rows.filter(client_id=client_id)
        return [_app(row) for row in rows]

    def get_provider(self, request: HttpRequest, provider: str, client_id: str | None = None) -> AgencyProvider:
        return AgencyProvider(request, app=self.get_app(request, provider, client_id))

    def get_requests_session(self) -> requests.Session:
        return discovering.session()

    def is_open_for_signup(self, request: HttpRequest, sociallogin: SocialLogin) -> bool:
        return False

    def authenticate_by_email(self, sociallogin: SocialLogin) -> None:
        """Never: allauth's way would wipe the member's password."""

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        provider = SingleSignOn.objects.get(key=sociallogin.account.provider)
        member, account = single_sign_on.admit(by=None, provider=provider, proved=sociallogin.proved)
        if (whose := (sociallogin.state.get("data") or {}).get("again")) is not None:
            raise ImmediateHttpResponse(_shown_again(request, provider, whose, member if account else None, sociallogin.state))
        if request.user.is_authenticated:
            accounts(request).logout(request)
        if account is None:
            then = sociallogin.state.get("next") or ""
            first_sign_on.wait(request.session, member, provider, proved=sociallogin.proved, then=then)
            raise ImmediateHttpResponse(HttpResponseRedirect(reverse("single_sign_on_first")))
        sociallogin.user, sociallogin.account = member, account
        single_sign_on.remember_factors(request.session, member, provider, multi_factor=sociallogin.proved.multi_factor)

    def on_authentication_error(
        self, request: HttpRequest, provider: Any, error: str = "", exception: Exception | None = None, **kwargs: Any
    ) -> NoReturn:
        if isinstance(exception, requests.RequestException):
            raise SignOnRefused("away") from exception
        if exception is not None:
            raise SignOnRefused("exchange") from exception
        raise SignOnRefused("cancelled" if error == AuthError.CANCELLED else "provider_refused")


def _shown_again(
    request: HttpRequest, provider: SingleSignOn, whose: int, member: Member | None, state: dict[str, Any]
) -> HttpResponse:
    """Whoever is signed in here was asked at the agency once more: that counts as any other way, and unlocks the session."""
    if not request.user.is_authenticated or request.user.pk != whose:
        raise SignOnRefused("unfinished")
    if member is None or member.pk != whose:
        raise SignOnRefused("somebody_else")
    record_authentication(request, request.user, method="socialaccount", reauthenticated=True, provider=provider.key)
    idling.unlock(request.session)
    return HttpResponseRedirect(state.get("next") or reverse("account_reauthenticated"))


def _app(row: SingleSignOn) -> SocialApp:
    """Never saved: secrets of providers stand sealed in rows of our own."""
    rules = {"server_url": row.issuer, "oauth_pkce_enabled": True}
    return SocialApp(
        provider=KIND,
        provider_id=row.key,
        name=row.name,
        client_id=row.client_id,
        secret=single_sign_on.secret_of(row),
        settings=rules,
    )


def begin(request: HttpRequest, provider: SingleSignOn, *, email: str, then: str, again: int | None = None) -> str:
    """The address at the provider where this browser's sign-in goes on. Raises ProviderTrouble if it does not answer.

    `again`: the member who is signed in here and shall be asked there once more, whatever session is open there.
    """
    nonce = get_random_string(32)
    asked, data = {"nonce": nonce, "login_hint": email}, dict[str, Any](nonce=nonce)
    if again is not None:
        asked |= {"prompt": "login", "max_age": "0"}
        data |= {"again": again, "began": time.time()}
    found = AgencyProvider(request, app=_app(provider))
    answer = found.redirect(request, AuthProcess.LOGIN, next_url=then or None, data=data, auth_params=asked)
    address: str = answer.headers["Location"]
    return address


def finish(request: HttpRequest, provider: SingleSignOn) -> HttpResponse:
    """Sign in who comes back. Raises SignOnRefused or ProviderTrouble, after which nobody is signed in."""
    if request.GET.get("iss", provider.issuer) != provider.issuer:
        raise SignOnRefused("issuer")
    answer: HttpResponse = _Return.adapter_view(AgencyOpenID(request, provider.key))(request)
    return answer


class _Return(OAuth2CallbackView):
    def _get_state(self, request: HttpRequest, provider: Any) -> tuple[dict[str, Any], None]:
        try:
            state, _page = super()._get_state(request, provider)
        except SignOnRefused:
            raise SignOnRefused("unfinished") from None
        data = state.get("data") or {}
        self.adapter.nonce, self.adapter.again_since = data.get("nonce", ""), data.get("began")
        return state, None
