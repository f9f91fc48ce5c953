"""Finding factors as one types."""

import pytest
from django.test import Client
from django.urls import reverse

from tests.cast import assemble

pytestmark = pytest.mark.django_db


def found(client: Client, **query: str) -> str:
    return client.get(reverse("situation_factors"), query).content.decode()


def test_search_is_for_members_and_a_get():
    client = Client()
    assert client.get(reverse("situation_factors")).status_code == 302
    client.force_login(assemble()["schools"])
    assert client.post(reverse("situation_factors")).status_code == 405


def test_search_names_the_category_first_and_narrows_by_kind(client: Client):
    client.force_login(assemble()["schools"])
    assert 'data-factor="mental_health.grief"' in found(client, q="grief")
    assert found(client, q="grief").index("Mental Health:") < found(client, q="grief").index(" grief")
    assert "data-factor" not in found(client, q="grief", kind="protective")
    assert 'data-factor="protective.' in found(client, q="family", kind="protective")


def test_search_for_nothing_known_says_so(client: Client):
    client.force_login(assemble()["schools"])
    assert "No factor has this word." in found(client, q="<script>xyzzy")
    assert "<script>" not in found(client, q="<script>xyzzy")
    assert not found(client, q="").strip()
