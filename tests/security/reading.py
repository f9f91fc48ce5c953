"""Reads everything that can be read: every address of the URL table by GET, and the socket's panels, as every account."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from http import HTTPStatus
from io import BytesIO
from itertools import product
from typing import Any

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from django.urls.converters import get_converters
from django.urls.resolvers import RoutePattern
from pypdf import PdfReader

from agencies.models.tables import QUICK_EXIT
from conferences.board import rendering
from conferences.board.forms import ITEM_FORMS, STEER_FORMS
from conferences.board.panels import Renderer
from situations.models import Certificate, HeldText, Referral
from situations.privacy_page import SECTIONS
from tests.security.community import Community

PARAMETER = re.compile(r"<(?:(\w+):)?(\w+)>")
ANONYMOUS, PROJECTOR = "anonymous", "projector"
DOOR = "/help/"
"""The public one, at which anybody may ask and send, and whose pages have a way out of the installation."""


@dataclass(frozen=True)
class Page:
    """One answer to one account."""

    account: str
    path: str
    answer: Any

    @property
    def text(self) -> str:
        """Body and headers, all in lower case: a word in a header or an address is a leak like any other."""
        headers = "\n".join(f"{name}: {value}" for name, value in self.answer.items())
        return f"{headers}\n{_body(self.answer.content)}".lower()


def _body(content: bytes) -> str:
    # a PDF is read as its reader reads it: its bytes are compressed
    if not content.startswith(b"%PDF"):
        return content.decode()
    return "\n".join(page.extract_text() for page in PdfReader(BytesIO(content)).pages)


def routes() -> list[str]:
    """Every route of the URL table."""
    return sorted(_routes(get_resolver(), ""))


def addresses(town: Community, *, closed: frozenset[str] = frozenset()) -> list[str]:
    """Every address: each route, but those in `closed`, with its parameters filled by everything there is."""
    return [path for route in routes() if route not in closed for path in _filled(town, route)]


def posts_only(town: Community) -> frozenset[str]:
    """Routes that answer 405 to a signed-in GET, whatever their parameters: their views never run."""
    client = client_of(town, "schools")
    return frozenset(one for one in routes() if client.get(_filled(town, one)[0]).status_code == HTTPStatus.METHOD_NOT_ALLOWED)


def _filled(town: Community, route: str) -> list[str]:
    values, found = _values(town), []
    fitting = ([one for one in values[_owner(route, name)] if _fits(one, kind)] for kind, name in PARAMETER.findall(route))
    for chosen in product(*fitting):
        filled = iter(chosen)
        found.append("/" + PARAMETER.sub(lambda _found: next(filled), route))  # noqa: B023 - used up at once
    return found


def elsewhere(path: str) -> tuple[str, ...]:
    """Where the links of a page may lead away from us."""
    return (QUICK_EXIT,) if path.startswith(DOOR) else ()


def accounts(town: Community) -> list[str]:
    """Everybody, and nobody."""
    return [*town.people.members, ANONYMOUS]


def client_of(town: Community, account: str) -> Client:
    """A browser, signed in unless anonymous."""
    client = Client(raise_request_exception=False)
    if account != ANONYMOUS:
        client.force_login(town.people[account])
    return client


def read_pages(town: Community, paths: list[str]) -> Iterator[Page]:
    """Each address as each account. What the projector's window gets is the projector's, whoever opened it."""
    for account in accounts(town):
        client = client_of(town, account)
        for path in paths:
            answer = client.get(path)
            on_wall = path.endswith("/projector/") and answer.status_code == 200
            yield Page(PROJECTOR if on_wall else account, path, answer)


def read_sockets(town: Community) -> Iterator[tuple[str, str]]:
    """(account, everything that its socket is sent), the projector's among them."""
    members = {name: one.pk for name, one in town.people.members.items()}
    viewers = [(pk, False) for pk in members.values()] + [(members["facilitator"], True)]
    renderer = Renderer(before=town.printed)  # as the relay does it: what it keeps must never be shown too late
    with pytest.MonkeyPatch.context() as patch:
        # the relay's thread gives its connection back; here it is the test's own, in the middle of its transaction
        patch.setattr(rendering, "close_old_connections", lambda: None)
        sent = rendering.render(town.conference.pk, viewers, frozenset(members.values()), renderer).panels
    town.printed = renderer.printed
    names = {pk: name for name, pk in members.items()}
    for (pk, wall), panels in sent.items():
        yield PROJECTOR if wall else names[pk], "\n".join((panels or {}).values()).lower()


def board_addresses(town: Community) -> list[str]:
    """What changes with the situation in hand: the panels of the board, and the projector."""
    return [f"/conferences/{town.conference.pk}/panels/", f"/conferences/{town.conference.pk}/projector/"]


def form_addresses(town: Community) -> list[str]:
    """Every form about the situation in hand."""
    item = town.conference.items.get(state="in_hand").pk
    return [f"/conferences/{town.conference.pk}/items/{item}/forms/{name}/" for name in ITEM_FORMS]


def _routes(resolver: URLResolver, before: str) -> Iterator[str]:
    for one in resolver.url_patterns:
        # allauth writes some of its routes as regular expressions; they name nothing of ours
        route = before + (str(one.pattern) if isinstance(one.pattern, RoutePattern) else "key/")
        if isinstance(one, URLResolver):
            yield from _routes(one, route)
        elif isinstance(one, URLPattern):
            yield route


def _fits(value: str, kind: str) -> bool:
    return re.fullmatch(get_converters()[kind or "str"].regex, value) is not None


def _owner(route: str, name: str) -> str:
    return f"{route.split('/', maxsplit=1)[0]}.{name}"


def _values(town: Community) -> dict[str, list[str]]:
    """What fills each parameter; a parameter that is not named here fails the walk."""
    situations = [str(one.pk) for one in town.situations.values()]
    items = town.conference.items.filter(state="in_hand").values_list("pk", flat=True)
    steps = [str(step.pk) for one in town.situations.values() for step in one.steps.all()]
    agreements = [str(one.pk) for one in town.people.table.agreements.all()[:1]]
    # pages about a table, an agency, a text: whoever reads them sees no case, so two of a kind are enough
    agencies = [str(town.people.agencies[one].pk) for one in ("schools", "police")]
    table = str(town.people.table.pk)
    referrals = [*(str(one) for one in Referral.objects.order_by("pk").values_list("pk", flat=True)), "999999"]
    return {
        "situations.key": situations,
        "situations.step": steps,
        "conferences.key": [str(town.conference.pk)],
        "conferences.item": [str(one) for one in items],
        "conferences.name": ["recuse"],
        "conferences.action": ["answer"],
        "conferences.what": list(STEER_FORMS),
        "table.agreement": agreements,
        "table.row": ["1"],
        "held.key": [*(str(one) for one in HeldText.objects.values_list("pk", flat=True)), "999999"],
        "privacy.section": list(SECTIONS),
        "privacy.key": [*(str(one) for one in Certificate.objects.values_list("key", flat=True)), "1"],
        "accounting.key": ["1"],
        "account.key": ["key", "1"],
        "account.pk": ["1"],
        "account.token": ["unknown"],
        "account.secret": ["unknown"],
        "directory.form": ["json"],
        "directory.key": ["1"],
        "table.key": sorted({table, *agencies}),
        "table.table": [table],
        "table.agency": agencies[:1],
        "table.contact": ["1"],
        "table.role": ["1"],
        "table.secret": ["unknown"],
        "tables.town": ["harborview"],
        "desk.key": referrals,
        "desk.table": [table],
        "desk.agency": agencies[:1],
        "partner.key": referrals,
        "help.number": ["1"],
    }
