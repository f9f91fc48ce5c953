"""The provider at which agencies sign in, for the tests of single sign-on."""

from collections.abc import Iterator

import pytest
from pytest_django.fixtures import Settings

from agencies.models import SingleSignOn
from tests.agencies.oidc_provider import running
from tests.agencies.oidc_provider.running import OpenIDProvider
from tests.agencies.signing_on import BACK, PEOPLE, set_up
from tests.cast import Cast


@pytest.fixture(scope="package")
def provider() -> Iterator[OpenIDProvider]:
    with running.provider(PEOPLE, redirect_uris=[f"http://testserver{BACK}"]) as found:
        yield found


@pytest.fixture
def row(people: Cast, provider: OpenIDProvider, settings: Settings) -> SingleSignOn:
    """The police sign in at the provider, which does nothing wrong yet."""
    settings.SINGLE_SIGN_ON_PLAIN_LOOPBACK = True
    provider.behave()
    return set_up(people, "police", provider)
